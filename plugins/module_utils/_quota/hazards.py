# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change of quotas can hurt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .._kafka.quotas import DEFAULT, Entity, Values, binding
from .change import QuotaChange

THROTTLING = "throttling"
ALL = (THROTTLING,)
ByEntity = Mapping[Entity, Values]


def lowered(change: QuotaChange, before: ByEntity, after: ByEntity) -> Iterator[str]:
    """The keys by which the change binds clients whom nobody named more than before.

    An entity with names alone is bound as its declaration says.
    """
    if not change.entity.is_default:
        return
    for step in change.steps:
        if step.is_lower or _uncovers(change.entity, step.key, before, after):
            yield step.key


def _uncovers(entity: Entity, key: str, before: ByEntity, after: ByEntity) -> bool:
    """Whether a lower quota binds instead of one that is removed; no address has a second one."""
    if entity.ip is not None:
        return False
    user = entity.user or DEFAULT
    client_id = entity.client_id or DEFAULT
    bound = binding(before, key, user, client_id)
    binds = binding(after, key, user, client_id)
    if bound != entity or binds is None:
        return False
    return after[binds][key] < before[entity][key]
