# SPDX-License-Identifier: GPL-3.0-or-later
"""ACLs on a real broker with its authorizer: what alice can do before and after a run, and what a
run refuses."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AclOperation, ResourceType
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
)
from kafka.admin import ResourceType as EveryResourceType

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

ALICE = "User:alice"
MANY = 1000
_SECONDS = 300.0  # only ends a hang
_SILENT = logging.Logger("alice")
_SILENT.addHandler(logging.NullHandler())

Acls = Callable[..., dict[str, Any]]


@pytest.fixture
def acls(broker: TestBroker, prefix: str) -> Iterator[Acls]:
    """The module acls, which must succeed; what is on the test's names is deleted after it."""

    def call(*declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        server = {"bootstrap_servers": broker.bootstrap, **options}
        return run.succeed("acls", acls=list(declared), **server)

    yield call
    purge = {"purge": True, "purge_to_empty": True, "allow": ["all"], "validate": "local"}
    call(owned_prefixes=[prefix], **purge)


@pytest.fixture
def refused(broker: TestBroker) -> Acls:
    """The module acls, which must fail."""

    def call(*declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        server = {"bootstrap_servers": broker.bootstrap, **options}
        return run.fail("acls", acls=list(declared), **server)

    return call


class Alice:
    """What she does with Kafka; a KafkaException says that she may not."""

    def __init__(self, connection: dict[str, Any]) -> None:
        self._server = {
            "bootstrap.servers": connection["bootstrap_servers"],
            "security.protocol": connection["security_protocol"],
            "ssl.ca.location": connection["ca_cert"],
            "sasl.mechanism": connection["sasl_mechanism"],
            "sasl.username": connection["sasl_username"],
            "sasl.password": connection["sasl_password"],
            "allow.auto.create.topics": False,
        }

    def writes(self, topic: str, **properties: str) -> str:
        """The error that she gets, if any."""
        producer = Producer({**self._server, **properties}, logger=_SILENT)
        errors: list[str] = []
        try:
            if "transactional.id" in properties:
                producer.init_transactions(_SECONDS)
                producer.begin_transaction()
            producer.produce(
                topic,
                b"x",
                on_delivery=lambda error, _message: errors.append(error.name() if error else ""),
            )
            assert producer.flush(_SECONDS) == 0
            if "transactional.id" in properties:
                producer.commit_transaction(_SECONDS)
        except KafkaException as error:
            return str(error.args[0].name())
        return errors[0]

    def reads(self, topic: str, group: str) -> str:
        """The error that she gets, if any; she waits for a record."""
        with self.reading(topic, group) as consumer:
            deadline = time.monotonic() + _SECONDS
            while time.monotonic() < deadline:
                message = consumer.poll(0.1)
                if message is None:
                    continue
                error = message.error()
                return error.name() if error else ""
        raise AssertionError("she got neither a record nor an error")

    def reading(self, topic: str, group: str) -> Any:
        """A member of the group."""
        properties = {"group.id": group, "auto.offset.reset": "earliest"}
        consumer = Consumer({**self._server, **properties}, logger=_SILENT)
        consumer.subscribe([topic])
        return consumer


@pytest.fixture
def client(alice: dict[str, Any]) -> Alice:
    return Alice(alice)


TOPIC_DENIED, GROUP_DENIED = "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED"
ID_DENIED = "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"


def test_a_principal_does_what_is_declared_and_nothing_else(
    cluster: Cluster, acls: Acls, refused: Acls, client: Alice, prefix: str, group: str
) -> None:
    orders, other = f"{prefix}orders", f"{prefix}other"
    cluster.create({orders: (1, {}), other: (1, {})})
    assert client.writes(orders) == TOPIC_DENIED
    assert client.reads(orders, f"{group}app") in (TOPIC_DENIED, GROUP_DENIED)

    declared = {
        "principal": ALICE,
        "produce": [orders],
        "consume": [{"prefixed": orders}],
        "groups": [{"prefixed": f"{group}app"}],
        "transactional_ids": [f"{prefix}id"],
    }
    promised = acls(declared, check=True, diff=True)
    assert client.writes(orders) == TOPIC_DENIED
    done = acls(declared, diff=True)
    for key in ("changed", "changes", "summary", "plan_id", "diff", "undo"):
        assert promised[key] == done[key]

    assert client.writes(orders) == ""
    assert client.writes(orders, **{"enable.idempotence": "true"}) == ""
    assert client.writes(orders, **{"transactional.id": f"{prefix}id"}) == ""
    assert client.reads(orders, f"{group}app.1") == ""
    assert client.writes(other) == TOPIC_DENIED
    assert client.reads(other, f"{group}app") == TOPIC_DENIED
    assert client.reads(orders, f"{group}other") == GROUP_DENIED
    assert client.writes(orders, **{"transactional.id": f"{prefix}other"}) == ID_DENIED

    again = acls(declared)
    assert (again["changed"], again["changes"]) == (False, [])

    # back to what was before, although somebody may still write
    error = refused(*done["undo"]["acls"])["msg"]
    assert f"{ALICE} on topic {orders} (loses WRITE): guard allow: hazard in_use" in error
    assert f"(written: topic {orders} at " in error
    assert "by whom is not known" in error
    acls(*done["undo"]["acls"], allow=["in_use"])
    assert client.writes(orders) == TOPIC_DENIED
    assert acls(declared, check=True)["changes"] == done["changes"]


def test_a_denial_wins(cluster: Cluster, acls: Acls, client: Alice, prefix: str) -> None:
    orders, secret = f"{prefix}orders", f"{prefix}secret"
    cluster.create({orders: (1, {}), secret: (1, {})})
    acls(
        {"principal": ALICE, "produce": [{"prefixed": prefix}]},
        {
            "principal": ALICE,
            "resource_type": "topic",
            "resource_name": secret,
            "operations": ["all"],
            "permission": "deny",
        },
    )
    assert (client.writes(orders), client.writes(secret)) == ("", TOPIC_DENIED)


def test_who_is_admin_of_topics_keeps_them(
    acls: Acls, alice: dict[str, Any], allow: Callable[..., None], prefix: str
) -> None:
    acls({"principal": ALICE, "admin_of": [{"prefixed": prefix}]})
    allow(AclOperation.DESCRIBE_CONFIGS, on=ResourceType.BROKER)
    topic: dict[str, Any] = {"name": f"{prefix}a", "partitions": 1, "replication_factor": 1}

    for change in (
        {},
        {"partitions": 2, "allow": ["key_order"]},
        {"config": {"retention.ms": "30d"}},
        {"state": "absent"},
    ):
        topic |= change
        assert run.succeed("topics", **alice, topics=[topic])["changed"]


def test_a_purge_takes_what_is_owned_and_no_more(
    acls: Acls, broker: TestBroker, prefix: str
) -> None:
    topics = [f"{prefix}{number}" for number in range(4)]
    owned, other = f"User:{prefix}a", f"User:{prefix}b"
    acls({"principal": owned, "produce": topics}, {"principal": other, "produce": topics[:1]})

    result = acls(
        {"principal": owned, "produce": topics[:1]},
        owned_principals=[owned],
        purge=True,
        return_acls=True,
        destruction_budget=3,
    )

    assert [change["operation"] for change in result["changes"]] == ["delete"] * 3
    assert [entry["resource_name"] for entry in result["acls"]] == topics[:1]
    left = run.succeed("acl_info", bootstrap_servers=broker.bootstrap, principals=[owned, other])
    assert [(entry["principal"], entry["resource_name"]) for entry in left["acls"]] == [
        (owned, topics[0]),
        (other, topics[0]),
    ]


def test_one_declared_acl_is_enough_to_purge_the_others(acls: Acls, prefix: str) -> None:
    kept: dict[str, Any] = {
        "principal": f"User:{prefix}a",
        "resource_type": "topic",
        "resource_name": prefix,
        "pattern_type": "prefixed",
        "operations": ["read"],
        "permission": "allow",
        "host": "*",
    }
    others = [
        {**kept, "operations": ["write"]},
        {**kept, "pattern_type": "literal"},
        {**kept, "resource_type": "group"},
        {**kept, "principal": f"User:{prefix}b"},
        {**kept, "permission": "deny", "host": "192.0.2.1"},
    ]
    acls(kept, *others)
    purge = {"owned_prefixes": [prefix], "purge": True, "allow": ["all"]}

    purged = acls(kept, **purge)

    assert [each["operation"] for each in purged["changes"]] == ["delete"] * len(others)
    again = acls(kept, **purge, return_acls=True)
    assert (again["changed"], again["changes"], again["acls"]) == (False, [], [kept])
    gone = acls(*({**other, "state": "absent"} for other in others))
    assert (gone["changed"], gone["changes"]) == (False, [])


def test_what_the_client_library_cannot_name_is_never_purged(
    acls: Acls, broker: TestBroker, prefix: str
) -> None:
    owned = f"User:{prefix}a"
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    pattern = ResourcePattern(EveryResourceType.USER, prefix)
    admin.create_acls(
        [ACL(owned, "*", ACLOperation.DESCRIBE_TOKENS, ACLPermissionType.ALLOW, pattern)]
    )
    every = ACLFilter(
        owned,
        None,
        ACLOperation.ANY,
        ACLPermissionType.ANY,
        ResourcePatternFilter(EveryResourceType.ANY, None, ACLResourcePatternType.ANY),
    )
    try:
        result = acls(owned_principals=[owned], purge=True, purge_to_empty=True)
        assert (result["changed"], "not purged: acl" in str(result["warnings"])) == (False, True)
        told = run.succeed("acl_info", bootstrap_servers=broker.bootstrap, principals=[owned])
        assert told["acls"] == []
        assert [entry["resource_type"] for entry in told["unreadable"]] == ["unknown"]
    finally:
        admin.delete_acls([every])
        admin.close()


def test_each_guard_refuses_until_it_is_lifted(acls: Acls, refused: Acls, prefix: str) -> None:
    own = f"User:{prefix}a"
    right = {"principal": own, "produce": [f"{prefix}a"], "consume": [f"{prefix}b"]}
    denial = {
        "principal": own,
        "resource_type": "topic",
        "resource_name": f"{prefix}c",
        "operations": ["read"],
        "permission": "deny",
    }
    acls(right, denial)
    gone = {"state": "absent"}
    none = {"name": "none", "rule": "operations == `[]`", "message": "give nobody a right"}
    another = "0" * 32
    for entry, guard, refusing, lifting in (
        ({**denial, **gone}, "allow", {}, {"allow": ["widening"]}),
        (
            {**right, **gone},
            "owned_principals",
            {"owned_principals": ["User:b"]},
            {"owned_principals": [own]},
        ),
        ({**right, **gone}, "protected_principals", {"protected_principals": [own]}, {}),
        (
            {**right, **gone},
            "destruction_budget",
            {"destruction_budget": 1},
            {"destruction_budget": 2},
        ),
        (right, "policies", {"policies": [none]}, {"policies": [{**none, "level": "warning"}]}),
        (
            {**right, **gone},
            "expected_plan_id",
            {"expected_plan_id": another},
            {"expected_plan_id": acls({**right, **gone}, check=True)["plan_id"]},
        ),
    ):
        error = refused(entry, **refusing)
        assert error["error"] == "PlanRefused", error
        told = [each.get("guard") for each in error["outcome"]["failed"]]
        assert guard in {*told, *(["expected_plan_id"] if another in error["msg"] else [])}
        assert acls(entry, **lifting)["changed"] or guard == "policies"
        # as before, for the next guard
        acls(right, denial)


@pytest.mark.usefixtures("acls")
def test_a_run_does_not_lock_itself_out(
    alice: dict[str, Any], allow: Callable[..., None], prefix: str
) -> None:
    allow(AclOperation.DESCRIBE, AclOperation.ALTER, on=ResourceType.BROKER)
    own: dict[str, Any] = {"principal": ALICE, "resource_type": "cluster"}

    for suicidal in (
        {**own, "operations": ["alter"], "state": "absent"},
        {**own, "operations": ["all"], "permission": "deny"},
    ):
        error = run.fail("acls", **alice, acls=[suicidal], allow=["all"])
        assert "guard lockout: the run acts as User:alice" in error["msg"]
        assert error["outcome"]["failed"][0]["guard"] == "lockout"

    # she still can
    harmless = {"principal": f"User:{prefix}a", "produce": [f"{prefix}a"]}
    assert run.succeed("acls", **alice, acls=[harmless])["changed"]


def test_a_group_that_is_active_is_not_stopped(
    cluster: Cluster, acls: Acls, refused: Acls, client: Alice, prefix: str, group: str
) -> None:
    topic, app = f"{prefix}orders", f"{group}app"
    cluster.create({topic: (1, {})})
    reads = {"principal": ALICE, "consume": [topic], "groups": [app]}
    acls(reads)
    gone = {**reads, "state": "absent"}

    with client.reading(topic, app) as consumer:
        cluster.await_(
            lambda: consumer.poll(0.02) is None and bool(consumer.assignment()),
            "alice to be assigned the topic",
        )
        error = refused(gone)
        told = f"groups: only {ALICE} may read group {app}; it is active"
        assert "hazard in_use" in error["msg"]
        assert told in error["msg"]
        assert {change["name"] for change in error["changes"]} == {
            f"{ALICE} on topic {topic}",
            f"{ALICE} on group {app}",
        }
        allowed = acls({**gone, "allow": ["in_use"]}, check=True)
        assert allowed["changed"]

    cluster.await_(
        lambda: not acls(gone, check=True, report_refused=True)["changes"][0]["hazards"],
        "the group to be left",
    )
    assert acls(gone)["changed"]


def test_what_nobody_declares_is_reported_with_who_needs_it(
    cluster: Cluster, acls: Acls, broker: TestBroker, client: Alice, prefix: str, group: str
) -> None:
    topic, app = f"{prefix}orders", f"{group}app"
    cluster.create({topic: (1, {})})
    reads = {"principal": ALICE, "consume": [topic], "groups": [app]}
    acls(reads, {"principal": ALICE, "produce": [topic]})
    asked = {"bootstrap_servers": broker.bootstrap, "owned_prefixes": [prefix]}

    with client.reading(topic, app) as consumer:
        cluster.await_(
            lambda: consumer.poll(0.02) is None and bool(consumer.assignment()),
            "alice to be assigned the topic",
        )
        found = run.succeed("undeclared_acls_info", **asked, acls=[{**reads, "groups": []}])

    assert [
        (each["resource_name"], each["operations"], each["groups"]) for each in found["acls"]
    ] == [
        (app, ["read"], {app: [ALICE]}),
        (topic, ["write"], {}),
    ]
    assert run.succeed("undeclared_acls_info", **asked, acls=[reads])["acls"] == [
        {**found["acls"][1]}
    ]


def test_a_cluster_without_an_authorizer_is_no_cluster_without_acls(
    broker_40: TestBroker,
) -> None:
    for module, options in (("acls", {"acls": []}), ("acl_info", {})):
        error = run.fail(module, bootstrap_servers=broker_40.bootstrap, **options)
        assert error["error"] == "Unsupported"
        assert "no authorizer (authorizer.class.name is not set)" in error["msg"]


def test_mistakes_that_brokers_take_are_told_at_once(refused: Acls, prefix: str) -> None:
    right = {"principal": ALICE, "resource_type": "topic", "resource_name": prefix}
    error = refused(
        {**right, "operations": ["idempotent_write"]},
        {**right, "operations": ["read"], "host": "kafka.example"},
        {**right, "operations": ["read"], "resource_name": "*", "pattern_type": "prefixed"},
        {**right, "operations": ["read"], "principal": "alice"},
    )
    assert error["error"] == "InvalidSpec"
    assert [problem["field"] for problem in error["errors"]] == [
        "operations",
        "host",
        "resource_name",
        "principal",
    ]


def test_a_run_that_is_killed_leaves_nobody_without_rights(
    cluster: Cluster, acls: Acls, broker: TestBroker, client: Alice, prefix: str
) -> None:
    old, new = f"{prefix}old", f"{prefix}new"
    cluster.create({old: (1, {}), new: (1, {})})
    acls({"principal": ALICE, "produce": [old]})
    declared = {"principal": ALICE, "produce": [new]}
    # she writes to the old topic before the next run
    options: dict[str, Any] = {
        "owned_prefixes": [prefix],
        "purge": True,
        "allow": ["in_use"],
    }

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(run.HANGS)
        process = run.start(
            "acls",
            meet=server.getsockname()[1],
            before_write=2,
            bootstrap_servers=broker.bootstrap,
            acls=[declared],
            **options,
        )
        with server.accept()[0]:
            process.kill()
            process.communicate()

    cluster.await_(lambda: client.writes(new) == "", "the new right to be visible")
    assert client.writes(old) == ""

    finished = acls(declared, **options)
    assert [(each["operation"], each["name"]) for each in finished["changes"]] == [
        ("delete", f"{ALICE} on topic {old}")
    ]
    assert (client.writes(new), client.writes(old)) == ("", TOPIC_DENIED)


def test_many_acls_are_kept_in_one_call(
    acls: Acls, prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    topics = [f"{prefix}{number:04}" for number in range(MANY)]
    owned = f"User:{prefix}a"

    def timed(what: str, *declared: dict[str, Any], **options: Any) -> dict[str, Any]:
        begin = time.monotonic()
        result = acls(*declared, **options)
        with capsys.disabled():
            print(f"\n{what} {MANY} ACLs: {time.monotonic() - begin:.1f} s", end="")
        return result

    many = {"principal": owned, "produce": topics}
    assert len(timed("check", many, check=True)["changes"]) == MANY
    assert len(timed("create", many)["changes"]) == MANY
    assert timed("keep", many)["changed"] is False
    few = {"principal": owned, "produce": topics[:1]}
    gone = timed("purge", few, purge=True, owned_principals=[owned])
    assert gone["summary"].endswith(f": delete {MANY - 1}, unchanged 1")
