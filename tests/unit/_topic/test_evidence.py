# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import (
    Evidence,
    TopicChange,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.evidence import weigh
from ansible_collections.omninode.kafka.plugins.module_utils._topic.observe import observe_names
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set

from tests.fakes.gateway import CLUSTER, FakeCluster

HOUR = 3_600_000
NOW = 1_800_000_000_000
# one record an hour, from four hours ago to one hour ago
RECORDS = [NOW - hours * HOUR for hours in (4, 3, 2, 1)]
OLDEST, NEWEST = "2027-01-15T04:00:00Z", "2027-01-15T07:00:00Z"
SPAN = {"oldest": OLDEST, "newest": NEWEST}
NOTHING: dict[str, Any] = {"records": 0, "oldest": None, "newest": None}
UNKNOWN = {"records": "unknown", "oldest": "unknown", "newest": "unknown"}
NOBODY: dict[str, list[str]] = {"active": [], "committed": []}

DELETE: dict[str, Any] = {"state": "absent"}
GROW: dict[str, Any] = {"partitions": 4}
HALF: dict[str, Any] = {"config": {"retention.ms": str(2 * HOUR + HOUR // 2)}}
BYTES: dict[str, Any] = {"config": {"retention.bytes": "1000"}}
SWITCH: dict[str, Any] = {"config": {"cleanup.policy": "compact"}}
UNSET: dict[str, Any] = {"config": {"retention.ms": None}}


def cluster_of(*timestamps: int, partitions: int = 2, **config: str) -> FakeCluster:
    """One topic whose partition 1 has the records."""
    cluster = FakeCluster()
    cluster.put("a", partitions, **config)
    if timestamps:
        cluster.produce("a", *timestamps, partition=1)
    return cluster


def planned(
    cluster: FakeCluster, *declared: Mapping[str, Any]
) -> tuple[Plan[TopicChange], Plan[TopicChange]]:
    """The plan before and after weighing; only the requests of the weighing are counted."""
    topics = Topics(parse_topic_set([{"name": "a", **fields} for fields in declared]))
    gateway = cluster.connect()
    observed = topics.observe(gateway)
    plan = topics.plan(observed)
    cluster.requests.clear()
    return plan, weigh(gateway, plan, observed, now=lambda: NOW / 1000)


def change_of(cluster: FakeCluster, declared: Mapping[str, Any]) -> TopicChange:
    [change] = planned(cluster, declared)[1].changes
    return change


HAZARDOUS = [
    pytest.param(DELETE, {}, "delete", {"groups": NOBODY}, id="delete"),
    pytest.param(GROW, {}, "key_order", {"groups": NOBODY, "compacted": False}, id="growth"),
    pytest.param({"config": {"retention.ms": "1"}}, {}, "retention_cut", {}, id="retention.ms"),
    pytest.param(BYTES, {}, "retention_cut", {"bytes": "unknown"}, id="retention.bytes"),
    pytest.param(SWITCH, {}, "policy_switch", {}, id="policy"),
    pytest.param(UNSET, {"retention_ms": "-1"}, "retention_cut", {}, id="unset"),
]


@pytest.mark.parametrize(("declared", "live", "hazard", "more"), HAZARDOUS)
class TestEachHazard:
    def test_with_nothing_at_stake_is_none(
        self, declared: dict[str, Any], live: dict[str, str], hazard: str, more: dict[str, Any]
    ) -> None:
        before, after = planned(cluster_of(**live), declared)
        assert (before.changes[0].hazards, after.changes[0].hazards) == ((hazard,), ())
        # and the evidence is reported
        assert after.changes[0].facts == {**NOTHING, **more}

    def test_with_deleted_records_only_is_none(
        self, declared: dict[str, Any], live: dict[str, str], hazard: str, more: dict[str, Any]
    ) -> None:
        cluster = cluster_of(*RECORDS, **live)
        cluster.delete_records("a", 4, partition=1)
        before, after = planned(cluster, declared)
        assert (before.changes[0].hazards, after.changes[0].hazards) == ((hazard,), ())
        assert after.changes[0].facts == {**NOTHING, **more}

    def test_has_its_records_counted(
        self, declared: dict[str, Any], live: dict[str, str], hazard: str, more: dict[str, Any]
    ) -> None:
        # older than what retention.ms falls back to, too
        cluster = cluster_of(*(timestamp - 10 * 24 * HOUR for timestamp in RECORDS), **live)
        change = change_of(cluster, declared)
        assert change.hazards == (hazard,)
        assert change.facts == {
            "records": 4,
            "oldest": "2027-01-05T04:00:00Z",
            "newest": "2027-01-05T07:00:00Z",
            **more,
        }

    def test_whose_offsets_cannot_be_read_stays(
        self, declared: dict[str, Any], live: dict[str, str], hazard: str, more: dict[str, Any]
    ) -> None:
        cluster = cluster_of(**live)
        # between the observation and the weighing, the right is taken away
        cluster.before("list_offsets", lambda: cluster.denied["DESCRIBE"].add("a"))
        change = change_of(cluster, declared)
        assert (change.hazards, change.facts) == ((hazard,), {**UNKNOWN, **more})

    def test_one_partition_without_a_leader_is_enough(
        self, declared: dict[str, Any], live: dict[str, str], hazard: str, more: dict[str, Any]
    ) -> None:
        cluster = cluster_of(*RECORDS, **live)
        topic = cluster.topics["a"]
        cluster.commit(
            {
                "a": topic._replace(
                    partitions=(topic.partitions[0]._replace(leader=None), topic.partitions[1])
                )
            }
        )
        change = change_of(cluster, declared)
        assert (change.hazards, change.facts) == ((hazard,), {**UNKNOWN, **more})

    def test_whose_readers_are_hidden_says_so(
        self, declared: dict[str, Any], live: dict[str, str], hazard: str, more: dict[str, Any]
    ) -> None:
        cluster = cluster_of(1, **live)
        cluster.denied["DESCRIBE"].add(CLUSTER)
        change = change_of(cluster, declared)
        assert change.hazards == (hazard,)
        assert change.facts.get("groups") == ("unknown" if "groups" in more else None)
        assert cluster.requests["describe_consumer_groups"] == ("groups" in more)


@pytest.mark.parametrize(
    ("declared", "live", "records"),
    [
        # a record that is as old as the limit is kept
        ({"retention.ms": str(4 * HOUR)}, {}, 0),
        ({"retention.ms": str(4 * HOUR - 1)}, {}, 1),
        ({"retention.ms": str(2 * HOUR)}, {}, 2),
        ({"retention.ms": "0"}, {}, 4),
        # the limit is before 1970: there is no such timestamp, and -1 would ask for the end
        ({"retention.ms": str(NOW + 1)}, {"retention_ms": "-1"}, 0),
        # with both limits: nobody knows how many records the size removes
        ({"retention.ms": str(2 * HOUR), "retention.bytes": "1000"}, {}, 4),
    ],
)
def test_a_retention_cut_costs_the_records_beyond_it(
    declared: dict[str, str], live: dict[str, str], records: int
) -> None:
    change = change_of(cluster_of(*RECORDS, **live), {"config": declared})
    assert (change.hazards, change.facts["records"]) == (
        ("retention_cut",) if records else (),
        records,
    )
    assert {key: change.facts[key] for key in SPAN} == SPAN


AGE = {"retention_ms": str(2 * HOUR), "retention_bytes": "-1"}
TIERED = {"remote_storage_enable": "true"}
UNTIER = {"remote.storage.enable": "false", "remote.log.delete.on.disable": "true"}
WHOLE: dict[str, Any] = {"bytes": "unknown"}


@pytest.mark.parametrize(
    ("live", "declared", "hazards", "records", "more"),
    [
        # how many of four records the new policy removes: by age, by size, by key
        ({**AGE, "cleanup_policy": "compact"}, "delete", ("policy_switch",), 2, {}),
        ({**AGE, "cleanup_policy": "compact"}, "compact,delete", ("policy_switch",), 2, {}),
        ({"retention_ms": str(4 * HOUR), "cleanup_policy": "compact"}, "delete", (), 0, {}),
        (
            {"retention_bytes": "1", "cleanup_policy": "compact"},
            "delete", ("policy_switch",), 4, WHOLE,
        ),
        (AGE, "compact", ("policy_switch",), 4, {}),
        ({"cleanup_policy": ""}, "compact,delete", ("policy_switch",), 4, {}),
    ],
)  # fmt: skip
def test_a_switch_of_policies_costs_what_the_new_one_removes(
    live: dict[str, str],
    declared: str,
    hazards: tuple[str, ...],
    records: int,
    more: dict[str, Any],
) -> None:
    change = change_of(cluster_of(*RECORDS, **live), {"config": {"cleanup.policy": declared}})
    assert (change.hazards, change.facts) == (hazards, {"records": records, **SPAN, **more})


@pytest.mark.parametrize("retention", [{}, {"retention.ms": str(2 * HOUR)}])
def test_tiered_storage_turned_off_costs_any_record(retention: dict[str, str]) -> None:
    change = change_of(cluster_of(*RECORDS, **TIERED), {"config": {**UNTIER, **retention}})
    assert (change.hazards, change.facts) == (("retention_cut",), {"records": 4, **SPAN})


def test_tiered_storage_of_no_record_is_turned_off_without_a_hazard() -> None:
    assert change_of(cluster_of(**TIERED), {"config": UNTIER}).hazards == ()


def test_a_raised_size_does_not_hide_what_a_shorter_time_costs() -> None:
    cluster = cluster_of(*RECORDS, retention_bytes="1")
    config = {"retention.ms": str(2 * HOUR), "retention.bytes": "2"}
    assert change_of(cluster, {"config": config}).facts == {"records": 2, **SPAN}


def test_a_limit_that_cannot_be_looked_up_is_unknown() -> None:
    cluster = cluster_of(*RECORDS)
    # the first four calls read what the topic holds, the fifth looks up the limit
    cluster.before("list_offsets", lambda: cluster.denied["DESCRIBE"].add("a"), call=5)
    change = change_of(cluster, {"config": {"retention.ms": str(5 * HOUR)}})
    assert (change.hazards, change.facts) == (("retention_cut",), {"records": "unknown", **SPAN})


def test_a_partition_that_shrinks_meanwhile_takes_nothing_from_the_others() -> None:
    cluster = cluster_of(*RECORDS)
    cluster.delete_records("a", 4, partition=1)

    def make_again() -> None:
        cluster.put("a", 2)
        cluster.produce("a", NOW)

    # the first call reads where the partitions begin, the second where they end
    cluster.before("list_offsets", make_again, call=2)
    assert change_of(cluster, DELETE).facts["records"] == 1


def test_deleted_records_are_not_at_stake_again() -> None:
    cluster = cluster_of(*RECORDS)
    cluster.delete_records("a", 1, partition=1)
    assert change_of(cluster, HALF).facts["records"] == 1


@pytest.mark.parametrize(
    ("default", "records"),
    [(4 * HOUR, 0), (3 * HOUR, 1), (None, 4)],
    ids=["keeps all", "keeps three", "unknown"],
)
@pytest.mark.parametrize("declared", [UNSET, {"purge_config": True}], ids=["unset", "purged"])
def test_an_unset_retention_is_the_brokers(
    declared: dict[str, Any], default: int | None, records: int
) -> None:
    cluster = cluster_of(*RECORDS, retention_ms="-1")
    cluster.broker_config["log.retention.ms"] = str(default)
    if default is None:
        # nobody knows how many remain: all of them may be removed
        cluster.denied["DESCRIBE_CONFIGS"].add(CLUSTER)
    change = change_of(cluster, declared)
    assert (change.facts["records"], "retention_cut" in change.hazards) == (records, records > 0)


def test_only_what_puts_nothing_at_stake_is_dropped() -> None:
    change = change_of(
        cluster_of(*RECORDS),
        {
            "config": {
                "retention.ms": str(5 * HOUR),
                "cleanup.policy": "compact",
                "min.insync.replicas": 2,
            }
        },
    )
    # the cut removes nothing, the switch may; availability is not about records
    assert change.hazards == ("policy_switch", "availability")
    why = "min.insync.replicas 2 is above the number of in-sync replicas, 1"
    assert change.facts == {"availability": why, "records": 4, **SPAN}


def test_the_span_is_that_of_all_partitions() -> None:
    cluster = cluster_of(*RECORDS, partitions=3)
    cluster.produce("a", NOW - 9 * HOUR)
    cluster.produce("a", NOW, partition=2)
    assert change_of(cluster, DELETE).facts == {
        "records": 6,
        "oldest": "2027-01-14T23:00:00Z",
        "newest": "2027-01-15T08:00:00Z",
        "groups": NOBODY,
    }


@pytest.mark.parametrize("elsewhere", [[], RECORDS])
def test_a_record_without_a_timestamp_makes_the_span_unknown(elsewhere: list[int]) -> None:
    cluster = cluster_of(*elsewhere)
    cluster.produce("a", -1)
    assert change_of(cluster, DELETE).facts == {
        "records": 1 + len(elsewhere),
        "oldest": "unknown",
        "newest": "unknown",
        "groups": NOBODY,
    }


@pytest.mark.parametrize(
    ("policy", "compacted"), [("delete", False), ("compact", True), ("compact,delete", True)]
)
def test_growth_tells_whether_old_values_of_a_key_stay_behind(policy: str, compacted: bool) -> None:
    assert change_of(cluster_of(1, cleanup_policy=policy), GROW).facts["compacted"] is compacted


@pytest.mark.parametrize(
    ("group", "hazards"),
    [
        pytest.param(Group(frozenset("a"), frozenset()), ("delete",), id="active"),
        pytest.param(Group(frozenset(), frozenset("a")), (), id="committed"),
        pytest.param(Group(frozenset("b"), frozenset()), (), id="elsewhere"),
        # nothing can be lost, whoever reads the topic
        pytest.param(None, (), id="unknown"),
    ],
)
def test_an_empty_topic_is_missed_by_those_active_on_it(
    group: Group | None, hazards: tuple[str, ...]
) -> None:
    cluster = cluster_of()
    if group is None:
        cluster.denied["DESCRIBE"].add(CLUSTER)
    else:
        cluster.groups = {"g": group}
    assert change_of(cluster, DELETE).hazards == hazards
    # keys would move to other partitions, but there are no records
    assert change_of(cluster, GROW).hazards == ()


def test_the_evidence_of_the_plan_stays() -> None:
    cluster = cluster_of(*RECORDS)
    plan, _weighed = planned(cluster, DELETE)
    told = replace(
        plan,
        changes=tuple(replace(change, evidence=Evidence(("why",))) for change in plan.changes),
    )
    gateway = cluster.connect()
    [change] = weigh(gateway, told, observe_names(gateway, ["a"])).changes
    assert change.facts == {"availability": "why", "records": 4, **SPAN, "groups": NOBODY}


@pytest.mark.parametrize("declared", [DELETE, GROW])
def test_who_reads_the_topic(declared: dict[str, Any]) -> None:
    cluster = cluster_of(*RECORDS)
    this, other, none = frozenset("a"), frozenset({"other"}), frozenset[str]()
    cluster.groups = {
        "z": Group(this, this),
        "idle": Group(none, this),
        "b": Group(this | other, none),
        "elsewhere": Group(other, other),
    }
    assert change_of(cluster, declared).facts["groups"] == {
        "active": ["b", "z"],
        "committed": ["idle", "z"],
    }


def test_several_changes_of_one_topic_each_have_their_own() -> None:
    [growth, alteration] = planned(cluster_of(*RECORDS), {**GROW, **HALF})[1].changes
    assert (growth.hazards, growth.facts) == (
        ("key_order",),
        {"records": 4, **SPAN, "groups": NOBODY, "compacted": False},
    )
    assert (alteration.hazards, alteration.facts) == (("retention_cut",), {"records": 2, **SPAN})


@pytest.mark.parametrize("count", [1, 300])
def test_the_requests_do_not_grow_with_the_changes(count: int) -> None:
    cluster = FakeCluster()
    names = [f"t{number}" for number in range(count)]
    for name in names:
        cluster.put(name)
        cluster.produce(name, *RECORDS)
    _before, plan = planned(cluster, *[{"name": name, **DELETE} for name in names])
    assert [change.facts["records"] for change in plan.changes] == [4] * count
    assert cluster.requests == {"list_offsets": 4, "describe_consumer_groups": 1}


@pytest.mark.parametrize(
    ("declared", "requests"),
    [
        (SWITCH, {"list_offsets": 4}),
        (HALF, {"list_offsets": 5}),
        ({**HALF, **GROW}, {"list_offsets": 5, "describe_consumer_groups": 1}),
    ],
)
def test_only_what_is_needed_is_asked(declared: dict[str, Any], requests: dict[str, int]) -> None:
    cluster = cluster_of(*RECORDS)
    planned(cluster, declared)
    assert cluster.requests == requests


@pytest.mark.parametrize(
    "declared",
    [
        {},
        {"name": "new", "partitions": 3},
        {"config": {"flush.ms": 5}},
        {"config": {"retention.ms": -1}},
        # a hazard, but not to records
        {"config": {"min.insync.replicas": 2}},
    ],
)
def test_nothing_is_asked_where_no_record_is_at_stake(declared: dict[str, Any]) -> None:
    cluster = cluster_of(*RECORDS)
    before, after = planned(cluster, declared)
    assert after is before
    assert not cluster.requests


def test_a_topic_that_vanishes_meanwhile_spoils_only_its_own() -> None:
    cluster = cluster_of(*RECORDS)
    cluster.put("b")
    cluster.produce("b", *RECORDS)
    cluster.before("list_offsets", lambda: cluster.drop("a"))
    changes = planned(cluster, DELETE, {"name": "b", **DELETE})[1].changes
    assert [(change.hazards, change.facts["records"]) for change in changes] == [
        (("delete",), "unknown"),
        (("delete",), 4),
    ]
