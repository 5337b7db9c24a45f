# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What arrives needs room at once; what leaves gives it back only later."""

from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.moves import Layout
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.moves import (
    Amount,
    BrokerMoves,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.placement.room import (
    after,
    too_large,
)

from tests.unit._kafka.placement.clusters import brokers

NOTHING = Amount(0, 0)


def layout(*usable: int | None) -> Layout:
    free = dict(enumerate(usable, 1))
    return Layout(tuple(brokers("1:5/500 2:3/300")), free, {}, {})


@pytest.mark.parametrize(
    ("usable", "why"),
    [
        (300, ""),
        (299, "300 B do not fit on broker 2, which has 299 B left"),
        (0, "300 B do not fit on broker 2, which has 0 B left"),
        # Kafka before 3.3 does not say
        (None, ""),
    ],
)
def test_what_arrives_must_fit(usable: int | None, why: str) -> None:
    by_broker = {
        1: BrokerMoves(NOTHING, Amount(1, 300)),
        2: BrokerMoves(Amount(1, 300), Amount(2, 900)),
    }
    assert too_large(by_broker, layout(0, usable)) == why


def test_the_layout_afterwards() -> None:
    by_broker = {2: BrokerMoves(Amount(2, 70), Amount(1, 100))}
    found = after(layout(1000, 100), by_broker)
    assert found.brokers == tuple(brokers("1:5/500 2:4/270"))
    assert found.usable == {1: 1000, 2: 30}
    assert after(layout(None, None), by_broker).usable == {1: None, 2: None}
