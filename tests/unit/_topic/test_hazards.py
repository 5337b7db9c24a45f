# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._topic.hazards import (
    KEYS,
    Stake,
    stakes,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import TopicSet, TopicSpec
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import (
    BrokerDefaults,
    Observed,
    TopicState,
)

# what a topic inherits from a broker with Kafka's own defaults
INHERITED = {
    "retention.ms": "604800000",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "min.insync.replicas": "1",
    "max.message.bytes": "1048588",
    "unclean.leader.election.enable": "false",
    "remote.storage.enable": "false",
}
DEFAULTS = BrokerDefaults(1, 1, INHERITED, auto_create_topics=False, delete_topics=True)
CUT, SWITCH, AVAILABILITY = ("retention_cut",), ("policy_switch",), ("availability",)
MS, BYTES, POLICY, ISR, SIZE, UNCLEAN = (
    "retention.ms",
    "retention.bytes",
    "cleanup.policy",
    "min.insync.replicas",
    "max.message.bytes",
    "unclean.leader.election.enable",
)
TIERED = "remote.storage.enable"


def live(config: dict[str, str]) -> TopicState:
    inherited = {key: value for key, value in INHERITED.items() if key not in config}
    return TopicState("a", 3, 2, config, inherited, replicas_in_sync=2)


def hazards(
    spec: TopicSpec,
    config: dict[str, str],
    defaults: BrokerDefaults | None = DEFAULTS,
    in_sync: int = 2,
) -> tuple[str, ...]:
    """The hazards of the change that makes a topic with these overrides match the spec."""
    kept = {key: value for key, value in INHERITED.items() if key not in config}
    state = TopicState("a", 3, 2, config, kept, replicas_in_sync=in_sync)
    [change] = plan_topics(TopicSet({"a": spec}), Observed({"a": state}, defaults)).changes
    return change.hazards


def test_every_key_that_can_hurt_is_observed() -> None:
    assert INHERITED.keys() == KEYS


@pytest.mark.parametrize(
    ("config", "declared", "expected"),
    [
        ({}, {"flush.ms": "1"}, ()),
        # shorter or smaller than what is in force, inherited or not
        ({}, {MS: "604799999"}, CUT),
        ({}, {MS: "604800000"}, ()),
        ({}, {MS: "604800001"}, ()),
        ({}, {MS: "-1"}, ()),
        ({MS: "-1"}, {MS: "99999999999999"}, CUT),
        ({MS: "5"}, {MS: "4"}, CUT),
        ({MS: "5"}, {MS: "0"}, CUT),
        ({MS: "5"}, {MS: "6"}, ()),
        ({MS: "5"}, {MS: "-1"}, ()),
        ({}, {BYTES: "1000"}, CUT),
        ({BYTES: "1000"}, {BYTES: "999"}, CUT),
        ({BYTES: "1000"}, {BYTES: "-1"}, ()),
        ({MS: "5", BYTES: "5"}, {MS: "6", BYTES: "4"}, CUT),
        # unsetting returns to what is inherited
        ({MS: "604800001"}, {MS: None}, CUT),
        ({MS: "5"}, {MS: None}, ()),
        ({MS: "-1"}, {MS: None}, CUT),
        ({BYTES: "5"}, {BYTES: None}, ()),
        ({}, {POLICY: "compact"}, SWITCH),
        ({}, {POLICY: "compact,delete"}, SWITCH),
        ({}, {POLICY: "delete"}, ()),
        ({POLICY: "compact"}, {POLICY: None}, SWITCH),
        ({POLICY: "compact", MS: "-1"}, {POLICY: "compact,delete"}, ()),
        ({POLICY: "delete"}, {POLICY: None}, ()),
        ({POLICY: "delete,compact"}, {POLICY: "compact"}, ()),
        # two replicas are in sync
        ({}, {ISR: "2"}, ()),
        ({}, {ISR: "3"}, AVAILABILITY),
        ({ISR: "4"}, {ISR: "3"}, AVAILABILITY),
        ({ISR: "3"}, {ISR: None}, ()),
        ({}, {SIZE: "1048587"}, AVAILABILITY),
        ({}, {SIZE: "1048588"}, ()),
        ({}, {SIZE: "1048589"}, ()),
        ({SIZE: "2097152"}, {SIZE: None}, AVAILABILITY),
        ({SIZE: "5"}, {SIZE: None}, ()),
        ({}, {UNCLEAN: "true"}, AVAILABILITY),
        ({}, {UNCLEAN: "false"}, ()),
        ({UNCLEAN: "true"}, {UNCLEAN: "false"}, ()),
        ({UNCLEAN: "true"}, {UNCLEAN: None}, ()),
        (
            {},
            {MS: "1", POLICY: "compact,delete", UNCLEAN: "true"},
            ("retention_cut", "policy_switch", "availability"),
        ),
    ],
)
def test_config(
    config: dict[str, str], declared: dict[str, str | None], expected: tuple[str, ...]
) -> None:
    assert hazards(TopicSpec("a", config=declared), config) == expected


