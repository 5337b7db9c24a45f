# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role kafka_broker as settings of a broker, with all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import Problems
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.listeners import (
    SCRAM,
    Flaw,
    Listener,
    flaws,
    parse_listener,
    properties,
    security_protocol_map,
    text_of,
    texts,
    written,
)

DOCUMENTATION = r"""
name: broker_settings
short_description: Turns the declared listeners of a development broker into its settings
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Checks variables of the role P(omninode.kafka.kafka_broker#role), and turns them into server
    properties and arguments of Java.
  - The result has all mistakes at once. It holds passwords if a listener has the mechanism
    C(PLAIN).
options:
  _input:
    description: The listeners, as in C(kafka_broker_listeners).
    type: list
    elements: dict
    required: true
  nodes:
    description: Number of nodes.
    type: int
    default: 1
  users:
    description: Users with C(name) and C(password).
    type: list
    elements: dict
    default: []
  scram_mechanisms:
    description: Mechanisms of SCRAM that the first start gave to the users. Unless set, all.
    type: list
    elements: str
  ports:
    description: Port of node 1 by the name of the variable that sets it.
    type: dict
    default: {}
  racks:
    description: Rack of each node.
    type: list
    elements: str
    default: []
  authorizer:
    description: Whether the broker checks ACLs.
    type: bool
    default: false
  super_users:
    description: Principals to whom ACLs do not apply.
    type: list
    elements: str
    default: []
  config:
    description: Further server properties, which override those that the others come to.
    type: dict
    default: {}
  jvm_properties:
    description: System properties of Java.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Show the server properties of a listener
  ansible.builtin.debug:
    msg: "{{ (listeners | omninode.kafka.broker_settings).properties }}"
  vars:
    listeners:
      - {name: TLS, port: 9093, protocol: SSL}
"""

RETURN = r"""
_value:
  description: The settings.
  type: dict
  contains:
    problems:
      description: What is wrong, and what to write instead. Empty if nothing is. Otherwise there
        is no other value.
      type: str
    listeners:
      description: The C(name) and C(port) of each listener, the variable that sets it
        as C(setting), and whether it has C(tls).
      type: list
      elements: dict
    properties:
      description: Server properties that all nodes have, with O(config). The values are as a file
        of properties has them.
      type: dict
    racks:
      description: Rack of each node, as a file of properties has it.
      type: list
      elements: str
    jvm_properties:
      description: System properties of Java.
      type: dict
"""

# the nodes use them among themselves
_RESERVED = ("INTERNAL", "CONTROLLER")
# above kafka_broker_port
_OF_CONTROLLERS = 200
_OF_BROKERS = 300
_LAST_PORT = 65535
_ANONYMOUS = "User:ANONYMOUS"
_NODES = "User:CN=localhost"  # what the certificate of the nodes says
_AUTHORIZER = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"
_ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls"
_PRINCIPAL = re.compile(r"[A-Za-z]+:[^;\s][^;]*")
_SYSTEM_PROPERTY = re.compile(r"(?!-D)[^\s=]+")


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"broker_settings": broker_settings}


class _Broker(NamedTuple):
    """What is declared. `users`: passwords by name. `ports`: of node 1, by variable."""

    listeners: tuple[Listener, ...]
    nodes: int
    users: Mapping[str, str]
    scram_mechanisms: tuple[str, ...]
    ports: Mapping[str, int]
    racks: tuple[str, ...]
    authorizer: bool
    super_users: tuple[str, ...]
    config: Mapping[str, Any]
    jvm_properties: Mapping[str, Any]


class _Ports(NamedTuple):
    """A port of each node, beginning with `first`; `field` of `where` sets it."""

    where: str
    field: str
    first: int

    def shown(self, nodes: int) -> str:
        return str(self.first) if nodes == 1 else f"{self.first} to {self.first + nodes - 1}"


