# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.change import Plain
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan, Refusal
from ansible_collections.omninode.kafka.plugins.module_utils._topic import hazards
from ansible_collections.omninode.kafka.plugins.module_utils._topic.change import Shape, TopicChange
from ansible_collections.omninode.kafka.plugins.module_utils._topic.guards import refuse
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.resource import Topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import parse_topic_set
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import (
    BrokerDefaults,
    Observed,
    TopicState,
)

from tests.fakes.gateway import FakeCluster
from tests.unit._topic.changes import milliseconds, topic_change

IDLE_SINCE = milliseconds("2026-11-24T08:00:00Z")
LONG_AGO, JUST_NOW = "2026-11-01T09:30:00Z", "2026-11-25T07:59:59Z"
INHERITED = {"retention.ms": "604800000"}
NOBODY: dict[str, Plain] = {"active": [], "committed": []}


def change(
    operation: str,
    *found: str,
    name: str = "a",
    before: Any = None,
    after: Any = None,
    **evidence: Plain,
) -> TopicChange:
    return topic_change(name, operation, before, after, found, evidence)


def deletion(newest: str | int | None = LONG_AGO, readers: Plain = ()) -> TopicChange:
    groups = readers if isinstance(readers, str) else {"active": readers, "committed": ["audit"]}
    return change("delete", "delete", records=7, oldest=LONG_AGO, newest=newest, groups=groups)


CUT = change(
    "alter_config",
    "retention_cut",
    before={"config": {"retention.ms": None}},
    after={"config": {"retention.ms": "5"}},
    records=7,
    oldest=LONG_AGO,
    newest=JUST_NOW,
)
SWITCH = replace(
    CUT,
    hazards=("policy_switch",),
    declared=Shape(config={"cleanup.policy": "compact"}),
    observed=Shape(config={"cleanup.policy": None}),
)
GROWTH = change("add_partitions", "key_order", records=7, groups=NOBODY, compacted=False)
UNAVAILABLE = change(
    "create", "availability", availability="min.insync.replicas 2 is above the replication factor 1"
)
EMPTY = change("delete", records=0, newest=None, groups=NOBODY)


def refusals(
    planned: TopicChange | list[TopicChange],
    *declared: dict[str, Any],
    observed: int = 1,
    **settings: Any,
) -> list[Refusal]:
    topics = declared or ({"name": "a"},)
    changes = planned if isinstance(planned, list) else [planned]
    live = dict.fromkeys(each.name for each in changes)
    live |= dict.fromkeys(f"topic-{number}" for number in range(observed - len(live)))
    states = {name: TopicState(name, 1, 1, {}, INHERITED) for name in live}
    declaration = parse_topic_set(topics, **settings)
    return [*refuse(Plan(tuple(changes)), declaration, Observed(states), IDLE_SINCE).refusals]


def settings_of(planned: TopicChange, *declared: dict[str, Any], **settings: Any) -> list[str]:
    """The setting that lifts each refusal, by its own words."""
    return [
        f"{refusal.guard}: {refusal.why.rpartition('; to allow it for this topic: ')[2]}"
        for refusal in refusals(planned, *declared, **settings)
    ]


@pytest.mark.parametrize(
    ("planned", "hazard"),
    [
        (CUT, "retention_cut"),
        (SWITCH, "policy_switch"),
        (GROWTH, "key_order"),
        (UNAVAILABLE, "availability"),
    ],
)
def test_a_hazard_needs_to_be_allowed(planned: TopicChange, hazard: str) -> None:
    assert settings_of(planned) == [f"allow: allow: [{hazard}]"]
    assert settings_of(
        planned, {"name": "a", "allow": [other for other in hazards.ALL if other != hazard]}
    ) == [f"allow: allow: [{hazard}]"]
    for allowed in ({"name": "a", "allow": [hazard]}, {"name": "a", "allow": "all"}):
        assert refusals(planned, allowed) == []
    for setting in ([hazard], ["all"]):
        assert refusals(planned, allow=setting) == []
    assert (
        refusals(planned, {"name": "a", "profiles": ["p"]}, profiles={"p": {"allow": [hazard]}})
        == []
    )
    assert refusals(planned, {"name": "a"}, defaults={"allow": [hazard]}) == []
    # what another topic allows does not count for this one
    assert len(refusals(planned, {"name": "a"}, {"name": "b", "allow": [hazard]})) == 1


