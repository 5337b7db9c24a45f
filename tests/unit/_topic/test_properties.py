# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any cluster and any valid declaration: one plan, read twice, applied once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.change import Outcome
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set
from ansible_collections.omninode.kafka.plugins.module_utils._topic_info.topics import read_topics
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.gateway import FakeCluster

BROKERS = 3
# values as people write them; the broker takes each of them
RAW_CONFIG: dict[str, st.SearchStrategy[Any]] = {
    "retention.ms": st.sampled_from([-1, "7d", "604800000", " 36 h "]),
    "cleanup.policy": st.sampled_from(
        ["delete", "compact", "compact,delete", ["delete", "compact"], "delete, compact"]
    ),
    "preallocate": st.sampled_from([True, "False", " true "]),
    "min.cleanable.dirty.ratio": st.sampled_from([0.5, "0.50", 1, "1e-3"]),
    "compression.type": st.sampled_from(["lz4", " snappy "]),
    "min.insync.replicas": st.integers(1, 4),
    "max.message.bytes": st.sampled_from(["1MiB", 0]),
    "leader.replication.throttled.replicas": st.sampled_from(["", "0:1", ["1:2", "0:1"]]),
}
NAMES = ["own.a", "own.b", "c"]
LIVE = st.dictionaries(
    st.sampled_from([*NAMES, "__own", "own.extra"]),
    st.fixed_dictionaries(
        {
            "partitions": st.integers(1, 4),
            "replicas": st.integers(1, BROKERS),
            "config": st.fixed_dictionaries({}, optional=RAW_CONFIG),
            "internal": st.sampled_from([False, False, True]),
            # written to partition 0: some long ago, some in the far future
            "records": st.lists(
                st.sampled_from([0, 1_000_000_000_000, 1_790_000_000_000, 9_000_000_000_000]),
                max_size=3,
            ),
            "deleted": st.integers(0, 3),
        }
    ),
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "state": st.sampled_from(["present", "present", "absent"]),
    "partitions": st.sampled_from([-1, 1, 3, 6]),
    "replication_factor": st.sampled_from([-1, -1, -1, 1, 3]),
    "config": st.fixed_dictionaries(
        {}, optional={key: st.none() | values for key, values in RAW_CONFIG.items()}
    ),
    "purge_config": st.booleans(),
    "purge_config_keep": st.lists(st.sampled_from(["retention.ms", "preallocate"]), max_size=1),
}
DECLARED = st.fixed_dictionaries(
    {
        "topics": st.dictionaries(
            st.sampled_from(NAMES), st.fixed_dictionaries({}, optional=FIELDS)
        ).map(lambda topics: [{"name": name, **fields} for name, fields in topics.items()]),
        "defaults": st.fixed_dictionaries({}, optional=FIELDS),
        "purge": st.booleans(),
    }
)
some = settings(max_examples=150)


def seeded(live: Mapping[str, Mapping[str, Any]]) -> FakeCluster:
    """A cluster whose topics another client configured."""
    cluster = FakeCluster(BROKERS)
    for name, topic in live.items():
        config = {
            key: ",".join(value) if isinstance(value, list) else _kafka(value)
            for key, value in topic["config"].items()
        }
        cluster.put(name, topic["partitions"], topic["replicas"], internal=topic["internal"])
        if topic["records"]:
            cluster.produce(name, *topic["records"])
            cluster.delete_records(name, min(topic["deleted"], len(topic["records"])))
        if config:
            assert cluster.connect().incremental_alter_configs({name: config}, False) == {
                name: None
            }
    cluster.requests.clear()
    return cluster


def _kafka(value: object) -> str:
    units = {"7d": "604800000", " 36 h ": "129600000", "1MiB": "1048576"}
    return units.get(str(value), str(value))


def resource(declared: Mapping[str, Any]) -> Topics:
    return Topics(parse_topic_set(**declared, owned_prefixes=["own."], purge_to_empty=True))


def planned(cluster: FakeCluster, topics: Topics) -> Plan[TopicChange]:
    return topics.plan(topics.observe(cluster.connect()))