BOTH, NEITHER = "compact,delete", ""
# the retention in force, and which of its limits begin to remove records
RETENTIONS = {
    "time": ({MS: "5", BYTES: "-1"}, (MS,)),
    "size": ({MS: "-1", BYTES: "5"}, (BYTES,)),
    "both": ({MS: "5", BYTES: "5"}, (BYTES, MS)),
    "neither": ({MS: "-1", BYTES: "-1"}, ()),
}


@pytest.mark.parametrize(("retention", "limits"), RETENTIONS.values(), ids=RETENTIONS.keys())
@pytest.mark.parametrize(
    ("before", "after", "compacts", "deletes"),
    [
        # old values of a key are removed
        ("delete", "compact", True, False),
        ("delete", BOTH, True, False),
        (NEITHER, "compact", True, False),
        # records beyond the retention are removed, unless it is unlimited
        ("compact", "delete", False, True),
        ("compact", BOTH, False, True),
        (NEITHER, "delete", False, True),
        (NEITHER, BOTH, True, True),
        # nothing is removed that would have stayed
        ("delete", NEITHER, False, False),
        ("compact", NEITHER, False, False),
        (BOTH, "delete", False, False),
        (BOTH, "compact", False, False),
        (BOTH, NEITHER, False, False),
    ],
)
def test_a_switch_of_policies_puts_at_stake_what_the_new_one_removes(
    before: str,
    after: str,
    compacts: bool,
    deletes: bool,
    retention: dict[str, str],
    limits: tuple[str, ...],
) -> None:
    begun = limits if deletes else ()
    expected = Stake(begun, everything=compacts) if compacts or begun else None
    kept = stakes(live({POLICY: before, **retention}), {POLICY: after})
    assert kept == ({"policy_switch": expected} if expected else {})
    # or the retention comes with the policy
    unlimited = live({POLICY: before, MS: "-1", BYTES: "-1"})
    assert stakes(unlimited, {POLICY: after, **retention}).get("policy_switch") == expected


@pytest.mark.parametrize(
    ("policy", "after", "expected"),
    [
        # the retention counts only where the policy is to delete
        ("compact", {MS: "1", BYTES: "1"}, {}),
        (NEITHER, {MS: "1", BYTES: "1"}, {}),
        (BOTH, {MS: "1", BYTES: "1"}, {"retention_cut": Stake((BYTES, MS))}),
        ("delete", {MS: "1", BYTES: "-1"}, {"retention_cut": Stake((MS,))}),
        ("delete", {MS: "-1", BYTES: "1"}, {"retention_cut": Stake((BYTES,))}),
        ("delete", {MS: "1", POLICY: "compact"}, {"policy_switch": Stake(everything=True)}),
        (
            "compact",
            {MS: "1", POLICY: "delete"},
            {"retention_cut": Stake((MS,)), "policy_switch": Stake((MS,))},
        ),
        ("delete", {MS: "1", POLICY: NEITHER}, {}),
        # an unknown value counts as the worst
        ("compact", {POLICY: None}, {"policy_switch": Stake((MS,))}),
        ("delete", {POLICY: None}, {"policy_switch": Stake(everything=True)}),
        ("compact", {MS: None, POLICY: BOTH}, {
            "retention_cut": Stake((MS,)), "policy_switch": Stake((MS,))
        }),
    ],
)  # fmt: skip
def test_a_retention_limits_what_kafka_may_delete(
    policy: str,
    after: dict[str, str | None],
    expected: dict[str, Stake],
) -> None:
    assert stakes(live({POLICY: policy}), after) == expected