@pytest.mark.parametrize("declared", [{"replication_factor": 3}, {"protected": True}, {}])
def test_more_replicas_than_live_brokers_are_not_to_be_allowed(declared: dict[str, Any]) -> None:
    topics = parse_topic_set([{"name": "a", **declared}])
    defaults = BrokerDefaults(1, 3, {}, auto_create_topics=False, delete_topics=True)
    observed = Observed({}, defaults, brokers=2)
    [refusal] = refuse(plan_topics(topics, observed), topics, observed, IDLE_SINCE).refusals
    assert (refusal.guard, refusal.operation) == ("allow", "create")
    assert refusal.why == (
        "create topic a: guard allow: hazard availability: declare a replication_factor of at most"
        " 2, or start more brokers (availability: replication_factor 3 is above the number of live"
        " brokers, 2); to allow it for this topic: allow: [availability], which helps only if the"
        " missing brokers are registered, but down"
    )


def test_without_a_hazard_nothing_needs_to_be_allowed() -> None:
    assert refusals([replace(CUT, hazards=()), EMPTY, change("create")]) == []


def test_only_the_hazards_that_are_not_allowed_are_named() -> None:
    both = replace(CUT, hazards=("retention_cut", "policy_switch"))
    assert settings_of(both) == ["allow: allow: [retention_cut, policy_switch]"]
    assert settings_of(both, {"name": "a", "allow": ["retention_cut"]}) == [
        "allow: allow: [policy_switch]"
    ]
    # one hazard is allowed for the run, one for the topic
    assert refusals(both, {"name": "a", "allow": ["retention_cut"]}, allow=["policy_switch"]) == []


def test_a_refusal_tells_guard_topic_change_evidence_and_setting() -> None:
    [refusal] = refusals(CUT)
    assert refusal == Refusal(
        "a",
        "alter config of topic a (retention.ms from the default (7d) to 5): guard allow:"
        f" hazard retention_cut (records: 7; oldest: {LONG_AGO}; newest: {JUST_NOW}); to allow it"
        " for this topic: allow: [retention_cut]",
        "alter_config",
        "allow",
    )


TUNED = change(
    "alter_config",
    name="__consumer_offsets",
    before={"config": {"segment.bytes": None}},
    after={"config": {"segment.bytes": "1048576"}},
)


@pytest.mark.parametrize("marked", [True, False])
def test_an_internal_topic_is_configured_only_by_who_says_so(marked: bool) -> None:
    """A topic is internal by the cluster's mark or by its name."""
    name = "a" if marked else "__consumer_offsets"
    observed = Observed({name: TopicState(name, 50, 1, {}, internal=marked)})
    plan = Plan((replace(TUNED, name=name),))

    def found(**fields: Any) -> list[Refusal]:
        declared = parse_topic_set([{"name": name, **fields}], allow=["all"])
        return [*refuse(plan, declared, observed, IDLE_SINCE).refusals]

    [refusal] = found()
    assert refusal.guard == "internal"
    assert refusal.why.endswith(
        "it is one of Kafka's internal topics; to allow it for this topic: internal: true"
    )
    assert found(internal=True) == []


ABSENT = {"name": "a", "state": "absent"}
IN_USE = {
    "active group": deletion(readers=["billing"]),
    "young record": deletion(newest=JUST_NOW),
    "far future": deletion(newest=437_719_852_799_000),
    "unknown groups": deletion(readers="unknown"),
    "unknown age": deletion(newest="unknown"),
    "active group, no record": deletion(newest=None, readers=["billing"]),
}


def test_declaring_it_absent_is_consent_to_delete_what_is_not_in_use() -> None:
    assert refusals(deletion(), ABSENT) == []
    assert refusals(deletion(newest=IDLE_SINCE), ABSENT) == []


@pytest.mark.parametrize("planned", IN_USE.values(), ids=IN_USE.keys())
def test_what_is_in_use_is_deleted_only_if_it_is_allowed(planned: TopicChange) -> None:
    [refusal] = refusals(planned, ABSENT)
    assert refusal.why.startswith("delete topic a: guard allow: it is in use (records: 7; ")
    assert settings_of(planned, ABSENT) == ["allow: allow: [delete]"]
    assert refusals(planned, {**ABSENT, "allow": ["delete"]}) == []
    assert refusals(planned, ABSENT, allow=["delete"]) == []


def test_a_purge_of_records_is_never_consented_to() -> None:
    other = {"name": "b"}
    assert settings_of(deletion(), other) == ["allow: {name: a, state: absent}"]
    assert settings_of(deletion(newest=JUST_NOW), other) == [
        "allow: {name: a, state: absent, allow: [delete]}"
    ]
    [refusal] = refusals(deletion(newest=JUST_NOW), other)
    assert (
        "it is not declared, and is purged with all its records, while in use (records: 7; "
        in refusal.why
    )
    assert refusals(deletion(), other, allow=["delete"]) == []
    assert refusals(EMPTY, other) == []
    # the defaults hold for declared topics only
    assert len(refusals(deletion(), other, defaults={"allow": ["all"]})) == 1


