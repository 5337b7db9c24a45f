# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights that each module needs, and no more: a principal with exactly these succeeds, and one
that lacks any of them is told which. docs/least-rights.md shows the same table."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.run import ROOT

DOCUMENT = ROOT / "docs/least-rights.md"
PASSWORD = "least-secret"
AT_ONCE = 2

TOPIC, CLUSTER, GROUPS, TOPICS = "the topic", "the cluster", "each group", "each topic"
READ_TOPIC = ("Describe on the topic", "DescribeConfigs on the topic")
# Kafka implies these (AclAuthorizer and StandardAuthorizer)
IMPLIES = {
    "Read": "Describe",
    "Write": "Describe",
    "Delete": "Describe",
    "Alter": "Describe",
    "AlterConfigs": "DescribeConfigs",
}
# those that only a write needs: with `validate: local` it is the write that fails
OF_WRITES = frozenset({"Create", "Alter", "AlterConfigs", "Delete"})


class Without(NamedTuple):
    """What becomes of a run that lacks a right which it can do without.

    `shown`: part of its result, as JSON, which is not there with the right. `told`: in words.
    """

    shown: str
    told: str


NO_GROUPS = Without('"groups": "unknown"', "`groups` are `unknown`")


class Row(NamedTuple):
    """What a module does. `needs`: the rights without which it fails.

    `better`: those that it can do without. `options`: of the module, where TOPIC, NAME and GROUP
    stand for a topic, a name that nobody has, and a group. `writes`: whether it changes anything.
    `exists`: whether the topic does.
    """

    module: str
    does: str
    needs: Sequence[str]
    options: Mapping[str, Any]
    better: Mapping[str, Without] = {}
    writes: bool = False
    exists: bool = True

    @property
    def name(self) -> str:
        return f"{self.module} {self.does}"


NO_DEFAULTS = Without('"defaults": null', "`defaults` is `null`")
ACL = {"principal": "User:NAME", "resource_type": "topic", "resource_name": "TOPIC"}
LIMIT = {"user": "NAME", "quotas": {"producer_byte_rate": "1MiB"}}
EVENT = {"topic": "TOPIC", "wire": "bare", "events": [{"n": 1}]}
PLAN = {"check": True, "validate": "local"}

