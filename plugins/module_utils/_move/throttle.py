# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The throttle of moves: what it sets, and how what was set before comes back (KIP-73)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from .._cluster.gateway.configs import Config, Configs
from .._core.errors import StateError
from .._core.wording import because
from .._kafka.errors import BROKER_NOT_AVAILABLE, UNKNOWN_TOPIC, Rejection
from .._kafka.moves import Move
from .._kafka.throttles import BROKER_KEYS, FOLLOWERS, LEADERS, TOPIC_KEYS, Throttles, Values
from .clock import Clock

# a broker that is down, or a topic that is deleted meanwhile, copies nothing
_GONE = (BROKER_NOT_AVAILABLE, UNKNOWN_TOPIC)


# it takes milliseconds, unless a broker lags behind
_KNOWN_SECONDS = 10
_PAUSE = 0.1


class Throttling(Configs, Protocol):
    """The APIs that throttle."""


def wanted_throttles(moves: Iterable[Move], rate: int) -> Throttles:
    """Limits what the present replicas send and what the new ones receive, and nothing else."""
    brokers: set[int] = set()
    senders: defaultdict[str, list[str]] = defaultdict(list)
    receivers: defaultdict[str, list[str]] = defaultdict(list)
    for move in moves:
        topic, number = move.partition
        brokers.update(move.before, move.adding)
        senders[topic] += _replicas(number, move.before)
        receivers[topic] += _replicas(number, move.adding)
    rates = dict.fromkeys(BROKER_KEYS, str(rate))
    topics = {}
    for topic in senders:
        leaders = ",".join(senders[topic])
        followers = ",".join(receivers[topic])
        topics[topic] = {LEADERS: leaders, FOLLOWERS: followers}
    return Throttles(dict.fromkeys(sorted(brokers), rates), topics)


def _replicas(partition: int, brokers: Sequence[int]) -> list[str]:
    return [f"{partition}:{broker}" for broker in brokers]


def read_throttles(gateway: Throttling, like: Throttles) -> Throttles:
    """What is set now of the same topics and of the brokers that are alive. Raises StateError."""
    of_brokers = gateway.describe_broker_configs(list(like.brokers))
    of_topics = gateway.describe_configs(list(like.topics))
    refused = [*_refused("broker", of_brokers), *_refused("topic", of_topics)]
    if refused:
        raise StateError(because("cannot read the throttles", refused))
    brokers = {}
    for broker, config in of_brokers.items():
        # what is gone has no throttle to keep
        if not isinstance(config, Rejection):
            brokers[broker] = _set(config, BROKER_KEYS)
    topics = {}
    for topic, config in of_topics.items():
        if not isinstance(config, Rejection):
            topics[topic] = _set(config, TOPIC_KEYS)
    return Throttles(brokers, topics)


def without_ours(found: Throttles, wanted: Throttles) -> Throttles:
    """What to set afterwards: not what a run that was killed has left behind.

    That has the same rate everywhere, and names all the replicas that still move.
    """
    for broker, rates in found.brokers.items():
        if rates != wanted.brokers[broker]:
            return found
    for topic, replicas in found.topics.items():
        if not _names_all(replicas, wanted.topics[topic]):
            return found
    brokers = {broker: dict.fromkeys(BROKER_KEYS) for broker in found.brokers}
    topics = {topic: dict.fromkeys(TOPIC_KEYS) for topic in found.topics}
    return Throttles(brokers, topics)


def as_before(found: Throttles, before: Throttles, ours: Collection[Throttles]) -> Throttles:
    """What to set where a note says what was set before, and what runs of ours may have set since.

    A value that is none of ours was set by somebody else in the meantime, and stays.
    """
    brokers = {}
    for broker, rates in found.brokers.items():
        noted = before.brokers.get(broker, rates)
        own = [throttles.brokers.get(broker, {}) for throttles in ours]
        brokers[broker] = _as_before(rates, noted, own)
    topics = {}
    for topic, replicas in found.topics.items():
        noted = before.topics.get(topic, replicas)
        own = [throttles.topics.get(topic, {}) for throttles in ours]
        topics[topic] = _as_before(replicas, noted, own)
    return Throttles(brokers, topics)


def _as_before(found: Values, before: Values, ours: Collection[Values]) -> Values:
    values = {}
    for key, value in found.items():
        is_ours = any(value == own.get(key) for own in ours)
        values[key] = before.get(key) if is_ours else value
    return values


def _names_all(found: Values, wanted: Values) -> bool:
    for key, replicas in wanted.items():
        named = set((found[key] or "").split(","))
        if not named.issuperset((replicas or "").split(",")):
            return False
    return True


def _set(config: Config, keys: Sequence[str]) -> Mapping[str, str | None]:
    return {key: config.own.get(key) for key in keys}


def write_throttles(gateway: Throttling, throttles: Throttles) -> Sequence[str]:
    """Sets and unsets; returns what was refused, in words.

    Brokers come last, so that who shows its rate knows the topics, too.
    """
    of_topics = gateway.incremental_alter_configs(throttles.topics, validate_only=False)
    of_brokers = gateway.incremental_alter_broker_configs(throttles.brokers)
    return [*_refused("broker", of_brokers), *_refused("topic", of_topics)]


def await_rates(gateway: Throttling, wanted: Throttles, clock: Clock) -> None:
    """Waits until each broker knows its rate.

    One that learns of a move at the same time copies some MiB before it looks at the rate.
    """
    deadline = clock.now() + _KNOWN_SECONDS
    while _are_late(gateway, wanted) and clock.now() < deadline:
        clock.sleep(_PAUSE)


def _are_late(gateway: Throttling, wanted: Throttles) -> bool:
    found = gateway.describe_broker_configs(list(wanted.brokers))
    for broker, config in found.items():
        # one that is down copies nothing
        if isinstance(config, Rejection):
            continue
        if _set(config, BROKER_KEYS) != wanted.brokers[broker]:
            return True
    return False


def _refused(kind: str, answers: Mapping[int, object] | Mapping[str, object]) -> list[str]:
    refused = []
    for name, answer in answers.items():
        if isinstance(answer, Rejection) and answer.code not in _GONE:
            refused.append(f"{kind} {name}: {answer}")
    return refused
