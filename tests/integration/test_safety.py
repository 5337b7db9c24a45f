# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a cluster from harm: limits of a purge, hazards shown, refusals before the first
write, the pinned cluster."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster, Config
from tests.integration.conftest import Call, declare, outcome
from tests.integration.run import NOWHERE


def test_a_purge_stays_under_its_prefixes(cluster: Cluster, topics: Call, prefix: str) -> None:
    cluster.create(
        dict.fromkeys(
            (f"{prefix}own.kept", f"{prefix}own.gone", f"{prefix}theirs", f"{prefix}own"), (1, {})
        )
    )
    declaration = {
        "purge": True,
        "owned_prefixes": [f"{prefix}own."],
        "topics": [{"name": f"{prefix}own.kept"}],
    }

    result = topics(**declaration)

    assert [(change["operation"], change["name"]) for change in result["changes"]] == [
        ("delete", f"{prefix}own.gone")
    ]
    assert cluster.names(prefix) == [f"{prefix}own", f"{prefix}own.kept", f"{prefix}theirs"]
    assert topics(**declaration)["changes"] == []


def test_without_purge_nothing_undeclared_is_touched(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}undeclared": (1, {})})

    assert topics(owned_prefixes=[prefix], topics=[])["changes"] == []


def test_a_purge_leaves_internal_topics_alone(cluster: Cluster, topics: Call, prefix: str) -> None:
    cluster.make_offsets_topic()
    cluster.create({f"__{prefix}ours": (1, {})})
    try:
        assert (
            topics(purge=True, purge_to_empty=True, owned_prefixes=[f"__{prefix}", "__consumer"])[
                "changes"
            ]
            == []
        )
    finally:
        cluster.delete([f"__{prefix}ours"])


def test_an_internal_topic_is_not_deleted_by_name_either(cluster: Cluster, refused: Call) -> None:
    cluster.make_offsets_topic()

    assert "internal" in refused(topics=[{"name": "__consumer_offsets", "state": "absent"}])["msg"]
    assert "internal" in refused(topics=[{"name": "__consumer_offsets", "partitions": 60}])["msg"]


@pytest.mark.parametrize("internal", [True, False])
@pytest.mark.parametrize("check", [True, False])
def test_an_internal_topic_is_never_created(
    cluster: Cluster, refused: Call, internal: bool, check: bool
) -> None:
    """With one partition no transaction would work from then on, until its coordinator is
    restarted."""
    name = "__share_group_state"
    assert name not in cluster.names("__"), "this broker would not show the trap"

    error = refused(
        topics=[{"name": name, "partitions": 1, "internal": internal}], allow=["all"], check=check
    )

    assert error["error"] == "PlanRefused"
    assert "Kafka makes its internal topics itself" in error["msg"]
    assert name not in cluster.names("__")


def test_an_internal_topic_is_configured_only_by_who_says_so(
    cluster: Cluster, topics: Call, refused: Call
) -> None:
    cluster.make_offsets_topic()
    name, key = "__consumer_offsets", "index.interval.bytes"
    before = cluster.topics(name)[name]["config"]
    config = {key: "4096" if before.get(key) != "4096" else "8192"}

    error = refused(topics=[{"name": name, "config": config}], allow=["all"])
    assert "to allow it for this topic: internal: true" in error["msg"]
    assert cluster.topics(name)[name]["config"] == before

    result = topics(topics=[{"name": name, "config": config, "internal": True}])
    assert result["undo"]["topics"] == [
        {"name": name, "config": {key: before.get(key)}, "internal": True}
    ]
    assert cluster.topics(name)[name]["config"] == {**before, **config}
    topics(topics=result["undo"]["topics"])
    assert cluster.topics(name)[name]["config"] == before


ONE, GONE = [{"name": "d.x"}], [{"name": "d.x", "state": "absent"}]


@pytest.mark.parametrize(("options", "message"), [
    ({"purge": True, "topics": ONE}, "needs owned_prefixes"),
    ({"purge": True, "owned_prefixes": ["d."], "topics": ONE}, "at least 3 characters"),
    ({"purge": True, "owned_prefixes": ["own*"], "topics": ONE}, "prefixes are literal"),
    ({"purge": True, "owned_prefixes": ["own."], "topics": []}, "purge_to_empty"),
    ({"purge": True, "owned_prefixes": ["own."], "topics": GONE}, "purge_to_empty"),
])  # fmt: skip
def test_a_careless_purge_is_an_argument_error(options: dict[str, Any], message: str) -> None:
    error = run.fail("topics", bootstrap_servers=NOWHERE, **options)

    assert message in error["msg"]
    assert error["error"] == "InvalidSpec"


