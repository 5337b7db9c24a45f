# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The config keys that throttle replicas on their way, and their values (KIP-73). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

BROKER_KEYS = ("leader.replication.throttled.rate", "follower.replication.throttled.rate")
LEADERS, FOLLOWERS = TOPIC_KEYS = (
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
)
# by config key; None where a key is not set
Values: TypeAlias = Mapping[str, "str | None"]


class Throttles(NamedTuple):
    """By broker and by topic."""

    brokers: Mapping[int, Values]
    topics: Mapping[str, Values]

    def with_more(self, others: Throttles) -> Throttles:
        """These, and those of brokers and topics that only the others have."""
        brokers = {**others.brokers, **self.brokers}
        topics = {**others.topics, **self.topics}
        return Throttles(brokers, topics)

    def told(self) -> Iterator[str]:
        """What is set, such as `broker 1: leader.replication.throttled.rate 1048576`."""
        for broker, config in self.brokers.items():
            yield from _told(f"broker {broker}", config)
        for topic, config in self.topics.items():
            yield from _told(f"topic {topic}", config)


def _told(whose: str, config: Values) -> Iterator[str]:
    for key, value in config.items():
        if value is not None:
            yield f"{whose}: {key} {value}"


class LeftOver(NamedTuple):
    """Throttles of a run that was killed, which are `found` still set, and those `before` it."""

    found: Throttles
    before: Throttles

    def rates(self) -> tuple[Mapping[int, Values], Mapping[int, Values]]:
        """Of the brokers that have others than before: those that are set, and those before."""
        found = {}
        before = {}
        for broker, rates in self.found.brokers.items():
            if rates != self.before.brokers[broker]:
                found[broker] = rates
                before[broker] = self.before.brokers[broker]
        return found, before
