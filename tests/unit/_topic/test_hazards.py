# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._topic.hazards import KEYS
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import TopicSet, TopicSpec
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import BrokerDefaults, Observed, TopicState

# what a topic inherits from a broker with Kafka's own defaults
INHERITED = {
    "retention.ms": "604800000",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "min.insync.replicas": "1",
    "max.message.bytes": "1048588",
    "unclean.leader.election.enable": "false",
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


def hazards(spec: TopicSpec, config: dict[str, str], defaults: BrokerDefaults | None = DEFAULTS, in_sync: int = 2) -> tuple[str, ...]:
    """Of the one change that makes a topic with these overrides match the spec."""
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
        ({POLICY: "delete"}, {POLICY: None}, ()),
        ({POLICY: "delete,compact"}, {POLICY: "compact"}, SWITCH),
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
        ({}, {MS: "1", POLICY: "compact", UNCLEAN: "true"}, ("retention_cut", "policy_switch", "availability")),
    ],
)
def test_config(config: dict[str, str], declared: dict[str, str | None], expected: tuple[str, ...]) -> None:
    assert hazards(TopicSpec("a", config=declared), config) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [({MS: "604800001"}, CUT), ({MS: "5"}, ()), ({POLICY: "compact"}, SWITCH), ({SIZE: "2097152"}, AVAILABILITY)],
)
def test_purging_a_key_is_unsetting_it(config: dict[str, str], expected: tuple[str, ...]) -> None:
    assert hazards(TopicSpec("a", purge_config=True), config) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({MS: "5"}, CUT),
        ({BYTES: "5"}, CUT),
        ({POLICY: "delete"}, SWITCH),
        ({ISR: "1"}, AVAILABILITY),
        ({SIZE: "5"}, AVAILABILITY),
        ({UNCLEAN: "false"}, AVAILABILITY),
        ({"flush.ms": "5"}, ()),
    ],
)
@pytest.mark.parametrize("defaults", [None, DEFAULTS._replace(config={})])
def test_an_unknown_default_counts_as_the_hazard(config: dict[str, str], expected: tuple[str, ...], defaults: BrokerDefaults | None) -> None:
    assert hazards(TopicSpec("a", config=dict.fromkeys(config)), config, defaults) == expected


def test_fewer_replicas_in_sync_than_asked_for() -> None:
    assert hazards(TopicSpec("a", config={ISR: "2"}), {}, in_sync=1) == AVAILABILITY


THREE_REPLICAS = DEFAULTS._replace(replication_factor=3, config={**INHERITED, ISR: "2"})


@pytest.mark.parametrize(
    ("spec", "defaults", "expected"),
    [
        (TopicSpec("a", replication_factor=1, config={MS: "1", POLICY: "compact", SIZE: "1"}), DEFAULTS, ()),
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
def test_a_new_topic(spec: TopicSpec, defaults: BrokerDefaults | None, expected: tuple[str, ...]) -> None:
    [change] = plan_topics(TopicSet({"a": spec}), Observed({}, defaults)).changes
    assert change.hazards == expected


def test_growth_and_deletion() -> None:
    state: Any = TopicState("a", 3, 1, {})
    for spec, expected in ((TopicSpec("a", partitions=4), "key_order"), (TopicSpec("a", state="absent"), "delete")):
        [change] = plan_topics(TopicSet({"a": spec}), Observed({"a": state})).changes
        assert change.hazards == (expected,)


def test_declaring_what_is_inherited_takes_nothing_away() -> None:
    state = TopicState("a", 1, 1, {}, {ISR: "2"}, replicas_in_sync=1)
    [change] = plan_topics(TopicSet({"a": TopicSpec("a", config={ISR: "2"})}), Observed({"a": state})).changes
    assert change.hazards == ()


def test_the_order_of_policies_means_nothing() -> None:
    state = TopicState("a", 1, 1, {}, {POLICY: "delete, compact"})
    [change] = plan_topics(TopicSet({"a": TopicSpec("a", config={POLICY: "compact,delete"})}), Observed({"a": state})).changes
    assert change.hazards == ()
