# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.certificate import (
    why_untrusted,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection

from tests.certificates import Pair, authority, certificate, listener

HERE = "IP:127.0.0.1"
OTHER_CA = "ca_cert holds no authority that signed the broker's certificate"
NO_CA = "the system trusts no authority that signed the broker's certificate: give ca_cert"
EXPIRED = "the broker's certificate has expired: renew it, or set this machine's clock"
UNKNOWN = "the broker's certificate is not trusted, check ca_cert and the host name"


@pytest.fixture
def ca(tmp_path: Path) -> Pair:
    return authority(tmp_path, "ca")


def cause(shown: Pair, host: str = "127.0.0.1", **options: object) -> str:
    with listener(shown) as port:
        return why_untrusted(Connection(("a:1",), "SSL", **options), f"{host}:{port}")  # type: ignore[arg-type]


def test_an_authority_that_did_not_sign(tmp_path: Path, ca: Pair) -> None:
    shown = certificate(tmp_path, "broker", ca, HERE)
    assert cause(shown, ca_cert=str(authority(tmp_path, "other").certificate)) == OTHER_CA
    assert cause(shown) == NO_CA
    assert cause(authority(tmp_path, "self-signed")) == NO_CA


def test_a_certificate_for_another_host(tmp_path: Path, ca: Pair) -> None:
    shown, trusting = (
        certificate(tmp_path, "broker", ca, "DNS:elsewhere.example"),
        {"ca_cert": str(ca.certificate)},
    )
    for host in ("127.0.0.1", "localhost"):
        assert (
            cause(shown, host, **trusting)
            == f"the broker's certificate is not for {host}: connect to a name that it holds"
        )
    # then librdkafka does not look at the name either
    unnamed = {"client_properties": {"ssl.endpoint.identification.algorithm": "none"}}
    assert cause(shown, **trusting, **unnamed) == UNKNOWN


def test_an_expired_certificate(tmp_path: Path, ca: Pair) -> None:
    shown = certificate(tmp_path, "broker", ca, HERE, days=-1)
    assert cause(shown, ca_cert=str(ca.certificate)) == EXPIRED
    assert cause(shown, ca_cert_pem=ca.certificate.read_text()) == EXPIRED


def test_an_unknown_cause(tmp_path: Path, ca: Pair) -> None:
    connection = Connection(("a:1",), "SSL", ca_cert=str(ca.certificate))
    with listener(certificate(tmp_path, "broker", ca, HERE)) as port:
        # trusted by now
        assert why_untrusted(connection, f"127.0.0.1:{port}") == UNKNOWN
    # no port at all, as a hostile cluster may advertise it
    assert why_untrusted(connection, "127.0.0.1:97536") == UNKNOWN
    # gone by now
    assert why_untrusted(connection, f"127.0.0.1:{port}") == UNKNOWN