ROWS = (
    Row(
        "cluster_info",
        "read the cluster",
        (),
        {},
        {"DescribeConfigs on the cluster": NO_DEFAULTS},
    ),
    Row("topic_info", "read topics", READ_TOPIC, {"names": ["TOPIC"], "partitions": True}),
    Row(
        "topic_info",
        "read moves of replicas (`moves`)",
        (*READ_TOPIC, "Describe on the cluster"),
        {"names": ["TOPIC"], "moves": True},
    ),
    Row(
        "undeclared_topics_info",
        "find undeclared topics",
        ("DescribeConfigs on the topic",),
        {"owned_prefixes": ["TOPIC"]},
        {
            "Describe on the topic": Without('"topics": []', "the topic is left out"),
            "Describe on the cluster": NO_GROUPS,
            "Describe on each group": NO_GROUPS,
        },
    ),
    Row(
        "topic_metrics_info",
        "measure topics and lag",
        ("Describe on the topic",),
        {"names": ["TOPIC"], "interval": 1},
        {
            "Read on the topic": Without("READ on the topic", "the lag in seconds is `unknown`"),
            "Describe on the cluster": Without(
                "DESCRIBE on the cluster", "`not_measured` says that groups may be hidden"
            ),
            "Describe on each group": Without(
                "DESCRIBE on the group", "the lag of the group is not measured"
            ),
        },
    ),
    Row(
        "topics",
        "plan (check mode with `validate: local`)",
        READ_TOPIC,
        {
            "topics": [
                {"name": "TOPIC", "config": {"flush.ms": 5}},
                {"name": "NAME"},
            ],
            **PLAN,
        },
    ),
    Row(
        "topics",
        "create a topic",
        (*READ_TOPIC, "Create on the topic"),
        {"topics": [{"name": "TOPIC"}]},
        writes=True,
        exists=False,
    ),
    Row(
        "topics",
        "create any topic",
        (*READ_TOPIC, "Create on the cluster"),
        {"topics": [{"name": "TOPIC"}]},
        writes=True,
        exists=False,
    ),
    Row(
        "topics",
        "create a topic with `placement` or `assignments`",
        (*READ_TOPIC, "Create on the topic", "Describe on the cluster"),
        {"topics": [{"name": "TOPIC", "assignments": {"0": [1]}}]},
        writes=True,
        exists=False,
    ),
    Row(
        "topics",
        "add partitions",
        ("DescribeConfigs on the topic", "Alter on the topic"),
        {"topics": [{"name": "TOPIC", "partitions": 2, "allow": ["key_order"]}]},
        {"Describe on the cluster": NO_GROUPS, "Describe on each group": NO_GROUPS},
        writes=True,
    ),
    Row(
        "topics",
        "alter the configuration",
        ("Describe on the topic", "AlterConfigs on the topic"),
        {
            "topics": [
                {"name": "TOPIC", "config": {"retention.ms": "1h"}, "allow": ["retention_cut"]}
            ]
        },
        writes=True,
    ),
    Row(
        "topics",
        "unset configuration",
        ("Describe on the topic", "AlterConfigs on the topic"),
        {
            "topics": [
                {"name": "TOPIC", "config": {"retention.ms": None}, "allow": ["retention_cut"]}
            ]
        },
        {
            "DescribeConfigs on the cluster": Without(
                '"hazards": ["retention_cut"]', "the value that then holds is unknown, a hazard"
            )
        },
        writes=True,
    ),
    Row(
        "topics",
        "delete a topic",
        ("DescribeConfigs on the topic", "Delete on the topic"),
        {"topics": [{"name": "TOPIC", "state": "absent", "allow": ["delete"]}]},
        {"Describe on the cluster": NO_GROUPS, "Describe on each group": NO_GROUPS},
        writes=True,
    ),
    Row(
        "topics",
        "plan where replicas go (`placement`, `assignments`)",
        (*READ_TOPIC, "Describe on the cluster"),
        {"topics": [{"name": "TOPIC", "placement": "balanced"}]},
    ),
    Row(
        "broker",
        "plan",
        ("Describe on the cluster", "DescribeConfigs on the cluster", "Describe on each topic"),
        {"broker": 1, "state": "active", **PLAN},
    ),
    Row("acl_info", "read ACLs", ("Describe on the cluster",), {}),
    Row(
        "undeclared_acls_info",
        "find undeclared ACLs",
        ("Describe on the cluster",),
        {"owned_principals": ["User:READER"]},
        {"Describe on each group": NO_GROUPS},
    ),
    Row(
        "acls",
        "plan (check mode with `validate: local`)",
        ("Describe on the cluster",),
        {"acls": [{**ACL, "operations": ["read"]}], **PLAN},
    ),
    Row(
        "acls",
        "create ACLs",
        ("Alter on the cluster",),
        {"acls": [{**ACL, "operations": ["read"]}]},
        writes=True,
    ),
    Row(
        "acls",
        "delete ACLs",
        ("Alter on the cluster",),
        {
            "acls": [
                {
                    **ACL,
                    "principal": "User:WRITER",
                    "operations": ["read", "write"],
                    "state": "absent",
                }
            ],
            "allow": ["in_use"],
        },
        {
            "Describe on each group": NO_GROUPS,
            "Describe on the topic": Without(
                'TOPIC": "unknown"', "when it was written to is `unknown`"
            ),
        },
        writes=True,
    ),
    Row("scram_user_info", "read users", ("Describe on the cluster",), {}),
    Row(
        "undeclared_scram_users_info",
        "find undeclared users",
        ("Describe on the cluster",),
        {"owned_prefixes": ["NAME"]},
    ),
    Row(
        "scram_users",
        "plan, and prove passwords (check mode with `validate: local`)",
        ("Describe on the cluster",),
        {"users": [{"name": "READER", "password": PASSWORD}], **PLAN},
    ),
    Row(
        "scram_users",
        "set and delete credentials",
        ("Alter on the cluster",),
        {"users": [{"name": "NAME", "password": "x"}]},
        writes=True,
    ),
    Row("quota_info", "read quotas", ("DescribeConfigs on the cluster",), {}),
    Row(
        "undeclared_quotas_info",
        "find undeclared quotas",
        ("DescribeConfigs on the cluster",),
        {"owned_user_prefixes": ["NAME"]},
    ),
    Row(
        "quotas",
        "plan (check mode with `validate: local`)",
        ("DescribeConfigs on the cluster",),
        {"quotas": [LIMIT], **PLAN},
    ),
    Row(
        "quotas",
        "set and remove quotas",
        ("AlterConfigs on the cluster",),
        {"quotas": [LIMIT]},
        writes=True,
    ),
    Row(
        "quotas",
        "set and remove the default of users",
        ("AlterConfigs on the cluster",),
        {
            "quotas": [{"user_defaults": True, "quotas": {"request_percentage": 100000}}],
            "allow": ["throttling"],
            # it would bind the users of other tests
            "check": True,
        },
        {"Describe on the cluster": Without('"binds": "unknown"', "whom it binds is `unknown`")},
    ),
    Row(
        "applications",
        "keep topics, users, ACLs and quotas",
        (
            *READ_TOPIC,
            "Create on the topic",
            "Alter on the cluster",
            "AlterConfigs on the cluster",
        ),
        {
            "topics": {"topics": [{"name": "TOPIC"}]},
            "users": [{"name": "NAME", "password": "x"}],
            "acls": {"acls": [{"principal": "User:NAME", "produce": ["TOPIC"]}]},
            "quotas": {"quotas": [LIMIT]},
        },
        writes=True,
        exists=False,
    ),
    Row(
        "access_proof",
        "prove an access by operations",
        ("Write on the topic",),
        {"produce": ["TOPIC"]},
    ),
    Row(
        "access_proof",
        "prove it by records",
        ("Write on the topic", "Read on the topic"),
        {"produce": ["TOPIC"], "consume": ["TOPIC"], "records": True},
        writes=True,
    ),
    Row(
        "access_proof",
        "prove the access of another principal under a prefix",
        (),
        {"username": "READER", "password": PASSWORD, "consume": [{"prefixed": "TOPIC"}]},
        {"Describe on the topic": Without("none exists", "the topic is not found, with a warning")},
    ),
    Row("event_publish", "publish events", ("Write on the topic",), EVENT, writes=True),
    Row("event_info", "read events", ("Read on the topic",), {"topic": "TOPIC"}),
)


