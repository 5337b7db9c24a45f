# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads where the replicas of each partition are, and where its records begin and end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from .._cluster.gateway.records import Records
from .._kafka.errors import Rejection
from .._kafka.partitions import EARLIEST, LATEST, TopicPartition
from .._topic.state import TopicState


def read_partitions(gateway: Records, states: Sequence[TopicState]) -> list[dict[str, Any]]:
    """Of these topics, in their order, in two requests however many there are.

    An offset that is not known is None.
    """
    led = _led(states)
    # in this order, so that no partition begins behind its end
    beginnings = _offsets(gateway, led, EARLIEST)
    ends = _offsets(gateway, led, LATEST)
    found = []
    for state in states:
        for number in sorted(state.replicas):
            place = TopicPartition(state.name, number)
            found.append(
                {
                    "topic": state.name,
                    "partition": number,
                    "leader": state.leaders[number],
                    "replicas": list(state.replicas[number]),
                    "in_sync": sorted(state.in_sync[number]),
                    "beginning_offset": beginnings.get(place),
                    "end_offset": ends.get(place),
                }
            )
    return found


def _led(states: Sequence[TopicState]) -> list[TopicPartition]:
    """The partitions with a leader, which alone knows their offsets."""
    led = []
    for state in states:
        for number, leader in state.leaders.items():
            if leader is not None:
                led.append(TopicPartition(state.name, number))
    return led


def _offsets(
    gateway: Records, places: Collection[TopicPartition], at: int
) -> dict[TopicPartition, int]:
    """Only those that Kafka tells."""
    if not places:
        return {}
    offsets = {}
    for place, answer in gateway.list_offsets(dict.fromkeys(places, at)).items():
        if not isinstance(answer, Rejection):
            offsets[place] = answer.offset
    return offsets