@pytest.mark.parametrize("planned", [CUT, SWITCH, GROWTH, UNAVAILABLE, deletion(), EMPTY])
def test_protection_outranks_everything(planned: TopicChange) -> None:
    state = {"state": "absent"} if planned.operation == "delete" else {}
    protected = {"name": "a", "protected": True, "allow": "all", **state}
    assert settings_of(planned, protected, allow=["all"]) == ["protected: protected: false"]
    assert refusals(planned, {**protected, "protected": False}) == []
    assert (
        refusals(
            planned,
            {"name": "a", "profiles": ["p"], "allow": "all", "protected": False, **state},
            profiles={"p": {"protected": True}},
        )
        == []
    )


def test_what_lifts_protection_says_what_else_is_needed() -> None:
    assert settings_of(CUT, {"name": "a", "protected": True}) == [
        "protected: protected: false and allow: [retention_cut]"
    ]


def test_protection_leaves_alone_what_cannot_hurt() -> None:
    assert (
        refusals([replace(CUT, hazards=()), change("create")], {"name": "a", "protected": True})
        == []
    )


@pytest.mark.parametrize("planned", [change("create"), CUT, EMPTY, deletion()])
def test_a_run_touches_only_what_it_owns(planned: TopicChange) -> None:
    topic = {
        "name": "a",
        "allow": "all",
        "state": "absent" if planned.operation == "delete" else "present",
    }
    [refusal] = refusals(planned, topic, owned_prefixes=["dev.", "ops."])
    assert (refusal.guard, refusal.operation) == ("owned_prefixes", planned.operation)
    assert "guard owned_prefixes: its name is not under dev., ops." in refusal.why
    assert refusal.why.endswith("; to allow it for this topic: owned_prefixes: [dev., ops., a]")
    assert (
        refusals(
            replace(planned, name="dev.a"), {**topic, "name": "dev.a"}, owned_prefixes=["dev."]
        )
        == []
    )
    assert refusals(planned, topic) == []


DEFAULTS = BrokerDefaults(1, 1, INHERITED, auto_create_topics=True, delete_topics=True)


@pytest.mark.parametrize(
    ("before", "after", "defaults", "told"),
    [
        (None, "5", DEFAULTS, "from the default (7d) to 5"),
        ("-1", None, DEFAULTS, "from -1 to the default (7d)"),
        ("-1", "5", DEFAULTS, "from -1 to 5"),
        # the value in force comes from the topic, the default from a broker that may not be read
        (None, "5", None, "from the default (7d) to 5"),
        ("-1", None, None, "from -1 to the default (unknown)"),
        ("-1", None, DEFAULTS._replace(config={}), "from -1 to the default (unknown)"),
    ],
)
def test_a_default_is_told_with_its_value(
    before: str | None,
    after: str | None,
    defaults: BrokerDefaults | None,
    told: str,
) -> None:
    observed, wanted = (Shape(config={"retention.ms": value}) for value in (before, after))
    planned = replace(CUT, observed=observed, declared=wanted)
    live = Observed({"a": TopicState("a", 1, 1, {}, INHERITED)}, defaults)
    declared = parse_topic_set([{"name": "a"}])
    [refusal] = refuse(Plan((planned,)), declared, live, IDLE_SINCE).refusals
    assert f"topic a (retention.ms {told}): " in refusal.why


def test_the_default_of_a_key_that_the_broker_hides_is_unknown() -> None:
    live = Observed({"a": TopicState("a", 1, 1, {}, {"retention.ms": None})})
    [refusal] = refuse(Plan((CUT,)), parse_topic_set([{"name": "a"}]), live, IDLE_SINCE).refusals
    assert "(retention.ms from the default (unknown) to 5)" in refusal.why


def created_again(*planned: TopicChange, defaults: BrokerDefaults | None = DEFAULTS) -> list[str]:
    """The warnings."""
    declared = parse_topic_set([{**ABSENT, "allow": "all"}])
    return [*refuse(Plan(planned), declared, Observed({}, defaults), IDLE_SINCE).warnings]


@pytest.mark.parametrize("planned", IN_USE.values(), ids=IN_USE.keys())
def test_what_is_in_use_may_be_created_again_by_its_clients(planned: TopicChange) -> None:
    assert created_again(planned) == [
        "delete topic a: in use, and auto.create.topics.enable is true on the broker, so a client"
        " may create it again at once, with the broker's defaults;"
        " stop the producers and consumers of it first"
    ]
    # one warning for all of them
    [warning] = created_again(*(replace(planned, name=name) for name in "abc"))
    assert warning.startswith("delete topics a, b, c: in use, ")
    assert created_again(planned, defaults=DEFAULTS._replace(auto_create_topics=False)) == []
    assert created_again(planned, defaults=None) == []


