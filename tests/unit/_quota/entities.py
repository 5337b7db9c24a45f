# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short ways to write quotas and plans in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import (
    DEFAULT,
    Entity,
    Values,
)
from ansible_collections.omninode.kafka.plugins.module_utils._quota.change import QuotaChange
from ansible_collections.omninode.kafka.plugins.module_utils._quota.plan import plan_quotas
from ansible_collections.omninode.kafka.plugins.module_utils._quota.spec import parse_quota_set
from ansible_collections.omninode.kafka.plugins.module_utils._quota.state import Observed

WRITES, READS = "producer_byte_rate", "consumer_byte_rate"
SHARE, CONNECTS = "request_percentage", "connection_creation_rate"
ALICE, BOB, ALL_USERS = Entity("alice"), Entity("bob"), Entity(DEFAULT)
HOST = Entity(ip="192.0.2.7")
Live = Mapping[Entity, Values]


def entry(entity: Entity, **fields: Any) -> dict[str, Any]:
    """As it is declared; the keys of quotas are among the fields."""
    quotas = {key: fields.pop(key) for key in (WRITES, READS, SHARE, CONNECTS) if key in fields}
    if fields.get("state") == "absent":
        return {**entity.as_declaration(), **fields}
    return {**entity.as_declaration(), "quotas": quotas, **fields}


def planned(*quotas: dict[str, Any], live: Live | None = None, **options: Any) -> Plan[QuotaChange]:
    return plan_quotas(parse_quota_set(list(quotas), **options), Observed(live or {}))
