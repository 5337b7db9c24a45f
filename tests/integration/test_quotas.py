# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas on a real broker: what a run does and refuses, and what becomes of the clients that they
bind."""

from __future__ import annotations

import logging
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

MANY = 1000
_SECONDS = 300.0  # only ends a hang
_SILENT = logging.Logger("producer")
_SILENT.addHandler(logging.NullHandler())

Quotas = Callable[..., dict[str, Any]]


@pytest.fixture
def quotas(broker: TestBroker) -> Iterator[Quotas]:
    """The module quotas, which must succeed; all quotas are removed after the test."""

    def call(*declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        server = {"bootstrap_servers": broker.bootstrap, **options}
        return run.succeed("quotas", quotas=list(declared), **server)

    yield call
    left = run.succeed("quota_info", bootstrap_servers=broker.bootstrap)["quotas"]
    if left:
        call(*({**entry, "quotas": None, "state": "absent"} for entry in left))


@pytest.fixture
def refused(broker: TestBroker) -> Quotas:
    """The module quotas, which must fail."""

    def call(*declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        server = {"bootstrap_servers": broker.bootstrap, **options}
        return run.fail("quotas", quotas=list(declared), **server)

    return call


def test_quotas_are_kept_and_taken_back(
    broker: TestBroker, quotas: Quotas, refused: Quotas, prefix: str
) -> None:
    client = f"{prefix}app"
    quotas({"client_id": client, "quotas": {"producer_byte_rate": "1MiB"}})
    declared = [
        # so much that it binds no other test
        {"user_defaults": True, "quotas": {"consumer_byte_rate": "1TiB"}},
        {"user": prefix, "client_defaults": True, "quotas": {"request_percentage": 12.5}},
        {"user": prefix, "client_id": client, "quotas": {"controller_mutation_rate": 0.5}},
        {"client_id": client, "quotas": {"producer_byte_rate": None, "consumer_byte_rate": 7}},
        {"ip": "192.0.2.7", "quotas": {"connection_creation_rate": 20}},
    ]

    error = refused(*declared, check=True)["msg"]
    assert "create quota user defaults (consumer_byte_rate 1TiB): guard allow: hazard" in error
    assert f"create quota user {prefix} with client defaults (request_percentage 12.5)" in error
    promised = quotas(*declared, allow=["throttling"], check=True, diff=True)
    done = quotas(*declared, allow=["throttling"], diff=True, return_quotas=True)

    for key in ("changed", "changes", "summary", "plan_id", "diff", "undo"):
        assert promised[key] == done[key]
    assert ": create 4, alter 1, unchanged 0; hazards: throttling 2" in done["summary"]
    assert (promised["not_validated"], done["not_validated"]) == ([], [])
    shown = run.succeed("quota_info", bootstrap_servers=broker.bootstrap)["quotas"]
    assert shown == done["quotas"]
    assert {"client_id": client, "quotas": {"consumer_byte_rate": 7}} in shown
    again = quotas(*declared)
    assert (again["changed"], again["changes"]) == (False, [])

    quotas(*done["undo"]["quotas"], allow=["throttling"])
    left = run.succeed("quota_info", bootstrap_servers=broker.bootstrap)["quotas"]
    assert left == [{"client_id": client, "quotas": {"producer_byte_rate": 1048576}}]


def test_a_default_says_how_many_it_binds(
    cluster: Cluster, refused: Quotas, quotas: Quotas, prefix: str
) -> None:
    names = [f"{prefix}{number}" for number in range(3)]
    bindings = [
        AclBinding(
            ResourceType.TOPIC,
            prefix,
            ResourcePatternType.LITERAL,
            f"User:{name}",
            "*",
            AclOperation.READ,
            AclPermissionType.ALLOW,
        )
        for name in names
    ]
    lower = {"user_defaults": True, "quotas": {"request_percentage": 100000}}
    before = refused(lower, check=True)["changes"][0]["evidence"]["binds"]
    cluster.allow(bindings)
    try:
        quotas({"user": names[0], "quotas": {"request_percentage": 100000}})
        binds = refused(lower, check=True)["changes"][0]["evidence"]["binds"]
    finally:
        cluster.disallow(bindings)
    assert binds - before == 2


def test_a_thousand_entities_in_one_call_and_their_purge(quotas: Quotas, prefix: str) -> None:
    names = [f"{prefix}{number}" for number in range(MANY)]
    many = [{"user": name, "quotas": {"producer_byte_rate": "1MiB"}} for name in names]
    begin = time.monotonic()
    done = quotas(*many, return_quotas=True)
    seconds = time.monotonic() - begin
    print(f"{MANY} entities in one call: {seconds:.1f} s")
    assert (len(done["changes"]), len(done["quotas"])) == (MANY, MANY)

    other = {"user": f"other-{prefix}", "quotas": {"producer_byte_rate": 1}}
    quotas(other)
    purged = quotas(*many[:1], purge=True, owned_user_prefixes=[prefix], return_quotas=True)
    assert [each["operation"] for each in purged["changes"]] == ["delete"] * (MANY - 1)
    assert [entry["user"] for entry in purged["quotas"]] == names[:1]
    assert quotas(other)["changed"] is False


RECORD = bytes(16 * 1024)
RATE = "64KiB"  # a second
BURST = 4 * 2**20  # more than a broker grants at once: the rate for each of its 10 samples


class Writer:
    """A producer that writes one record at a time. `throttled`: in seconds, told by the broker."""

    def __init__(self, broker: TestBroker, topic: str, client_id: str) -> None:
        self.throttled = 0.0
        self.written = 0
        self._topic = topic
        self._producer = Producer(
            {
                "bootstrap.servers": broker.bootstrap,
                "client.id": client_id,
                "linger.ms": 0,
                "throttle_cb": self._on_throttle,
            },
            logger=_SILENT,
        )

    def _on_throttle(self, event: Any) -> None:
        self.throttled += event.throttle_time

    def _on_delivery(self, error: Any, _message: Any) -> None:
        assert error is None, error
        self.written += 1

    def begin(self) -> None:
        self._producer.produce(self._topic, RECORD, on_delivery=self._on_delivery)

    def serve(self) -> None:
        self._producer.poll(0.01)

    def write(self) -> None:
        self.begin()
        assert self._producer.flush(_SECONDS) == 0


def test_a_producer_is_throttled_and_then_free(
    broker: TestBroker, cluster: Cluster, quotas: Quotas, prefix: str
) -> None:
    topic, client_id = f"{prefix}a", f"{prefix}app"
    cluster.create({topic: (1, {})})
    limit = {"client_id": client_id, "quotas": {"producer_byte_rate": RATE}}
    quotas(limit)
    limited, free = Writer(broker, topic, client_id), Writer(broker, topic, f"{prefix}other")

    while not limited.throttled:
        assert limited.written * len(RECORD) < BURST
        limited.write()
        free.write()
    assert free.written == limited.written

    # now each of its records waits for the rate, while the other one goes on
    written = limited.written
    while limited.written < written + 4:
        limited.begin()
        seen = limited.written
        while limited.written == seen:
            limited.serve()
            free.write()
    ratio = (free.written - written) / (limited.written - written)
    print(f"beside each record of the limited producer: {ratio:.0f}; {limited.throttled:.1f} s")
    assert ratio > 5
    assert free.throttled == 0

    quotas({**limit, "quotas": None, "state": "absent"})
    again = Writer(broker, topic, client_id)
    while again.written * len(RECORD) < BURST:
        again.write()
    assert again.throttled == 0


def answers(broker: TestBroker, source: str) -> bool:
    """Whether the broker answers a new connection from this address, rather than closes it."""
    host, port = broker.bootstrap.rsplit(":", 1)
    # ApiVersions, version 0, without a client ID
    request = struct.pack(">hhih", 18, 0, 1, -1)
    address = (source, 0)
    with socket.create_connection((host, int(port)), _SECONDS, source_address=address) as client:
        try:
            client.sendall(struct.pack(">i", len(request)) + request)
            return bool(client.recv(4))
        except ConnectionError:
            return False


def test_an_ip_default_binds_each_address_that_has_no_quota_of_its_own(
    broker: TestBroker, quotas: Quotas
) -> None:
    here, other = "127.0.0.1", "127.0.0.2"
    assert answers(broker, other)
    quotas(
        {"ip": here, "quotas": {"connection_creation_rate": 100000}},
        {
            "ip_defaults": True,
            "quotas": {"connection_creation_rate": 1},
            "allow": ["throttling"],
        },
    )

    tried = 0
    while answers(broker, other):
        tried += 1
        assert tried < 100
        assert answers(broker, here)
    print(f"connections before the broker closes one: {tried}")
    assert answers(broker, here)
