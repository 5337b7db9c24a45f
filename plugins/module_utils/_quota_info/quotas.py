# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads quotas for the info module."""

from __future__ import annotations

from typing import Any

from .._core.errors import InvalidSpec
from .._kafka.quotas import DEFAULT, Entity
from .._quota.observe import Observing, observe_quotas
from .._quota.state import declarations

EXACT = "exact"


def read_quotas(
    gateway: Observing,
    user: str | None = None,
    client_id: str | None = None,
    ip: str | None = None,
    user_defaults: bool = False,
    client_defaults: bool = False,
    ip_defaults: bool = False,
    match: str = "containing",
) -> dict[str, Any]:
    """Those of the entities that have these parts, or exactly these; or all."""
    wanted = Entity(
        _part("user", user, user_defaults),
        _part("client", client_id, client_defaults),
        _part("ip", ip, ip_defaults),
    )
    observed = observe_quotas(gateway)
    found = []
    for entity in observed.quotas:
        is_wanted = wanted.parts.items() <= entity.parts.items()
        if match == EXACT and wanted.parts:
            is_wanted = entity == wanted
        if is_wanted:
            found.append(entity)
    return {"quotas": declarations(observed.quotas, found)}


def _part(word: str, name: str | None, default: bool) -> str | None:
    if name is None:
        return DEFAULT if default else None
    if default:
        raise InvalidSpec(f"{word}_defaults: cannot be asked for together with a name")
    return name