class Case(NamedTuple):
    """A run of a row by a principal with these rights. `lacks`: the right that is missing."""

    row: Row
    rights: frozenset[str]
    lacks: str = ""
    extra: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        what = f"without {self.lacks}" if self.lacks else f"with {len(self.rights)} rights"
        how = "".join(f" {option}={value}" for option, value in self.extra)
        return f"{self.row.name} {what}{how}"


def parts(right: str) -> tuple[str, str]:
    operation, _on, resource = right.partition(" on ")
    return operation, resource


def implied(right: str) -> str:
    operation, resource = parts(right)
    return f"{IMPLIES.get(operation, operation)} on {resource}"


def without(rights: Iterable[str], lacking: str) -> frozenset[str]:
    """Who lacks a right may still have the one that it implies, but none that implies it."""
    left = {right for right in rights if implied(right) != lacking}
    return frozenset({*left, implied(lacking)} - {lacking})


def enough() -> Iterator[Case]:
    for row in ROWS:
        yield Case(row, frozenset(row.needs))
        if row.better:
            yield Case(row, frozenset({*row.needs, *row.better}))


def too_few() -> Iterator[Case]:
    """Each right that is missing fails the plan; where the broker is not asked, the write."""
    read = set()
    for row in ROWS:
        for right in row.needs:
            # what a module reads first is the same for all that it does
            first = row.module, right, row.exists
            if right in READ_TOPIC and first in read:
                continue
            read.add(first)
            left = without({*row.needs, *row.better}, right)
            plan = (("check", True),) if row.writes else ()
            yield Case(row, left, right, plan)
            if row.writes and parts(right)[0] in OF_WRITES:
                yield Case(row, left, right, (("validate", "local"),))


