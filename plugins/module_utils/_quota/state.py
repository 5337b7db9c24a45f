# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed quotas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._kafka.quotas import Entity, Values, in_order, plain


class Observed(NamedTuple):
    """Entities without a quota are not among them."""

    quotas: Mapping[Entity, Values]
    cluster_id: str = ""


def numbers(values: Values) -> dict[str, Plain]:
    """By key, without the fraction `.0`."""
    return {key: plain(values[key]) for key in sorted(values)}


def declarations(quotas: Mapping[Entity, Values], entities: Iterable[Entity]) -> list[Plain]:
    """Those of these entities, in the form that is declared, with numbers in Kafka's own unit."""
    entries: list[Plain] = []
    for entity in in_order(entities):
        entry: dict[str, Plain] = {**entity.as_declaration()}
        entry["quotas"] = numbers(quotas[entity])
        entries.append(entry)
    return entries