ON, OFF = {TIERED: "true"}, {TIERED: "false"}
ALL_OF_IT = {"retention_cut": Stake(everything=True)}


@pytest.mark.parametrize(
    ("config", "after", "expected"),
    [
        (ON, OFF, ALL_OF_IT),
        (ON, {**OFF, "remote.log.delete.on.disable": "true"}, ALL_OF_IT),
        (ON, {TIERED: None}, ALL_OF_IT),
        # in two runs: the one that removes records is refused
        (ON, {"remote.log.delete.on.disable": "true"}, {}),
        ({**ON, "remote.log.delete.on.disable": "true"}, OFF, ALL_OF_IT),
        ({**OFF}, {"remote.log.delete.on.disable": "true"}, {}),
        ({**OFF, "remote.log.delete.on.disable": "true"}, {TIERED: None}, {}),
        # a shorter retention with it adds nothing
        (ON, {**OFF, MS: "1"}, {"retention_cut": Stake((MS,), everything=True)}),
        # one of two copies is removed, and a copy that was never made costs nothing
        (ON, {"local.retention.ms": "1", "local.retention.bytes": "1"}, {}),
        (OFF, {"local.retention.ms": "1", "local.retention.bytes": "1"}, {}),
        (ON, {"remote.log.copy.disable": "true"}, {}),
        ({**ON, "remote.log.copy.disable": "true"}, {"remote.log.copy.disable": "false"}, {}),
        (ON, {"remote.copy.lag.ms": "-1", "remote.copy.lag.bytes": "-1"}, {}),
        # the retention limits both copies
        (ON, {MS: "1"}, {"retention_cut": Stake((MS,))}),
        (ON, {BYTES: "1"}, {"retention_cut": Stake((BYTES,))}),
        (OFF, ON, {}),
        # and the remote copy even without a policy
        ({**ON, POLICY: NEITHER}, {MS: "1"}, {"retention_cut": Stake((MS,))}),
        ({**ON, POLICY: NEITHER}, {POLICY: "delete"}, {}),
        ({**ON}, {POLICY: NEITHER}, {}),
        ({**OFF, POLICY: NEITHER}, ON, {"retention_cut": Stake((MS,))}),
        ({**OFF, POLICY: NEITHER, MS: "-1"}, ON, {}),
    ],
)
def test_tiered_storage(
    config: dict[str, str],
    after: dict[str, str | None],
    expected: dict[str, Stake],
) -> None:
    assert stakes(live(config), after) == expected


def test_what_a_broker_without_tiered_storage_hides_is_not_turned_off() -> None:
    state = TopicState("a", 1, 1, {}, {key: INHERITED[key] for key in (MS, BYTES, POLICY)})
    assert stakes(state, OFF) == {}