def broker_settings(
    listeners: Iterable[Mapping[str, Any]],
    *,
    nodes: int = 1,
    users: Iterable[Mapping[str, Any]] = (),
    scram_mechanisms: Iterable[str] = SCRAM,
    ports: Mapping[str, Any] | None = None,
    racks: Iterable[str] | str = (),
    authorizer: bool = False,
    super_users: Iterable[str] | str = (),
    config: Mapping[str, Any] | None = None,
    jvm_properties: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    broker = _Broker(
        listeners=tuple(parse_listener(fields) for fields in listeners),
        nodes=int(nodes),
        users={str(user["name"]): str(user["password"]) for user in users},
        scram_mechanisms=tuple(scram_mechanisms),
        ports={name: int(port) for name, port in (ports or {}).items() if int(port)},
        racks=texts(racks, ","),
        authorizer=authorizer,
        super_users=texts(super_users, ";"),
        config=config or {},
        jvm_properties=jvm_properties or {},
    )
    problems = _problems(broker)
    if problems:
        return {"problems": problems}
    all_properties = {**_properties(broker), **broker.config}
    return {
        "problems": "",
        "listeners": [_shown(listener, broker.ports) for listener in broker.listeners],
        "properties": {key: written(value) for key, value in all_properties.items()},
        "racks": [written(rack) for rack in broker.racks],
        "jvm_properties": _jvm_properties(broker),
    }


def _shown(listener: Listener, ports: Mapping[str, int]) -> dict[str, Any]:
    setting = f"listener {listener.name} of kafka_broker_listeners"
    for variable in ("kafka_broker_port", "kafka_broker_sasl_port"):
        if ports.get(variable) == listener.port:
            setting = variable
    return {
        "name": listener.name,
        "port": listener.port,
        "tls": listener.has_tls,
        "setting": setting,
    }


def _properties(broker: _Broker) -> dict[str, str]:
    among_nodes = [Listener(name, 0, "PLAINTEXT") for name in _RESERVED]
    if _nodes_are_known(broker):
        secured = Listener("", 0, "SSL", client_auth="required", principal_rules=("DEFAULT",))
        among_nodes = [secured._replace(name=name) for name in _RESERVED]
    listeners = [*broker.listeners, *among_nodes]
    made = {"listener.security.protocol.map": security_protocol_map(listeners)}
    for listener in listeners:
        made |= properties(listener, broker.users)
    for listener in among_nodes:
        if listener.has_tls:
            # a container has a name that its certificate does not have
            made[f"{listener.prefix}ssl.endpoint.identification.algorithm"] = ""
    if "sasl.enabled.mechanisms" in broker.config:
        # those of a listener would go before them
        for listener in broker.listeners:
            made.pop(f"{listener.prefix}sasl.enabled.mechanisms", None)
    if broker.authorizer:
        nodes = [_NODES] if _nodes_are_known(broker) else []
        made["authorizer.class.name"] = _AUTHORIZER
        made["super.users"] = ";".join([*nodes, *broker.super_users])
    return made


def _nodes_are_known(broker: _Broker) -> bool:
    """Nodes need every right, so they are somebody unless ANONYMOUS has every right anyway."""
    return broker.authorizer and _ANONYMOUS not in broker.super_users


def _jvm_properties(broker: _Broker) -> dict[str, str]:
    made = {}
    urls = _jwks_urls(broker)
    if urls:
        made[_ALLOWED_URLS] = ",".join(urls)
    for key, value in broker.jvm_properties.items():
        made[key] = text_of(value)
    return made


def _jwks_urls(broker: _Broker) -> list[str]:
    urls = [listener.token_rules.jwks_url for listener in broker.listeners]
    return sorted({url for url in urls if url})


def _problems(broker: _Broker) -> str:
    problems = Problems()
    for listener in broker.listeners:
        for flaw in flaws(listener, broker.users):
            problems.add(f"listener {listener.name}", flaw.field, str(flaw))
    for place, message in _of_ports(broker):
        problems.add(place.where, place.field, message)
    for check_all in (
        _of_listeners,
        _of_users,
        _of_first_start,
        _of_racks,
        _of_authorizer,
        _of_java,
    ):
        for flaw in check_all(broker):
            problems.add("the broker", f"kafka_broker_{flaw.field}", str(flaw))
    try:
        problems.raise_if_any("the variables of the role kafka_broker, nothing was started")
    except InvalidSpec as error:
        return str(error)
    return ""


def _of_ports(broker: _Broker) -> Iterator[tuple[_Ports, str]]:
    """A range of ports that leaves those that exist, or meets one before it."""
    nodes, before = broker.nodes, list[_Ports]()
    for ports in _all_ports(broker):
        if not 1 <= ports.first <= _LAST_PORT - nodes + 1:
            yield ports, f"{ports.shown(nodes)} is not a port: choose from 1 to {_LAST_PORT}"
        for other in before:
            if abs(ports.first - other.first) < nodes:
                taken = f"{other.field} of {other.where} takes {other.shown(nodes)}"
                advice = "choose another" if nodes == 1 else f"choose ports {nodes} apart"
                yield ports, f"{ports.shown(nodes)} is taken, {taken}: {advice}"
        before.append(ports)


def _all_ports(broker: _Broker) -> Iterator[_Ports]:
    base = broker.ports.get("kafka_broker_port")
    if base:
        for above in (_OF_CONTROLLERS, _OF_BROKERS):
            yield _Ports("the broker", f"kafka_broker_port + {above}", base + above)
    metrics = broker.ports.get("kafka_broker_jmx_exporter_port")
    if metrics:
        yield _Ports("the broker", "kafka_broker_jmx_exporter_port", metrics)
    for listener in broker.listeners:
        yield _Ports(f"listener {listener.name}", "port", listener.port)


def _of_listeners(broker: _Broker) -> Iterator[Flaw]:
    if not broker.listeners:
        advice = "write one, such as {name: PLAINTEXT, port: 9092, protocol: PLAINTEXT}"
        yield Flaw("listeners", "no client can reach a broker without a listener", advice)
    # Kafka knows them by names in lower case
    names = [listener.name.upper() for listener in broker.listeners]
    for name in sorted(set(names)):
        if name in _RESERVED:
            yield Flaw("listeners", f"the nodes use {name} among themselves", "choose another name")
        if names.count(name) > 1:
            cause = f"{names.count(name)} listeners have the name {name}"
            yield Flaw("listeners", cause, "choose a name for each")


def _of_users(broker: _Broker) -> Iterator[Flaw]:
    for name, password in broker.users.items():
        if re.search(r"[,\r\n]", name + password):
            cause = f"the name or the password of {name!r} has a comma or a line break"
            yield Flaw("users", cause, "choose another")


def _of_first_start(broker: _Broker) -> Iterator[Flaw]:
    for listener in broker.listeners:
        for mechanism in listener.mechanisms:
            if mechanism in SCRAM and mechanism not in broker.scram_mechanisms:
                cause = f"the users of the broker's first start have no {mechanism}"
                advice = "run once with kafka_broker_state=absent, which deletes its data"
                yield Flaw("home", cause, f"{advice}, or choose another home")


def _of_racks(broker: _Broker) -> Iterator[Flaw]:
    racks = broker.racks
    if racks and len(racks) != broker.nodes:
        advice = "write one for each node, the same again where nodes share it"
        cause = f"the number of nodes is {broker.nodes}, that of racks {len(racks)}"
        yield Flaw("racks", cause, advice)
    if "" in racks:
        yield Flaw("racks", "a rack has no name", "write one")
    if racks and "broker.rack" in broker.config:
        yield Flaw("config", "kafka_broker_racks sets broker.rack", "leave one of them out")


def _of_authorizer(broker: _Broker) -> Iterator[Flaw]:
    everyone = str(broker.config.get("allow.everyone.if.no.acl.found")).lower() == "true"
    if broker.super_users and not broker.authorizer:
        advice = "write kafka_broker_authorizer: true"
        yield Flaw("super_users", "without an authorizer, everybody may do everything", advice)
    if broker.authorizer and not broker.super_users and not everyone:
        advice = "write kafka_broker_super_users, such as [User:admin]"
        yield Flaw("authorizer", "nobody may give rights", advice)
    for principal in broker.super_users:
        if not _PRINCIPAL.fullmatch(principal):
            advice = "write User: and a name without a semicolon, such as User:admin"
            yield Flaw("super_users", f"{principal!r} is not a principal", advice)
    for key in ("authorizer.class.name", "super.users"):
        if broker.authorizer and key in broker.config:
            yield Flaw("config", f"kafka_broker_authorizer sets {key}", "leave one of them out")


def _of_java(broker: _Broker) -> Iterator[Flaw]:
    what, declared = "jvm_properties", broker.jvm_properties
    for key, value in declared.items():
        if not _SYSTEM_PROPERTY.fullmatch(key):
            yield Flaw(what, f"{key!r} is not a name", "write it without -D, = and spaces")
        if value is None or isinstance(value, (list, Mapping)):
            yield Flaw(
                what, f"{key} is no text, number or boolean", f"write one, or leave {key} out"
            )
    allowed = str(declared.get(_ALLOWED_URLS, "")).split(",")
    for url in _jwks_urls(broker):
        if _ALLOWED_URLS in declared and url not in allowed:
            advice = f"add it, or leave {_ALLOWED_URLS} out"
            yield Flaw(what, f"{_ALLOWED_URLS} lacks the jwks_url {url}", advice)
