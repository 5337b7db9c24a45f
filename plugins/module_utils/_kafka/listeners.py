# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A listener of a broker: what is wrong with it, and the server properties that make it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
OAUTHBEARER = "OAUTHBEARER"
SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")
# each takes the name and the password of a user
OF_USERS = ("PLAIN", *SCRAM)
MECHANISMS = (*OF_USERS, OAUTHBEARER)
CLIENT_AUTH = ("none", "requested", "required")
_SECURITY = "org.apache.kafka.common.security"
_LOGIN_MODULES = {
    "PLAIN": f"{_SECURITY}.plain.PlainLoginModule",
    "SCRAM-SHA-256": f"{_SECURITY}.scram.ScramLoginModule",
    "SCRAM-SHA-512": f"{_SECURITY}.scram.ScramLoginModule",
    OAUTHBEARER: f"{_SECURITY}.oauthbearer.OAuthBearerLoginModule",
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_URL = re.compile(r"(https?://|file:///)[^\s,]+")
# org.apache.kafka.common.security.ssl.SslPrincipalMapper
_RULE = re.compile(r"DEFAULT|RULE:(\\.|[^\\/])*/(\\.|[^\\/])*/[LU]?")
_TOKEN_VALIDATOR = f"{_SECURITY}.oauthbearer.OAuthBearerValidatorCallbackHandler"


class TokenRules(NamedTuple):
    """Which tokens OAUTHBEARER takes."""

    jwks_url: str = ""
    issuer: str = ""
    audiences: tuple[str, ...] = ()


class Listener(NamedTuple):
    """`port`: that of node 1; the nodes that follow have the ports that follow."""

    name: str
    port: int
    protocol: str
    mechanisms: tuple[str, ...] = ()
    token_rules: TokenRules = TokenRules()
    client_auth: str = "none"
    principal_rules: tuple[str, ...] = ()

    @property
    def has_tls(self) -> bool:
        return self.protocol.endswith("SSL")

    @property
    def has_sasl(self) -> bool:
        return self.protocol.startswith("SASL_")

    @property
    def prefix(self) -> str:
        return f"listener.name.{self.name.lower()}."


def parse_listener(fields: Mapping[str, Any]) -> Listener:
    """What is missing is empty here, and a flaw later."""
    tokens = fields.get("oauthbearer") or {}
    return Listener(
        name=str(fields.get("name", "")),
        port=int(fields.get("port", 0)),
        protocol=str(fields.get("protocol", "")),
        mechanisms=texts(fields.get("sasl_mechanisms"), ","),
        token_rules=TokenRules(
            jwks_url=str(tokens.get("jwks_url", "")),
            issuer=str(tokens.get("issuer", "")),
            audiences=texts(tokens.get("audience"), ","),
        ),
        client_auth=str(fields.get("client_auth", "none")),
        principal_rules=texts(fields.get("principal_mapping_rules"), "\n"),
    )


def texts(value: Iterable[object] | str | None, separator: str) -> tuple[str, ...]:
    """A text stands for a list, as it does in Ansible."""
    items = value or ()
    if isinstance(items, str):
        items = items.split(separator)
    return tuple(str(item).strip() for item in items)


class Flaw(NamedTuple):
    """What is wrong with a field, and what to write instead."""

    field: str
    cause: str
    advice: str

    def __str__(self) -> str:
        return f"{self.cause}: {self.advice}"


def flaws(listener: Listener, users: Collection[str]) -> Iterator[Flaw]:
    if not _NAME.fullmatch(listener.name):
        yield Flaw(
            "name",
            f"{listener.name!r} is not a name",
            "write letters, digits and _, a letter first",
        )
    if listener.protocol in PROTOCOLS:
        yield from _of_protocol(listener)
    else:
        yield Flaw(
            "protocol",
            f"{listener.protocol!r} is not a protocol",
            f"write {_one_of(PROTOCOLS)}",
        )
    for mechanism in listener.mechanisms:
        yield from _of_mechanism(mechanism, users)
    yield from _of_token_rules(listener)
    yield from _of_client_auth(listener)


def _of_protocol(listener: Listener) -> Iterator[Flaw]:
    """What the protocol needs, or would ignore without a word."""
    protocol = listener.protocol
    if listener.has_sasl and not listener.mechanisms:
        yield Flaw(
            "sasl_mechanisms",
            f"{protocol} needs a mechanism",
            f"write a list of {_one_of(MECHANISMS)}",
        )
    if listener.mechanisms and not listener.has_sasl:
        yield Flaw(
            "sasl_mechanisms",
            f"{protocol} takes no mechanism",
            "write the protocol SASL_SSL or SASL_PLAINTEXT, or leave the mechanisms out",
        )
    if listener.client_auth != "none" and not listener.has_tls:
        yield Flaw(
            "client_auth",
            f"a client shows a certificate by TLS, not by {protocol}",
            "write the protocol SSL, or leave client_auth out",
        )
    if listener.principal_rules and protocol != "SSL":
        yield Flaw(
            "principal_mapping_rules",
            f"the principal of {protocol} does not come from a certificate",
            "write the protocol SSL, or leave the rules out",
        )


def _of_mechanism(mechanism: str, users: Collection[str]) -> Iterator[Flaw]:
    if mechanism not in MECHANISMS:
        yield Flaw(
            "sasl_mechanisms",
            f"{mechanism!r} is not a mechanism",
            f"write {_one_of(MECHANISMS)}",
        )
    if mechanism in OF_USERS and not users:
        yield Flaw(
            "sasl_mechanisms",
            f"{mechanism} needs users",
            "write kafka_broker_users, a list with a name and a password of each",
        )


def _of_token_rules(listener: Listener) -> Iterator[Flaw]:
    rules = listener.token_rules
    if OAUTHBEARER not in listener.mechanisms:
        if any(rules):
            yield Flaw(
                "oauthbearer",
                "no mechanism of the listener takes tokens",
                f"add {OAUTHBEARER} to sasl_mechanisms, or leave oauthbearer out",
            )
    elif not rules.jwks_url:
        yield Flaw(
            "oauthbearer",
            f"{OAUTHBEARER} needs the keys that sign its tokens",
            "write jwks_url, such as http://127.0.0.1:8080/jwks",
        )
    elif not _URL.fullmatch(rules.jwks_url):
        yield Flaw(
            "oauthbearer",
            f"jwks_url {rules.jwks_url!r} is not a URL of keys",
            "write one that begins with http://, https:// or file:///, without a comma",
        )


def _of_client_auth(listener: Listener) -> Iterator[Flaw]:
    wanted = listener.client_auth
    if wanted not in CLIENT_AUTH:
        yield Flaw(
            "client_auth",
            f"{wanted!r} is not known",
            f"write {_one_of(CLIENT_AUTH)}",
        )
    if listener.principal_rules and wanted == "none":
        yield Flaw(
            "principal_mapping_rules",
            "no client is asked for a certificate",
            "write client_auth: required",
        )
    for rule in listener.principal_rules:
        if not _RULE.fullmatch(rule):
            yield Flaw(
                "principal_mapping_rules",
                f"{rule!r} is not a rule",
                "write DEFAULT or RULE:pattern/replacement/, and L or U after it if wanted",
            )


def _one_of(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}"


def security_protocol_map(listeners: Iterable[Listener]) -> str:
    return ",".join(f"{listener.name}:{listener.protocol}" for listener in listeners)


def properties(listener: Listener, users: Mapping[str, str]) -> dict[str, str]:
    """Of one listener, by their full names. `users`: passwords by name."""
    own: dict[str, str] = {}
    if listener.mechanisms:
        own["sasl.enabled.mechanisms"] = ",".join(listener.mechanisms)
    for mechanism in listener.mechanisms:
        key = f"{mechanism.lower()}.sasl.jaas.config"
        own[key] = _jaas(mechanism, users)
    if OAUTHBEARER in listener.mechanisms:
        own |= _of_tokens(listener.token_rules)
    if listener.client_auth != "none":
        own["ssl.client.auth"] = listener.client_auth
    if listener.principal_rules:
        own["ssl.principal.mapping.rules"] = ",".join(listener.principal_rules)
    prefix = listener.prefix
    return {prefix + key: value for key, value in own.items()}


def _of_tokens(rules: TokenRules) -> dict[str, str]:
    own = {
        "oauthbearer.sasl.server.callback.handler.class": _TOKEN_VALIDATOR,
        "sasl.oauthbearer.jwks.endpoint.url": rules.jwks_url,
    }
    if rules.issuer:
        own["sasl.oauthbearer.expected.issuer"] = rules.issuer
    if rules.audiences:
        own["sasl.oauthbearer.expected.audience"] = ",".join(rules.audiences)
    return own


def _jaas(mechanism: str, users: Mapping[str, str]) -> str:
    """Only PLAIN has its users here: a broker keeps those of SCRAM in the cluster's metadata."""
    words = [_LOGIN_MODULES[mechanism], "required"]
    if mechanism != "PLAIN":
        users = {}
    for name, password in users.items():
        option = _in_quotes(f"user_{name}")
        value = _in_quotes(password)
        words.append(f"{option}={value}")
    return " ".join(words) + ";"


def _in_quotes(text: str) -> str:
    """As java.io.StreamTokenizer reads a string: an escape of Unicode is none there."""
    return json.dumps(text, ensure_ascii=False)


def written(value: object) -> str:
    """As a file of properties has it, whose escapes are those of a string of JavaScript."""
    return json.dumps(text_of(value))[1:-1]


def text_of(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
