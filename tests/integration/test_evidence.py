# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hazardous change puts at stake: records of known age and the groups that read them,
counted on a real broker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AclOperation, ResourceType

from tests.integration import run
from tests.integration.cluster import Cluster, Config
from tests.integration.conftest import Call

MS_PER_DAY = 86_400_000
NOW = int(time.time()) * 1000
OLD = [NOW - 10 * MS_PER_DAY + 1000 * number for number in range(60)]
YOUNG = [NOW - MS_PER_DAY + 1000 * number for number in range(40)]
FOR_EVER = {"retention.ms": "-1"}  # so that the broker keeps what is old


def moment(timestamp: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(timestamp / 1000))


AGES = {"oldest": moment(OLD[0]), "newest": moment(YOUNG[-1])}
NOBODY = {"groups": {"active": [], "committed": []}}


def fill(cluster: Cluster, name: str, config: Config | None = None) -> None:
    """A topic of 100 records in two partitions, 60 of them old."""
    cluster.create({name: (2, config or FOR_EVER)})
    cluster.produce({(name, 0): OLD[:50] + YOUNG[:10], (name, 1): OLD[50:] + YOUNG[10:]})


class Case(NamedTuple):
    """`declared`: the topic's fields; None: it is not declared, but owned."""

    declared: dict[str, Any] | None
    hazards: list[str]
    evidence: dict[str, Any]
    before: Config = FOR_EVER


def cut(records: int) -> dict[str, Any]:
    return {"records": records, **AGES}


CASES = {
    "delete": Case({"state": "absent"}, ["delete"], {**cut(100), **NOBODY}),
    "purge": Case(None, ["delete"], {**cut(100), **NOBODY}),
    "set": Case({"config": {"retention.ms": "5d"}}, ["retention_cut"], cut(60)),
    "set-to-less-than-all": Case({"config": {"retention.ms": "1h"}}, ["retention_cut"], cut(100)),
    "set-to-more-than-all": Case({"config": {"retention.ms": "20d"}}, [], cut(0)),
    # the default, 7 days, applies again
    "unset": Case({"config": {"retention.ms": None}}, ["retention_cut"], cut(60)),
    "purge-config": Case({"purge_config": True}, ["retention_cut"], cut(60)),
    "size": Case(
        {"config": {"retention.bytes": "1GiB"}}, ["retention_cut"], {**cut(100), "bytes": "unknown"}
    ),
    "policy": Case({"config": {"cleanup.policy": "compact"}}, ["policy_switch"], cut(100)),
    "policy-and-time": Case(
        {"config": {"cleanup.policy": "compact,delete", "retention.ms": "5d"}},
        ["retention_cut", "policy_switch"],
        cut(100),
    ),
    "policy-and-unexceeded-time": Case(
        {"config": {"cleanup.policy": "compact,delete", "retention.ms": "20d"}},
        ["policy_switch"],
        cut(100),
    ),
    "policy-and-ignored-time": Case(
        {"config": {"cleanup.policy": "compact", "retention.ms": "5d"}}, ["policy_switch"], cut(100)
    ),
    "policy-by-age": Case(
        {"config": {"cleanup.policy": "delete"}},
        ["policy_switch"],
        cut(60),
        {"cleanup.policy": "compact", "retention.ms": "432000000"},
    ),
    "policy-by-size": Case(
        {"config": {"cleanup.policy": "compact,delete"}},
        ["policy_switch"],
        {**cut(100), "bytes": "unknown"},
        {"cleanup.policy": "compact", "retention.ms": "-1", "retention.bytes": "1073741824"},
    ),
    "policy-without-limits": Case(
        {"config": {"cleanup.policy": "compact,delete"}},
        [],
        {},
        {"cleanup.policy": "compact", "retention.ms": "-1"},
    ),
    "grow": Case({"partitions": 3}, ["key_order"], {**cut(100), **NOBODY, "compacted": False}),
    "grow-compacted": Case(
        {"partitions": 3},
        ["key_order"],
        {**cut(100), **NOBODY, "compacted": True},
        {"cleanup.policy": "compact"},
    ),
    "harmless": Case({"config": {"flush.ms": 5}}, [], {}),
}


