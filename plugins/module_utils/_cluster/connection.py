# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach a cluster: the connection options as one type, and as librdkafka's properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._core.errors import InvalidSpec
from .._core.problems import Problem
from .._kafka import address
from . import sasl

if TYPE_CHECKING:
    from .pem import Pem

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
_TEXTS = ("ca_cert_pem", "client_cert_pem", "client_key_pem")
TLS = (*FILES, *_TEXTS, "client_key_password")
PROPERTIES = ("client_properties", "secret_client_properties")
# two ways to say the same
ALTERNATIVES = (
    (("ca_cert",), ("ca_cert_pem",)),
    (("client_cert",), ("client_cert_pem",)),
    (("client_key",), ("client_key_pem",)),
    (("oauth_token",), sasl.CLIENT_CREDENTIALS),
)
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
    "ssl.ca.pem": "use the option ca_cert_pem",
    "ssl.certificate.location": "use the option client_cert",
    "ssl.certificate.pem": "use the option client_cert_pem",
    "ssl.key.location": "use the option client_key",
    "ssl.key.password": "use the option client_key_password",
    "ssl.key.pem": "use the option client_key_pem",
}
_OAUTH = "sasl.oauthbearer."
EXTENSIONS = f"{_OAUTH}extensions"


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
    ca_cert_pem: str | None = field(default=None, repr=False)
    client_cert_pem: str | None = field(default=None, repr=False)
    client_key_pem: str | None = field(default=None, repr=False)
    client_key_password: str | None = field(default=None, repr=False)
    oauth_token_endpoint: str | None = None
    oauth_client_id: str | None = None
    oauth_client_secret: str | None = field(default=None, repr=False)
    oauth_scope: str | None = None
    oauth_token: str | None = field(default=None, repr=False)

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

    @property
    def properties(self) -> Mapping[str, str]:
        """Those of the client library that have no option."""
        return {**self.client_properties, **self.secret_client_properties}

    @property
    def has_authorities(self) -> bool:
        return bool(self.ca_cert or self.ca_cert_pem)

    @property
    def shows_certificate(self) -> bool:
        return bool(self.client_cert or self.client_cert_pem)

    def pem(self, role: str) -> Pem | None:
        """Of ca_cert, client_cert or client_key: the file or the text that is given."""
        from .pem import Pem

        for option in (role, f"{role}_pem"):
            if value := self._given(option):
                return Pem(option, value)
        return None

    def scrub(self, text: str) -> str:
        """A message of others without the secrets that it may quote."""
        secrets = [
            self.sasl_password,
            self.client_key_pem,
            self.client_key_password,
            self.oauth_client_secret,
            self.oauth_token,
            *self.secret_client_properties.values(),
        ]
        if self.sasl_mechanism == sasl.OAUTHBEARER:
            from . import tokens

            secrets += tokens.secrets(self)
        given = {secret.strip() for secret in secrets if secret}
        # the longest first: a shorter one may be a part of it
        for secret in sorted(given - {""}, key=len, reverse=True):
            text = text.replace(secret, "********")
        return text

    def client_config(self) -> dict[str, str | int | bool]:
        """librdkafka's properties, without logging and callbacks."""
        options: dict[str, str | None] = {
            "ssl.ca.location": self.ca_cert,
            "ssl.ca.pem": self.ca_cert_pem,
            "ssl.certificate.location": self.client_cert,
            "ssl.certificate.pem": self.client_cert_pem,
            "ssl.key.location": self.client_key,
            "ssl.key.pem": self.client_key_pem,
            "ssl.key.password": self.client_key_password,
            "sasl.mechanism": self.sasl_mechanism,
            "sasl.username": self.sasl_username,
            "sasl.password": self.sasl_password,
        }
        given = {key: value for key, value in options.items() if value}
        return {
            "client.id": "omninode.kafka",
            **self.properties,
            **given,
            "bootstrap.servers": self.address,
            "security.protocol": self.security_protocol,
            "allow.auto.create.topics": False,
        }

    def _given(self, option: str) -> str:
        return getattr(self, option) or ""

    def _problems(self) -> Iterator[tuple[str, str]]:
        """Pairs of an option and what is wrong with it."""
        for problem in address.problems(self.bootstrap_servers):
            yield "bootstrap_servers", problem
        if not 1 <= self.timeout <= _LONGEST_TIMEOUT:
            yield "timeout", f"timeout must be 1 to {_LONGEST_TIMEOUT} seconds, not {self.timeout}"
        yield from self._missing()
        yield from self._not_used()
        yield from self._given_twice()
        yield from self._unsendable()
        yield from self._oauth_problems()
        yield from self._pem_problems()
        for name in PROPERTIES:
            for problem in self._property_problems(name):
                yield name, f"{name}: {problem}"

    def _missing(self) -> Iterator[tuple[str, str]]:
        """What security_protocol and sasl_mechanism need and nobody gave."""
        if "SASL" not in self.security_protocol:
            return
        for name, why in sasl.missing(self.sasl_mechanism, self._given):
            needed = f"is needed with security_protocol {self.security_protocol}"
            if why:
                needed = f"is needed with sasl_mechanism {self.sasl_mechanism}"
            variable = f"OMNINODE_KAFKA_{name.upper()}"
            yield name, f"{name} {needed} (option or {variable}){why}"

    def _not_used(self) -> Iterator[tuple[str, str]]:
        """What is given, but the protocol or the mechanism would ignore without a word."""
        protocol = self.security_protocol
        wants_sasl = "SASL" in protocol or any(self._given(name) for name in sasl.OPTIONS)
        fitting = "SASL_SSL" if wants_sasl else "SSL"
        why = f"is not used with security_protocol {protocol}, choose {fitting}"
        for name in unused(protocol):
            if self._given(name):
                yield name, f"{name} {why}"
        if "SASL" in protocol:
            for name in sasl.unused(self.sasl_mechanism):
                if self._given(name):
                    yield name, f"{name} is not used with sasl_mechanism {self.sasl_mechanism}"
        if "SSL" in protocol:
            return
        for name in PROPERTIES:
            for key in getattr(self, name):
                if key.startswith("ssl."):
                    yield name, f"{name}: {key} {why}"

    def _given_twice(self) -> Iterator[tuple[str, str]]:
        for (one,), others in ALTERNATIVES:
            for other in others:
                if self._given(one) and self._given(other):
                    yield other, f"{other} and {one} say the same in two ways, give one of them"

    def _unsendable(self) -> Iterator[tuple[str, str]]:
        for name in (*TLS, *sasl.OPTIONS):
            if _UNSENDABLE.search(self._given(name)):
                yield name, f"{name} has characters that cannot be sent"

    def _oauth_problems(self) -> Iterator[tuple[str, str]]:
        if self.sasl_mechanism != sasl.OAUTHBEARER:
            return
        endpoint = self.oauth_token_endpoint
        if endpoint and (problem := sasl.endpoint_problem(endpoint)):
            yield "oauth_token_endpoint", f"oauth_token_endpoint {problem}"
        if not self.oauth_token:
            return
        from . import tokens

        token = self.oauth_token.strip()
        problem = sasl.token_problem(token) or tokens.expiry_problem(token)
        if problem:
            yield "oauth_token", f"oauth_token {problem}"

    def _pem_problems(self) -> Iterator[tuple[str, str]]:
        shows, proves = self.shows_certificate, self.client_key or self.client_key_pem
        if shows != bool(proves):
            option = "client_cert_pem" if self.client_cert_pem else "client_cert"
            yield option, "client_cert and client_key are needed together"
        if self.client_key_password and not proves:
            yield "client_key_password", "client_key_password is not used without client_key"
        given = [pem for pem in map(self.pem, FILES) if pem]
        if given and not any(_UNSENDABLE.search(pem.value) for pem in given):
            from .pem import problems

            yield from problems(given, self.client_key_password)

    def _property_problems(self, option: str) -> Iterator[str]:
        properties: Mapping[str, str] = getattr(self, option)
        for key, value in properties.items():
            if _UNSENDABLE.search(key + value):
                yield f"{key!r} has characters that cannot be sent"
            elif key in _RESERVED:
                yield f"{key} cannot be set: {_RESERVED[key]}"
            elif key.startswith(_OAUTH) and key != EXTENSIONS:
                yield f"{key} cannot be set: use the options that begin with oauth_"
            elif key == "logger" or key.endswith("_cb"):
                yield f"{key} is a function of the Python client, not a property"
            elif option == "client_properties" and carries_secret(key, value):
                yield f"{key} carries a secret, move it to secret_client_properties"


def unused(security_protocol: str) -> list[str]:
    """The options that this protocol does not use."""
    names: list[str] = []
    if "SASL" not in security_protocol:
        names += sasl.OPTIONS
    if "SSL" not in security_protocol:
        names += TLS
    return names


def carries_secret(key: str, value: object) -> bool:
    if _PRIVATE_KEY in str(value):
        return True
    return any(word in key for word in _SECRET_WORDS)