def test_a_change_that_is_no_hazard_stays_none_where_nothing_is_known() -> None:
    assert stakes(TopicState("a", 1, 1, {}), {"flush.ms": "1"}) == {}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({MS: "604800001"}, CUT),
        ({MS: "5"}, ()),
        ({POLICY: "compact"}, SWITCH),
        ({SIZE: "2097152"}, AVAILABILITY),
    ],
)
def test_purging_a_key_is_unsetting_it(config: dict[str, str], expected: tuple[str, ...]) -> None:
    assert hazards(TopicSpec("a", purge_config=True), config) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({MS: "5"}, CUT),
        ({BYTES: "5"}, CUT),
        ({POLICY: "delete"}, SWITCH),
        ({TIERED: "true"}, CUT),
        ({ISR: "1"}, AVAILABILITY),
        ({SIZE: "5"}, AVAILABILITY),
        ({UNCLEAN: "false"}, AVAILABILITY),
        ({"flush.ms": "5"}, ()),
    ],
)
@pytest.mark.parametrize("defaults", [None, DEFAULTS._replace(config={})])
def test_an_unknown_default_counts_as_the_hazard(
    config: dict[str, str], expected: tuple[str, ...], defaults: BrokerDefaults | None
) -> None:
    assert hazards(TopicSpec("a", config=dict.fromkeys(config)), config, defaults) == expected


def test_fewer_replicas_in_sync_than_asked_for() -> None:
    assert hazards(TopicSpec("a", config={ISR: "2"}), {}, in_sync=1) == AVAILABILITY


THREE_REPLICAS = DEFAULTS._replace(replication_factor=3, config={**INHERITED, ISR: "2"})


@pytest.mark.parametrize(
    ("spec", "defaults", "expected"),
    [
        (
            TopicSpec("a", replication_factor=1, config={MS: "1", POLICY: "compact", SIZE: "1"}),
            DEFAULTS,
            (),
        ),
        (TopicSpec("a", replication_factor=2, config={ISR: "3"}), DEFAULTS, AVAILABILITY),
        (TopicSpec("a", replication_factor=3, config={ISR: "3"}), DEFAULTS, ()),
        # what is not declared comes from the broker
        (TopicSpec("a", config={ISR: "3"}), THREE_REPLICAS, ()),
        (TopicSpec("a", config={ISR: "4"}), THREE_REPLICAS, AVAILABILITY),
        (TopicSpec("a"), THREE_REPLICAS, ()),
        (TopicSpec("a", replication_factor=1), THREE_REPLICAS, AVAILABILITY),
        (TopicSpec("a", replication_factor=1, config={ISR: "1"}), THREE_REPLICAS, ()),
        (TopicSpec("a"), None, ()),
        (TopicSpec("a", config={ISR: "2"}), None, AVAILABILITY),
        (TopicSpec("a", config={UNCLEAN: "true"}), DEFAULTS, AVAILABILITY),
        (TopicSpec("a", config={UNCLEAN: "false"}), DEFAULTS, ()),
    ],
)
def test_a_new_topic(
    spec: TopicSpec, defaults: BrokerDefaults | None, expected: tuple[str, ...]
) -> None:
    [change] = plan_topics(TopicSet({"a": spec}), Observed({}, defaults)).changes
    assert change.hazards == expected


def test_growth_and_deletion() -> None:
    state: Any = TopicState("a", 3, 1, {})
    for spec, expected in (
        (TopicSpec("a", partitions=4), "key_order"),
        (TopicSpec("a", state="absent"), "delete"),
    ):
        [change] = plan_topics(TopicSet({"a": spec}), Observed({"a": state})).changes
        assert change.hazards == (expected,)


def test_declaring_what_is_inherited_takes_nothing_away() -> None:
    state = TopicState("a", 1, 1, {}, {ISR: "2"}, replicas_in_sync=1)
    [change] = plan_topics(
        TopicSet({"a": TopicSpec("a", config={ISR: "2"})}), Observed({"a": state})
    ).changes
    assert change.hazards == ()


def test_the_order_of_policies_means_nothing() -> None:
    state = TopicState("a", 1, 1, {}, {POLICY: "delete, compact"})
    [change] = plan_topics(
        TopicSet({"a": TopicSpec("a", config={POLICY: "compact,delete"})}), Observed({"a": state})
    ).changes
    assert change.hazards == ()
