# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import (
    OPERATIONS,
    Binding,
    Pattern,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.intent import (
    NEEDED,
    Intent,
    expand,
)

TOPIC = Pattern("topic", "a")
GROUP = Pattern("group", "g", "prefixed")
ID = Pattern("transactional_id", "t")
CLUSTER = Pattern("cluster", "kafka-cluster")


@pytest.mark.parametrize(
    ("does", "expected"),
    [
        ({}, set()),
        ({"produce": (TOPIC,)}, {(TOPIC, "WRITE")}),
        ({"consume": (TOPIC,), "groups": (GROUP,)}, {(TOPIC, "READ"), (GROUP, "READ")}),
        ({"transactional_ids": (ID,)}, {(ID, "WRITE")}),
        ({"idempotent": True}, {(CLUSTER, "IDEMPOTENT_WRITE")}),
        (
            {"admin_of": (TOPIC,)},
            {(TOPIC, "CREATE"), (TOPIC, "DELETE"), (TOPIC, "ALTER"), (TOPIC, "ALTER_CONFIGS")},
        ),
    ],
)
def test_what_a_principal_does_takes_these_rights(
    does: dict[str, Any], expected: set[tuple[Pattern, str]]
) -> None:
    assert set(expand(Intent(**does))) == expected


@pytest.mark.parametrize("name", NEEDED)
def test_no_right_is_given_that_another_implies(name: str) -> None:
    resource = {"groups": "group", "transactional_ids": "transactional_id"}.get(name, "topic")
    pattern = Pattern(resource, "a")
    given = [Binding("User:a", pattern, operation) for operation in NEEDED[name]]
    assert set(NEEDED[name]) <= set(OPERATIONS[resource])
    for binding in given:
        others = [other for other in given if other != binding]
        assert not any(other.decides(binding.operation) for other in others)
    # who does any of it also sees the resource
    assert any(binding.decides("DESCRIBE") for binding in given)