def test_records_and_their_ages_are_told_alike_in_check_mode_and_for_real(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    for name, case in CASES.items():
        fill(cluster, f"{prefix}{name}", case.before)
    declared = [
        {"name": f"{prefix}{name}", **case.declared}
        for name, case in CASES.items()
        if case.declared is not None
    ]
    declaration: dict[str, Any] = {
        "topics": declared,
        "purge": True,
        "owned_prefixes": [prefix],
        "allow": "all",
    }

    promised = topics(**declaration, check=True, diff=True)

    found = {
        change["name"].removeprefix(prefix): (change["hazards"], change["evidence"])
        for change in promised["changes"]
    }
    assert found == {name: (case.hazards, case.evidence) for name, case in CASES.items()}
    headings = [part["after_header"] for part in promised["diff"] if "after_header" in part]
    assert (
        f"topic {prefix}set (hazards: retention_cut; records: 60; oldest: {AGES['oldest']}; newest:"
        f" {AGES['newest']})" in headings
    )
    assert f"topic {prefix}set-to-more-than-all" in headings
    assert topics(**declaration)["changes"] == promised["changes"]


def test_an_empty_topic_puts_nothing_at_stake(cluster: Cluster, topics: Call, prefix: str) -> None:
    cluster.create(
        {f"{prefix}deleted": (2, {}), f"{prefix}purged": (2, {}), f"{prefix}grown": (2, {})}
    )
    declared = [
        {"name": f"{prefix}deleted", "state": "absent"},
        {"name": f"{prefix}grown", "partitions": 3},
    ]

    result = topics(topics=declared, purge=True, owned_prefixes=[prefix])

    assert [
        (change["hazards"], change["evidence"]["records"], change["evidence"]["oldest"])
        for change in result["changes"]
    ] == [([], 0, None)] * 3
    assert "hazards" not in result["summary"]


@pytest.fixture
def group(cluster: Cluster, prefix: str) -> Iterator[str]:
    """Begins the names of the test's groups, which are deleted after it."""
    yield prefix
    cluster.forget_groups(prefix)


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_groups_that_read_a_topic_are_named(
    cluster: Cluster, topics: Call, prefix: str, group: str, protocol: str
) -> None:
    fill(cluster, f"{prefix}deleted")
    fill(cluster, f"{prefix}grown")
    fill(cluster, f"{prefix}unread")
    for topic in ("deleted", "grown"):
        with cluster.consuming(f"{group}stopped", f"{prefix}{topic}", protocol) as consumer:
            consumer.commit(offsets=[TopicPartition(f"{prefix}{topic}", 1, 5)], asynchronous=False)
    declared = [
        {"name": f"{prefix}deleted", "state": "absent"},
        {"name": f"{prefix}grown", "partitions": 3},
        {"name": f"{prefix}unread", "state": "absent"},
    ]

    def readers(result: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
        return {
            change["name"].removeprefix(prefix): change["evidence"]["groups"]
            for change in result["changes"]
        }

    with cluster.consuming(f"{group}running", f"{prefix}deleted", protocol):
        running = topics(topics=declared, allow="all", check=True)
    stopped = [f"{group}stopped"]
    unread: dict[str, list[str]] = {"active": [], "committed": []}
    assert readers(running) == {
        "deleted": {"active": [f"{group}running"], "committed": stopped},
        "grown": {"active": [], "committed": stopped},
        "unread": unread,
    }

    # the one that ran has left without a commit
    read = {"active": [], "committed": stopped}
    assert readers(topics(topics=declared, allow="all")) == {
        "deleted": read,
        "grown": read,
        "unread": unread,
    }


def test_an_empty_topic_that_a_group_is_active_on_is_missed(
    cluster: Cluster, topics: Call, prefix: str, group: str
) -> None:
    cluster.create({f"{prefix}active": (1, {}), f"{prefix}idle": (1, {})})
    declared = [{"name": f"{prefix}{name}", "state": "absent"} for name in ("active", "idle")]

    with cluster.consuming(f"{group}running", f"{prefix}active", "consumer"):
        changes = topics(topics=declared, allow="all", check=True)["changes"]

    assert [(change["hazards"], change["evidence"]["records"]) for change in changes] == [
        (["delete"], 0),
        ([], 0),
    ]


def test_groups_that_may_be_hidden_are_unknown_and_the_hazard_stays(
    cluster: Cluster, prefix: str, group: str, alice: dict[str, Any], allow: Callable[..., None]
) -> None:
    name = f"{prefix}read"
    fill(cluster, name)
    with cluster.consuming(f"{group}stopped", name, "classic") as consumer:
        consumer.commit(offsets=[TopicPartition(name, 0, 5)], asynchronous=False)

    def promised() -> tuple[list[str], Any]:
        # validated locally, since alice may read only
        [change] = run.succeed(
            "topics",
            **alice,
            topics=[{"name": name, "state": "absent"}],
            allow="all",
            check=True,
            validate="local",
        )["changes"]
        assert change["evidence"].items() >= cut(100).items()
        return change["hazards"], change["evidence"]["groups"]

    allow(AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)
    assert promised() == (["delete"], "unknown")
    # the right to see all groups, on the cluster, shows their names, but not what they read
    allow(AclOperation.DESCRIBE, on=ResourceType.BROKER)
    assert promised() == (["delete"], "unknown")
    allow(AclOperation.DESCRIBE, on=ResourceType.GROUP)
    assert promised() == (["delete"], {"active": [], "committed": [f"{group}stopped"]})


def test_a_retention_that_may_be_shorter_counts_every_record(
    cluster: Cluster, prefix: str, alice: dict[str, Any], allow: Callable[..., None]
) -> None:
    name = f"{prefix}unset"
    fill(cluster, name)
    allow(AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)

    # what applies again without the override is the broker's, which alice may not read
    declared = [{"name": name, "config": {"retention.ms": None}}]
    [change] = run.succeed(
        "topics", **alice, topics=declared, allow="all", check=True, validate="local"
    )["changes"]

    assert (change["hazards"], change["evidence"]) == (["retention_cut"], cut(100))