class Hazard(NamedTuple):
    """`days`: the age of the topic's only record, which the retention before still keeps."""

    before: Config
    declared: dict[str, Any]
    hazards: list[str]
    days: float = 6.5


HAZARDS = {
    "delete": Hazard({}, {"state": "absent"}, ["delete"]),
    "shorter-time": Hazard(
        {"retention.ms": "691200000"}, {"config": {"retention.ms": "6d"}}, ["retention_cut"]
    ),
    "shorter-than-default": Hazard({}, {"config": {"retention.ms": "6d"}}, ["retention_cut"]),
    "shorter-size": Hazard(
        {"retention.bytes": "2000"}, {"config": {"retention.bytes": 1000}}, ["retention_cut"]
    ),
    "size-from-unlimited": Hazard({}, {"config": {"retention.bytes": "1GiB"}}, ["retention_cut"]),
    "unset": Hazard(
        {"retention.ms": "1209600000"},
        {"config": {"retention.ms": None}},
        ["retention_cut"],
        days=10,
    ),
    "purged": Hazard(
        {"retention.ms": "1209600000"}, {"purge_config": True}, ["retention_cut"], days=10
    ),
    "longer": Hazard({"retention.ms": "1000"}, {"config": {"retention.ms": "14d"}}, []),
    "unset-shorter": Hazard({"retention.ms": "1000"}, {"config": {"retention.ms": None}}, []),
    "unlimited": Hazard({}, {"config": {"retention.ms": -1}}, []),
    "compact": Hazard({}, {"config": {"cleanup.policy": "compact"}}, ["policy_switch"]),
    "compact-too": Hazard({}, {"config": {"cleanup.policy": "compact,delete"}}, ["policy_switch"]),
    "unset-compact": Hazard(
        {"cleanup.policy": "compact"}, {"config": {"cleanup.policy": None}}, ["policy_switch"], 10
    ),
    "unset-compact-of-young": Hazard(
        {"cleanup.policy": "compact"}, {"config": {"cleanup.policy": None}}, []
    ),
    "delete-nothing": Hazard(
        {"cleanup.policy": "compact", "retention.ms": "-1"},
        {"config": {"cleanup.policy": "compact,delete"}},
        [],
    ),
    "compact-only": Hazard(
        {"cleanup.policy": "compact,delete"}, {"config": {"cleanup.policy": "compact"}}, []
    ),
    "shorter-but-compact": Hazard(
        {"cleanup.policy": "compact"}, {"config": {"retention.ms": 1, "retention.bytes": 1}}, []
    ),
    # no broker of the tests has tiered storage: it stays off, and nothing is deleted
    "not-tiered": Hazard(
        {"local.retention.ms": "1000"},
        {
            "config": {
                "remote.storage.enable": False,
                "remote.log.delete.on.disable": True,
                "local.retention.ms": 1,
            }
        },
        [],
    ),
    "default-policy": Hazard({}, {"config": {"cleanup.policy": "delete"}}, []),
    "more-partitions": Hazard({}, {"partitions": 2}, ["key_order"]),
    "isr": Hazard({}, {"config": {"min.insync.replicas": 2}}, ["availability"]),
    "isr-met": Hazard({}, {"config": {"min.insync.replicas": 1}}, []),
    "smaller-messages": Hazard({}, {"config": {"max.message.bytes": "512KiB"}}, ["availability"]),
    "unset-larger-messages": Hazard(
        {"max.message.bytes": "8388608"}, {"config": {"max.message.bytes": None}}, ["availability"]
    ),
    "larger-messages": Hazard({}, {"config": {"max.message.bytes": "8MiB"}}, []),
    "unclean": Hazard({}, {"config": {"unclean.leader.election.enable": True}}, ["availability"]),
    "clean": Hazard(
        {"unclean.leader.election.enable": "true"},
        {"config": {"unclean.leader.election.enable": False}},
        [],
    ),
    "both": Hazard(
        {},
        {"config": {"retention.ms": 1000, "cleanup.policy": "compact,delete"}},
        ["retention_cut", "policy_switch"],
    ),
    "harmless": Hazard({}, {"config": {"flush.ms": 5}}, []),
}