def applied(cluster: FakeCluster, topics: Topics, plan: Plan[TopicChange]) -> list[Outcome]:
    observed = topics.observe(cluster.connect())
    return [*topics.apply(cluster.connect(), plan, observed, print).outcomes]


@given(LIVE, DECLARED)
@some
def test_an_applied_plan_leaves_nothing_to_plan(
    live: Mapping[str, Any], declared: Mapping[str, Any]
) -> None:
    cluster, topics = seeded(live), resource(declared)
    plan = planned(cluster, topics)
    outcomes = applied(cluster, topics, plan)
    assert [(outcome.status, outcome.cause) for outcome in outcomes] == [("applied", "")] * len(
        plan.changes
    )
    after = planned(cluster, topics)
    # what was refused was not changed, so it is refused again
    assert (after.changes, after.refusals) == ((), plan.refusals)


@given(LIVE, DECLARED)
@some
def test_validation_writes_nothing_and_says_what_the_real_call_says(
    live: Mapping[str, Any], declared: Mapping[str, Any]
) -> None:
    cluster, topics = seeded(live), resource(declared)
    observed = topics.observe(cluster.connect())
    plan, before = topics.plan(observed), cluster.topics
    validation = topics.validate(cluster.connect(), plan, observed, True)
    assert (cluster.topics, cluster.written()) == (before, 0)
    assert validation.refusals == ()
    assert [item.operation for item in validation.unvalidated] == [
        change.operation for change in plan.changes if change.operation in ("delete", "reassign")
    ]
    # and a real run after a check run has the same plan
    assert planned(cluster, topics) == plan


@given(LIVE)
@some
def test_what_topic_info_returns_can_be_declared_and_changes_nothing(
    live: Mapping[str, Any],
) -> None:
    cluster = seeded(live)
    found = read_topics(cluster.connect(), include_internal=True)["topics"]
    assert [topic["name"] for topic in found] == sorted(live)
    plan = planned(cluster, Topics(parse_topic_set(found)))
    assert (plan.changes, plan.refusals, plan.unchanged) == ((), (), len(live))


@given(LIVE, DECLARED)
@some
def test_a_plan_touches_only_what_is_declared_or_owned(
    live: Mapping[str, Any], declared: Mapping[str, Any]
) -> None:
    cluster = seeded(live)
    plan = planned(cluster, resource(declared))
    names = {topic["name"] for topic in declared["topics"]}
    for change in plan.changes:
        owned = (
            declared["purge"] and change.name.startswith("own.") and change.operation == "delete"
        )
        assert change.name in names or owned
        assert change.operation != "delete" or not live[change.name]["internal"]
        assert change.before != change.after


@given(LIVE, DECLARED, st.sets(st.sampled_from(NAMES), max_size=1))
@some
def test_weighing_only_takes_hazards_away(
    live: Mapping[str, Any], declared: Mapping[str, Any], hidden: set[str]
) -> None:
    cluster, topics = seeded(live), resource(declared)
    gateway = cluster.connect()
    observed = topics.observe(gateway)
    plan = topics.plan(observed)
    cluster.denied["DESCRIBE"] |= hidden
    weighed = topics.weigh(gateway, plan, observed)
    assert replace(weighed, changes=()) == replace(plan, changes=())
    for before, after in zip(plan.changes, weighed.changes, strict=True):
        assert replace(after, hazards=before.hazards, evidence=before.evidence) == before
        assert before.facts.items() <= after.facts.items()
        assert set(after.hazards) <= set(before.hazards)
        if "records" not in after.facts:
            assert after == before
            continue
        topic = live[after.name]
        records = after.facts["records"]
        left = len(topic["records"]) - min(topic["deleted"], len(topic["records"]))
        assert (
            records == "unknown"
            if after.name in hidden
            else isinstance(records, int) and 0 <= records <= left
        )
        # a hazard that is gone had nothing at stake, and one that stays has
        assert after.hazards == before.hazards or records != "unknown"
        assert set(after.hazards) <= {"availability"} if records == 0 else after.hazards
