# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._broker.spec import (
    BrokerSpec,
    parse_broker,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Brake

SHAPE = "must give each partition its brokers, such as {0: [1, 2], 1: [2, 3]}"


def test_what_is_not_declared_has_its_default() -> None:
    assert parse_broker(3, "drained") == BrokerSpec(3, "drained")


def test_what_is_declared() -> None:
    topics = [
        {"name": "a", "assignments": {0: [1], 1: [3]}},
        {"name": "b", "assignments": {"0": ["3"]}, "config": 7},
        {"name": "c", "assignments": None},
        {"name": "d", "assignments": {3: [30]}},
    ]
    found = parse_broker(3, "active", topics, ["traffic"], "1MiB", 4)
    assert found == BrokerSpec(3, "active", ("a", "b"), frozenset({"traffic"}), Brake(2**20, 4))
    assert parse_broker(3, "active", throttle="unlimited").brake == Brake(None)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"broker": -1}, "options: broker: must be the id of a broker, from 0, not -1"),
        ({"topics": "a"}, "topics: value: must be a list of topics, not the string 'a'"),
        (
            {"topics": ["a"]},
            "topics[0]: value: must be a dictionary with a name, not the string 'a'",
        ),
        (
            {"topics": [{"name": "a", "assignments": [3]}]},
            f"topic 'a': assignments: {SHAPE}, not the list [3]",
        ),
        (
            {"topics": [{"name": "a", "assignments": {0: 3}}]},
            f"topic 'a': assignments: {SHAPE}, not 3",
        ),
        (
            {"allow": ["delete"]},
            "options: allow: unknown hazard 'delete'; there are traffic, all",
        ),
        ({"throttle": "0"}, "options: throttle: must be at least 1, or unlimited"),
        ({"moves_at_once": 0}, "options: moves_at_once: must be at least 1, not 0"),
    ],
)
def test_a_mistake_is_told(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidSpec) as error:
        parse_broker(**{"broker": 3, "state": "drained", **options})
    assert str(error.value).endswith(f"nothing was read or changed: {problem}")


def test_an_unreadable_throttle_is_told() -> None:
    with pytest.raises(InvalidSpec, match=r"throttle: .*, or unlimited"):
        parse_broker(3, "drained", throttle="fast")