def less() -> Iterator[Case]:
    for row in ROWS:
        for right in row.better:
            yield Case(row, without({*row.needs, *row.better}, right), right)


ENOUGH, TOO_FEW, LESS = [*enough()], [*too_few()], [*less()]


def documented(row: Row) -> str:
    """Its line in the document."""
    by_resource: dict[str, list[str]] = {}
    for right in row.needs:
        operation, resource = parts(right)
        by_resource.setdefault(resource, []).append(f"`{operation}`")
    needs = [f"{', '.join(words)} on {resource}" for resource, words in by_resource.items()]
    by_loss: dict[str, list[str]] = {}
    for right, missing in row.better.items():
        operation, resource = parts(right)
        by_loss.setdefault(missing.told, []).append(f"`{operation}` on {resource}")
    better = [f"{' and '.join(rights)} (else {loss})" for loss, rights in by_loss.items()]
    cells = (f"`{row.module}`", row.does, "; ".join(needs) or "nothing", "; ".join(better))
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def filled(value: Any, words: Mapping[str, str]) -> Any:
    text = json.dumps(value)
    for word, name in words.items():
        text = re.sub(rf"\b{word}\b", name, text)
    return json.loads(text)


class Place(NamedTuple):
    """The broker, with all that the cases start from. `prefix`: begins every name of theirs."""

    prefix: str
    connection: Mapping[str, Any]
    users: Mapping[frozenset[str], str]
    numbers: Mapping[str, int]

    def words(self, case: Case) -> dict[str, str]:
        own = f"{self.prefix}{self.numbers[case.name]}"
        return {
            "TOPIC": own if case.row.writes else f"{self.prefix}read",
            "NAME": f"{self.prefix}n{self.numbers[case.name]}",
            "WRITER": f"{self.prefix}writer",
            "READER": f"{self.prefix}reader",
        }

    def run(self, case: Case) -> dict[str, Any]:
        options = filled(case.row.options, self.words(case))
        as_whom = {"sasl_username": self.users[case.rights], "sasl_password": PASSWORD}
        started = run.start(
            case.row.module, **{**self.connection, **as_whom, **options, **dict(case.extra)}
        )
        return run.finish(started)


class Done(NamedTuple):
    place: Place
    results: Mapping[str, Future[dict[str, Any]]]

    def result(self, case: Case) -> dict[str, Any]:
        return self.results[case.name].result(run.HANGS)


@pytest.fixture(scope="module")
def done(broker: TestBroker, cluster: Cluster) -> Iterator[Done]:
    """All cases, a few at a time."""
    prefix = f"it-{uuid.uuid4().hex[:8]}."
    cases = [*ENOUGH, *TOO_FEW, *LESS]
    place = Place(
        prefix,
        {
            "bootstrap_servers": broker.sasl_bootstrap,
            "security_protocol": "SASL_SSL",
            "ca_cert": str(broker.ca_cert),
            "sasl_mechanism": "SCRAM-SHA-512",
        },
        {rights: f"{prefix}u{n}" for n, rights in enumerate({case.rights for case in cases})},
        {case.name: n for n, case in enumerate(cases)},
    )
    names = {*place.users.values(), f"{prefix}reader"}
    bindings = [*_bindings(place, cases)]
    topics = {place.words(case)["TOPIC"] for case in cases if case.row.exists}
    cluster.create({topic: (1, {"retention.ms": "-1"}) for topic in topics})
    now = int(time.time() * 1000)
    cluster.produce({(topic, 0): [now] * 3 for topic in topics})
    cluster.commit(f"{prefix}group", f"{prefix}read", 1)
    _alter_users(cluster, [_password(name) for name in names])
    cluster.allow(bindings)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield Done(place, {case.name: pool.submit(place.run, case) for case in cases})
    cluster.disallow(bindings)
    _clean(broker, cluster, prefix)


def _bindings(place: Place, cases: Iterable[Case]) -> Iterator[AclBinding]:
    for rights, name in place.users.items():
        for right in rights:
            yield _binding(place, name, right)
    topics = [place.words(case)["TOPIC"] for case in cases if case.row.name == "acls delete ACLs"]
    for topic in topics:
        for operation in (AclOperation.READ, AclOperation.WRITE):
            yield _allowed(f"{place.prefix}writer", operation, ResourceType.TOPIC, topic)
    reader, read = f"{place.prefix}reader", f"{place.prefix}read"
    prefixed = ResourcePatternType.PREFIXED
    yield _allowed(reader, AclOperation.READ, ResourceType.TOPIC, read, prefixed)


