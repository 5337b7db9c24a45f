# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach a cluster: the connection options as one type, and as librdkafka's properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from .._core.errors import InvalidSpec
from .._core.problems import Problem
from .._kafka import address

# properties of librdkafka that carry secrets (CONFIGURATION.md)
_SECRET_WORDS = (
    "password",
    "secret",
    "key.pem",
    "keystore.pem",
    "oauthbearer.config",
    "assertion.private",
)
_PRIVATE_KEY = "PRIVATE KEY-----"
# the client library cuts a text at a NUL, and crashes on half a surrogate pair
_UNSENDABLE = re.compile(r"[\x00\ud800-\udfff]")
FILES = ("ca_cert", "client_cert", "client_key")
SASL = ("sasl_mechanism", "sasl_username", "sasl_password")
PROPERTIES = ("client_properties", "secret_client_properties")
# seconds; the client library allows 3600, and a large write gets more than the timeout
_LONGEST_TIMEOUT = 3000
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

    def check(
        self,
        found: Iterable[tuple[str, str]] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Raises InvalidSpec with all that is wrong.

        `found`: what is already known to be wrong, as pairs of an option and a text.
        `variables`: the environment variables that gave options, by option.
        """
        sources = variables or {}
        messages = []
        errors = []
        for option, text in [*found, *self._problems()]:
            message = f"{text} (from {sources[option]})" if option in sources else text
            problem = Problem("connection", option, message)
            messages.append(message)
            errors.append(problem._asdict())
        if not errors:
            return
        what = "cannot connect"
        # an address that is not valid may hold a password; a valid one tells which cluster is meant
        if self.address and all(map(address.is_address, self.bootstrap_servers)):
            what += f" to {self.address}"
        causes = "; ".join(messages)
        raise InvalidSpec(f"{what}: {causes}", errors=errors)

    def scrub(self, text: str) -> str:
        """A message of the client library without the secrets that it may quote."""
        for secret in [self.sasl_password, *self.secret_client_properties.values()]:
            if secret:
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
        given = {key: value for key, value in options.items() if value}
        return {
            "client.id": "omninode.kafka",
            **self.client_properties,
            **self.secret_client_properties,
            **given,
            "bootstrap.servers": self.address,
            "security.protocol": self.security_protocol,
            "allow.auto.create.topics": False,
        }

    def _problems(self) -> Iterator[tuple[str, str]]:
        """Pairs of an option and what is wrong with it."""
        for problem in address.problems(self.bootstrap_servers):
            yield "bootstrap_servers", problem
        if not 1 <= self.timeout <= _LONGEST_TIMEOUT:
            yield "timeout", f"timeout must be 1 to {_LONGEST_TIMEOUT} seconds, not {self.timeout}"
        yield from self._missing()
        yield from self._not_used()
        if bool(self.client_cert) != bool(self.client_key):
            yield "client_cert", "client_cert and client_key are needed together"
        for name in ("sasl_username", "sasl_password"):
            text = getattr(self, name) or ""
            if _UNSENDABLE.search(text):
                yield name, f"{name} has characters that cannot be sent"
        yield from self._file_problems()
        for name in PROPERTIES:
            for problem in self._property_problems(name):
                yield name, f"{name}: {problem}"

    def _missing(self) -> Iterator[tuple[str, str]]:
        """What security_protocol needs and nobody gave."""
        if "SASL" not in self.security_protocol:
            return
        needed = f"is needed with security_protocol {self.security_protocol}"
        for name in SASL:
            if not getattr(self, name):
                variable = f"OMNINODE_KAFKA_{name.upper()}"
                yield name, f"{name} {needed} (option or {variable})"

    def _not_used(self) -> Iterator[tuple[str, str]]:
        """What is given, but security_protocol would ignore without a word."""
        protocol = self.security_protocol
        wants_sasl = "SASL" in protocol or any(getattr(self, name) for name in SASL)
        fitting = "SASL_SSL" if wants_sasl else "SSL"
        why = f"is not used with security_protocol {protocol}, choose {fitting}"
        for name in unused(protocol):
            if getattr(self, name):
                yield name, f"{name} {why}"
        if "SSL" in protocol:
            return
        for name in PROPERTIES:
            for key in getattr(self, name):
                if key.startswith("ssl."):
                    yield name, f"{name}: {key} {why}"

    def _file_problems(self) -> Iterator[tuple[str, str]]:
        files = {}
        all_readable = True
        for name in FILES:
            path = getattr(self, name)
            if not path:
                continue
            files[name] = path
            if _UNSENDABLE.search(path):
                all_readable = False
                yield name, f"{name} has characters that cannot be sent"
        if files and all_readable:
            from . import pem

            properties = {**self.client_properties, **self.secret_client_properties}
            password = properties.get("ssl.key.password")
            yield from pem.problems(files, password)

    def _property_problems(self, option: str) -> Iterator[str]:
        properties: Mapping[str, str] = getattr(self, option)
        for key, value in properties.items():
            if _UNSENDABLE.search(key + value):
                yield f"{key!r} has characters that cannot be sent"
            elif key in _RESERVED:
                yield f"{key} cannot be set: {_RESERVED[key]}"
            elif key == "logger" or key.endswith("_cb"):
                yield f"{key} is a function of the Python client, not a property"
            elif option == "client_properties" and carries_secret(key, value):
                yield f"{key} carries a secret, move it to secret_client_properties"


def unused(security_protocol: str) -> list[str]:
    """The options that this protocol does not use."""
    names: list[str] = []
    if "SASL" not in security_protocol:
        names += SASL
    if "SSL" not in security_protocol:
        names += FILES
    return names


def carries_secret(key: str, value: object) -> bool:
    if _PRIVATE_KEY in str(value):
        return True
    return any(word in key for word in _SECRET_WORDS)
