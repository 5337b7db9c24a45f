# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The owned quotas that nobody declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.change import Plain
from .._core.errors import InvalidSpec
from .._kafka.quotas import in_order, plain
from .._quota.change import QuotaChange
from .._quota.observe import Observing, observe_quotas
from .._quota.plan import plan_quotas
from .._quota.spec import Declared, parse_quota_set


def read_undeclared(
    gateway: Observing,
    quotas: object,
    owned_user_prefixes: Sequence[str],
    owned_client_id_prefixes: Sequence[str],
    owned_ip_networks: Sequence[str],
) -> dict[str, Any]:
    """What a purge with the same declaration would remove."""
    declared = parse_quota_set(
        quotas,
        owned_user_prefixes=owned_user_prefixes,
        owned_client_id_prefixes=owned_client_id_prefixes,
        owned_ip_networks=owned_ip_networks,
    )
    if not declared.owned.is_given:
        options = "owned_user_prefixes, owned_client_id_prefixes or owned_ip_networks"
        raise InvalidSpec(f"give {options}, whose quotas are reported")
    plan = plan_quotas(declared._replace(purge=True), observe_quotas(gateway))
    changes = {change.entity: change for change in plan.changes}
    rows: list[Plain] = []
    for entity in in_order(changes):
        left = _undeclared(changes[entity], declared.entities.get(entity))
        if left:
            rows.append({**entity.as_declaration(), "quotas": left})
    return {"quotas": rows}


def _undeclared(change: QuotaChange, how: Declared | None) -> dict[str, Plain]:
    """What the change removes, but for what is declared to be removed."""
    left: dict[str, Plain] = {}
    if how and how.state == "absent":
        return left
    named = how.values if how else {}
    for step in change.steps:
        if step.before is not None and step.after is None and step.key not in named:
            left[step.key] = plain(step.before)
    return left