def _binding(place: Place, name: str, right: str) -> AclBinding:
    word, resource = parts(right)
    operation = AclOperation[upper(word)]
    if resource == TOPIC:
        return _allowed(
            name, operation, ResourceType.TOPIC, place.prefix, ResourcePatternType.PREFIXED
        )
    if resource == CLUSTER:
        return _allowed(name, operation, ResourceType.BROKER, "kafka-cluster")
    kind = ResourceType.GROUP if resource == GROUPS else ResourceType.TOPIC
    return _allowed(name, operation, kind, "*")


def _allowed(
    user: str,
    operation: AclOperation,
    kind: ResourceType,
    name: str,
    pattern: ResourcePatternType = ResourcePatternType.LITERAL,
) -> AclBinding:
    return AclBinding(kind, name, pattern, f"User:{user}", "*", operation, AclPermissionType.ALLOW)


def _password(name: str) -> UserScramCredentialUpsertion:
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    return UserScramCredentialUpsertion(name, info, PASSWORD.encode())


def _alter_users(cluster: Cluster, alterations: list[Any]) -> None:
    for answer in cluster.admin.alter_user_scram_credentials(alterations).values():
        answer.result()


def _clean(broker: TestBroker, cluster: Cluster, prefix: str) -> None:
    cluster.delete(cluster.names(prefix))
    cluster.forget_groups(prefix)
    purge = {"purge": True, "purge_to_empty": True, "allow": ["all"]}
    server = {"bootstrap_servers": broker.bootstrap}
    owned = {"owned_principal_prefixes": [f"User:{prefix}"]}
    run.succeed("acls", **server, **purge, **owned)
    run.succeed("scram_users", **server, **purge, owned_prefixes=[prefix])
    run.succeed("quotas", **server, **purge, owned_user_prefixes=[prefix])


def upper(operation: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()


def test_the_document_tells_the_same() -> None:
    lines = DOCUMENT.read_text().splitlines()

    assert [line for line in lines if line.startswith("| `")] == [documented(row) for row in ROWS]


@pytest.mark.parametrize("case", ENOUGH, ids=lambda case: case.name)
def test_the_documented_rights_are_enough(done: Done, case: Case) -> None:
    result = done.result(case)

    assert not result.get("failed"), result["msg"]
    if case.rights == {*case.row.needs, *case.row.better}:
        assert not result.get("warnings"), result
        told = json.dumps(result)
        for missing in case.row.better.values():
            assert filled(missing.shown, done.place.words(case)) not in told


@pytest.mark.parametrize("case", TOO_FEW, ids=lambda case: case.name)
def test_who_lacks_one_is_told_which_and_on_what(done: Done, case: Case) -> None:
    result = done.result(case)

    assert result.get("failed"), result
    operation, resource = parts(case.lacks)
    message = result["msg"]
    where = "(the topic or )?the cluster" if resource == CLUSTER else "(the topic|each|it)"
    needed = rf"\b{upper(operation)} on {where}\b|may not {upper(operation)}\b"
    assert re.search(needed, message), message
    if resource == TOPIC:
        assert done.place.words(case)["TOPIC"] in message
    if case.row.module == "access_proof":
        # it is a difference from what is declared
        assert result["error"] == "StateError"
    elif ("validate", "local") in case.extra:
        assert result["error"] == "ApplyFailed"
        assert len(result["outcome"]["failed"]) == 1
    else:
        assert result["error"] in ("NotAuthorized", "PlanRefused")
        assert not result.get("changed")


@pytest.mark.parametrize("case", LESS, ids=lambda case: case.name)
def test_what_it_can_do_without_is_told(done: Done, case: Case) -> None:
    result = done.result(case)

    assert not result.get("failed"), result["msg"]
    shown = case.row.better[case.lacks].shown
    assert filled(shown, done.place.words(case)) in json.dumps(result)
