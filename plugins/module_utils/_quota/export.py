# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed quotas as the declaration that leaves them as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._kafka.quotas import readable
from .spec import parse_quota_set

Entry = dict[str, Any]


def declaration(quotas: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """In units; without what may not be declared, such as a key of a newer Kafka."""
    found = []
    for entry in quotas:
        values = {}
        for key, value in entry["quotas"].items():
            shown = readable(key, float(value))
            if _may_be_declared({**entry, "quotas": {key: shown}}):
                values[key] = shown
        if values:
            found.append({**entry, "quotas": values})
    return found


def _may_be_declared(entry: Mapping[str, Any]) -> bool:
    try:
        parse_quota_set([entry])
    except InvalidSpec:
        return False
    return True