def test_hazards_are_shown_with_the_change_that_has_them(
    cluster: Cluster, topics: Call, prefix: str
) -> None:
    cluster.create({f"{prefix}{name}": (1, hazard.before) for name, hazard in HAZARDS.items()})
    declared = [{"name": f"{prefix}{name}", **hazard.declared} for name, hazard in HAZARDS.items()]

    def found(result: dict[str, Any]) -> dict[str, list[str]]:
        return {
            change["name"].removeprefix(prefix): change["hazards"] for change in result["changes"]
        }

    # without records, only what hinders those to come can hurt
    empty = topics(topics=declared, allow=["all"], check=True)
    assert found(empty) == {
        name: [hazard for hazard in hazards.hazards if hazard == "availability"]
        for name, hazards in HAZARDS.items()
    }
    assert "retention_cut" not in empty["summary"]

    cluster.produce(
        {
            (f"{prefix}{name}", 0): [int(1000 * (time.time() - hazard.days * 86_400))]
            for name, hazard in HAZARDS.items()
        }
    )
    result = topics(topics=declared, allow=["all"], check=True)
    assert found(result) == {name: hazard.hazards for name, hazard in HAZARDS.items()}
    assert "delete 1, " in result["summary"]
    assert "retention_cut 7" in result["summary"]


def test_a_new_topic_that_nobody_could_write_to_is_a_hazard(topics: Call, prefix: str) -> None:
    result = topics(
        topics=[
            {"name": f"{prefix}x", "replication_factor": 1, "config": {"min.insync.replicas": 2}}
        ],
        allow=["availability"],
        check=True,
    )

    assert result["changes"][0]["hazards"] == ["availability"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("impossible", "message"), [
    ({"partitions": 2}, "from 3 to 2): Kafka cannot take partitions away"),
    ({"replication_factor": 3}, "topic {name}: 3 replicas need as many brokers, and 1 is alive"),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_before_anything_is_written(
    cluster: Cluster,
    refused: Call,
    prefix: str,
    impossible: dict[str, int],
    message: str,
    check: bool,
) -> None:
    name = f"{prefix}fixed"
    cluster.create({name: (3, {})})
    before = cluster.topics(prefix)

    error = refused(topics=[{"name": name, **impossible}, {"name": f"{prefix}new"}], check=check)

    assert message.format(name=name) in error["msg"]
    assert error["error"] == "PlanRefused"
    assert outcome(error) == {
        "applied": [],
        "failed": [name],
        "pending": [],
        "unknown": [],
    }
    assert cluster.topics(prefix) == before


@pytest.mark.parametrize(
    "module", ["topics", "topic", "topic_info", "undeclared_topics_info", "cluster_info"]
)
def test_another_cluster_than_the_pinned_one_is_refused(
    broker: TestBroker, cluster: Cluster, prefix: str, module: str
) -> None:
    declared = declare(module, f"{prefix}x")

    error = run.fail(
        module, bootstrap_servers=broker.bootstrap, cluster_id="another-cluster-000001", **declared
    )

    assert broker.cluster_id in error["msg"]
    assert "another-cluster-000001" in error["msg"]
    assert cluster.names(prefix) == []
    run.succeed(
        module,
        bootstrap_servers=broker.bootstrap,
        cluster_id=broker.cluster_id,
        check=True,
        **declared,
    )


def test_reading_an_absent_topic_does_not_create_it(
    broker: TestBroker, cluster: Cluster, topics: Call, prefix: str
) -> None:
    reached = run.succeed("cluster_info", bootstrap_servers=broker.bootstrap)
    assert reached["defaults"]["auto_create_topics"] is True, "this broker would not show the trap"

    topics(
        topics=[{"name": f"{prefix}declared"}, {"name": f"{prefix}gone", "state": "absent"}],
        check=True,
    )
    run.succeed("topic_info", bootstrap_servers=broker.bootstrap, names=[f"{prefix}asked"])

    assert cluster.names(prefix) == []
