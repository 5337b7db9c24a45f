# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.diagnosis import reason
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.explanation import explained

BAD_CERTIFICATE = "error:0A000412:SSL routines::ssl/tls alert bad certificate: SSL alert number 42"
FAILED = "SASL authentication error: Authentication failed (after 9ms in state AUTH_REQ)"
INVALID = 'SASL authentication error: {"status":"invalid_token"} (after 9ms in state AUTH_REQ)'
SHOWN = {"client_cert_pem": "c"}
NEEDED = "TLS failed: the broker asks for a certificate: client_cert and client_key are needed"
UNKNOWN = "TLS failed: the broker does not accept the client's certificate: have it trust who "
LOGIN = "authentication failed"
TOKEN = f"{LOGIN}: the broker does not accept the token: compare its issuer, audience, life and "
# {"iss": "x", "exp": 2000000000000}
JWT = "a.eyJpc3MiOiJ4IiwiZXhwIjoyMDAwMDAwMDAwMDAwfQ.b"


def told(text: str, **options: Any) -> str:
    connection = Connection(("h:1",), **options)
    return reason([f"FAIL [x] [thrd:y]: h:1/bootstrap: {text}"], partial(explained, connection))


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        (BAD_CERTIFICATE, {}, NEEDED),
        (BAD_CERTIFICATE, {"client_cert": "c"}, UNKNOWN),
        (BAD_CERTIFICATE, SHOWN, UNKNOWN),
        (FAILED, {"sasl_mechanism": "PLAIN"}, f"{LOGIN}: wrong sasl_username or sasl_password"),
        (FAILED, {"sasl_mechanism": "GSSAPI"}, f"{LOGIN}: the broker does not accept the Kerb"),
        (FAILED, {"sasl_mechanism": "OAUTHBEARER", "oauth_token": JWT}, TOKEN),
        (INVALID, {"sasl_mechanism": "OAUTHBEARER", "oauth_token": JWT}, TOKEN),
    ],
)
def test_what_is_known_of_the_connection(text: str, options: Any, expected: str) -> None:
    assert told(text, **options).startswith(expected)


def test_a_token_is_described_but_not_told() -> None:
    options = {"sasl_mechanism": "OAUTHBEARER", "oauth_token": JWT}
    assert told(INVALID, **options).endswith("with what the listener expects (iss x)")
    assert told(INVALID, **{**options, "oauth_token": "opaque"}).endswith("the listener expects")
    # what a broker sends back to a client
    assert told(f"The moon has {JWT}", **options) == "The moon has ********"


def test_a_password_that_is_part_of_a_known_text_spoils_it_not() -> None:
    options = {"sasl_mechanism": "PLAIN", "sasl_password": "refused"}
    assert told("Connection refused", **options) == "connection refused: no broker listens there"
    assert told("The moon is refused", **options) == "The moon is ********"