def test_nobody_creates_again_what_is_not_in_use_or_stays() -> None:
    assert created_again(deletion(), EMPTY, change("create"), GROWTH) == []


def test_tiered_storage_is_not_turned_off_past_the_guards() -> None:
    cluster = FakeCluster()
    cluster.put("a", remote_storage_enable="true")
    cluster.produce("a", 1)
    off = {"remote.storage.enable": False, "remote.log.delete.on.disable": True}
    for fields, budget, guard in (
        ({}, None, "allow"),
        ({"protected": True}, None, "protected"),
        ({"allow": ["retention_cut"]}, 0, "destruction_budget"),
        ({"allow": ["retention_cut"]}, 1, None),
    ):
        declared = [{"name": "a", "config": off, **fields}]
        topics = Topics(parse_topic_set(declared, destruction_budget=budget))
        gateway = cluster.connect()
        observed = topics.observe(gateway)
        plan = topics.guard(topics.weigh(gateway, topics.plan(observed), observed), observed)
        assert [refusal.guard for refusal in plan.refusals] == ([guard] if guard else [])


def three(planned: TopicChange) -> list[TopicChange]:
    return [replace(planned, name=name) for name in "abc"]


DECLARED: list[dict[str, Any]] = [{"name": name, "allow": "all"} for name in "abc"]


@pytest.mark.parametrize("planned", [deletion(), EMPTY, CUT, SWITCH])
@pytest.mark.parametrize(
    ("budget", "within"),
    [(3, True), (2, False), (0, False), ("30%", True), ("29%", False), ("100%", True)],
)
def test_a_run_destroys_no_more_than_its_budget(
    planned: TopicChange, budget: object, within: bool
) -> None:
    found = refusals(three(planned), *DECLARED, observed=10, destruction_budget=budget)
    assert [refusal.name for refusal in found] == ([] if within else ["a", "b", "c"])
    assert all(
        refusal.guard == "destruction_budget"
        and refusal.why.endswith("; to allow it for this run: destruction_budget: 3")
        for refusal in found
    )


def test_a_budget_tells_what_it_counted() -> None:
    why = refusals(three(CUT), *DECLARED, observed=20, destruction_budget="10%")[0].why
    assert (
        "guard destruction_budget: 3 of 20 topics would be deleted or shrunk, but"
        " destruction_budget 10% allows 2; to allow it" in why
    )


@pytest.mark.parametrize(
    "planned", [GROWTH, UNAVAILABLE, replace(CUT, hazards=()), change("create")]
)
def test_what_destroys_nothing_costs_no_budget(planned: TopicChange) -> None:
    assert refusals(three(planned), *DECLARED, destruction_budget=0) == []


def test_a_topic_counts_once() -> None:
    assert refusals([CUT, SWITCH], {"name": "a", "allow": "all"}, destruction_budget=1) == []


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        ({"groups": NOBODY, "compacted": False}, []),
        ({"groups": NOBODY, "compacted": True}, ["compacted"]),
        (
            {"groups": {"active": [], "committed": ["billing", "audit"]}, "compacted": False},
            ["billing audit"],
        ),
        ({"groups": "unknown", "compacted": True}, ["compacted", "unknown"]),
    ],
)
def test_more_partitions_are_told_of_louder_where_somebody_will_notice(
    evidence: dict[str, Plain], told: list[str]
) -> None:
    growth = change("add_partitions", "key_order", records=7, **evidence)
    for planned, expected in (
        (growth, told),
        (replace(growth, hazards=()), []),
        (replace(growth, hazards=("delete",)), []),
    ):
        warnings = refuse(
            Plan((planned,)),
            parse_topic_set([{"name": "a", "allow": "all"}]),
            Observed({}),
            IDLE_SINCE,
        ).warnings
        assert len(warnings) == bool(expected)
        assert all(word in warnings[0] for word in expected)


def test_policies_refuse_and_warn_with_the_rest() -> None:
    topics = [{"name": "a", "labels": {"owner": "x"}}]
    rules: list[dict[str, str]] = [
        {"name": level, "rule": "labels.owner == 'y'", "message": "no", "level": level}
        for level in ("error", "warning")
    ]
    before = Plan((CUT,), (Refusal("a", "cannot shrink"),), 3, ("replicas lack",))
    live = Observed({"a": TopicState("a", 1, 1, {})})
    after = refuse(before, parse_topic_set(topics, policies=rules), live, IDLE_SINCE)
    assert [refusal.guard for refusal in after.refusals] == ["", "allow", "policies"]
    assert after.warnings == ("replicas lack", "policy warning: topic a: no (labels.owner == 'y')")
    assert (after.changes, after.unchanged) == (before.changes, 3)
