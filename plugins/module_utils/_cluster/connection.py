# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach a cluster: the connection options as one typed object, and its translation to librdkafka's properties."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .._core.errors import InvalidSpec

# librdkafka properties that carry secrets (CONFIGURATION.md): they belong in secret_client_properties
_SECRET_WORDS = ("password", "secret", "key.pem", "keystore.pem", "oauthbearer.config", "assertion.private")
# a host name or an address, IPv6 in brackets; the port is Kafka's 9092 where it is left out
_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
_UNSENDABLE = re.compile(r"[\x00\ud800-\udfff]")  # the client library cuts a text at a NUL, and dies of half a surrogate pair
_FILES = ("ca_cert", "client_cert", "client_key")
_LONGEST_TIMEOUT = 3000  # seconds; the client library takes 3600, and large writes get more than the timeout
# properties that an option or the collection itself sets
_RESERVED = {
    "allow.auto.create.topics": "fixed to false, so that reading never creates a topic",
    "bootstrap.servers": "use the option bootstrap_servers",
    "metadata.broker.list": "use the option bootstrap_servers",
    "sasl.mechanism": "use the option sasl_mechanism",
    "sasl.mechanisms": "use the option sasl_mechanism",
    "sasl.password": "use the option sasl_password",
    "sasl.username": "use the option sasl_username",
    "security.protocol": "use the option security_protocol",
    "ssl.ca.location": "use the option ca_cert",
    "ssl.certificate.location": "use the option client_cert",
    "ssl.key.location": "use the option client_key",
}


@dataclass(frozen=True, slots=True)
class Connection:
    """`timeout`: seconds that one request may take. File options are paths of PEM files."""

    bootstrap_servers: tuple[str, ...]
    security_protocol: str = "PLAINTEXT"
    ca_cert: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    timeout: int = 30
    cluster_id: str | None = None
    client_properties: Mapping[str, str] = field(default_factory=dict)
    secret_client_properties: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def address(self) -> str:
        return ",".join(self.bootstrap_servers)

    def check(self) -> None:
        """Raises InvalidSpec with all that is wrong at once; the address is named, since it tells which inventory is meant."""
        problems = list(self._problems())
        if problems:
            errors = [{"where": "connection", "field": option, "message": text} for option, text in problems]
            raise InvalidSpec(f"cannot connect to {self.address}: " + "; ".join(text for _option, text in problems), errors=errors)

    def scrub(self, text: str) -> str:
        """A message of the client library without the secrets that it may quote."""
        for secret in filter(None, [self.sasl_password, *self.secret_client_properties.values()]):
            text = text.replace(secret, "********")
        return text

    def client_config(self) -> dict[str, str | int | bool]:
        """librdkafka's properties, without logging and callbacks."""
        options: dict[str, str | None] = {
            "ssl.ca.location": self.ca_cert,
            "ssl.certificate.location": self.client_cert,
            "ssl.key.location": self.client_key,
            "sasl.mechanism": self.sasl_mechanism,
            "sasl.username": self.sasl_username,
            "sasl.password": self.sasl_password,
        }
        return {
            "client.id": "omninode.kafka",
            **self.client_properties,
            **self.secret_client_properties,
            **{key: value for key, value in options.items() if value},
            "bootstrap.servers": self.address,
            "security.protocol": self.security_protocol,
            "allow.auto.create.topics": False,
        }

    def _problems(self) -> Iterator[tuple[str, str]]:
        """Pairs of an option and what is wrong with it."""
        if not self.bootstrap_servers:
            yield "bootstrap_servers", "bootstrap_servers is empty"
        for server in self.bootstrap_servers:
            if not _SERVER.fullmatch(server):
                yield "bootstrap_servers", f"bootstrap_servers: {server!r} is not host:port"
        if not 1 <= self.timeout <= _LONGEST_TIMEOUT:
            yield "timeout", f"timeout must be 1 to {_LONGEST_TIMEOUT} seconds, not {self.timeout}"
        if self.security_protocol.startswith("SASL_"):
            for name in ("sasl_mechanism", "sasl_username", "sasl_password"):
                if not getattr(self, name):
                    yield name, f"{name} is needed with security_protocol {self.security_protocol} (option or OMNINODE_KAFKA_{name.upper()})"
        if bool(self.client_cert) != bool(self.client_key):
            yield "client_cert", "client_cert and client_key are needed together"
        for name in ("sasl_username", "sasl_password", "ca_cert", "client_cert", "client_key"):
            text = getattr(self, name) or ""
            if _UNSENDABLE.search(text):
                yield name, f"{name} has characters that cannot be sent"
            # librdkafka names no path when a file is missing, so look before it does
            elif text and name in _FILES and not os.access(text, os.R_OK):
                yield name, f"{name}: cannot read file {text}"
        yield from _bad_properties("client_properties", self.client_properties, secret=False)
        yield from _bad_properties("secret_client_properties", self.secret_client_properties, secret=True)


def _bad_properties(option: str, properties: Mapping[str, str], secret: bool) -> Iterator[tuple[str, str]]:
    for key, value in properties.items():
        if _UNSENDABLE.search(key + value):
            yield option, f"{option}: {key!r} has characters that cannot be sent"
        elif key in _RESERVED:
            yield option, f"{option}: {key} cannot be set: {_RESERVED[key]}"
        elif key == "logger" or key.endswith("_cb"):
            yield option, f"{option}: {key} is a function of the Python client, not a property"
        elif not secret and any(word in key for word in _SECRET_WORDS):
            yield option, f"{option}: {key} carries a secret, move it to secret_client_properties"
