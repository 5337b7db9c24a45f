# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The throttle of moves: what it sets, and how what was set before comes back (KIP-73)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from .._cluster.gateway.configs import Configs, ConfigValue
from .._core.errors import StateError
from .._core.wording import because
from .._kafka.errors import BROKER_NOT_AVAILABLE, Rejection
from .._kafka.moves import Move

_BROKER_KEYS = ("leader.replication.throttled.rate", "follower.replication.throttled.rate")
_LEADERS, _FOLLOWERS = _TOPIC_KEYS = (
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
)


class Throttling(Configs, Protocol):
    """The APIs that throttle."""


class Throttles(NamedTuple):
    """Throttle keys by broker and by topic; None where a key is not set."""

    brokers: Mapping[int, Mapping[str, str | None]]
    topics: Mapping[str, Mapping[str, str | None]]

    def told(self) -> Iterator[str]:
        """What is set, such as `broker 1: leader.replication.throttled.rate 1048576`."""
        for broker, config in self.brokers.items():
            yield from _told(f"broker {broker}", config)
        for topic, config in self.topics.items():
            yield from _told(f"topic {topic}", config)


def _told(whose: str, config: Mapping[str, str | None]) -> Iterator[str]:
    for key, value in config.items():
        if value is not None:
            yield f"{whose}: {key} {value}"


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
    rates = dict.fromkeys(_BROKER_KEYS, str(rate))
    topics = {}
    for topic in senders:
        leaders = ",".join(senders[topic])
        followers = ",".join(receivers[topic])
        topics[topic] = {_LEADERS: leaders, _FOLLOWERS: followers}
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
        # one that is down has no throttle to keep
        if not isinstance(config, Rejection):
            brokers[broker] = _set(config, _BROKER_KEYS)
    topics = {}
    for topic, config in of_topics.items():
        if not isinstance(config, Rejection):
            topics[topic] = _set(config, _TOPIC_KEYS)
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
    brokers = {broker: dict.fromkeys(_BROKER_KEYS) for broker in found.brokers}
    topics = {topic: dict.fromkeys(_TOPIC_KEYS) for topic in found.topics}
    return Throttles(brokers, topics)


def _names_all(found: Mapping[str, str | None], wanted: Mapping[str, str | None]) -> bool:
    for key, replicas in wanted.items():
        named = set((found[key] or "").split(","))
        if not named.issuperset((replicas or "").split(",")):
            return False
    return True


def _set(config: Mapping[str, ConfigValue], keys: Sequence[str]) -> Mapping[str, str | None]:
    values = dict.fromkeys(keys)
    for key in keys:
        entry = config.get(key)
        if entry and entry.overridden:
            values[key] = entry.value
    return values


def write_throttles(gateway: Throttling, throttles: Throttles) -> Sequence[str]:
    """Sets and unsets; returns what was refused, in words."""
    of_brokers = gateway.incremental_alter_broker_configs(throttles.brokers)
    of_topics = gateway.incremental_alter_configs(throttles.topics, validate_only=False)
    return [*_refused("broker", of_brokers), *_refused("topic", of_topics)]


def _refused(kind: str, answers: Mapping[int, object] | Mapping[str, object]) -> list[str]:
    refused = []
    for name, answer in answers.items():
        # a broker that is down copies nothing
        if isinstance(answer, Rejection) and answer.code != BROKER_NOT_AVAILABLE:
            refused.append(f"{kind} {name}: {answer}")
    return refused
