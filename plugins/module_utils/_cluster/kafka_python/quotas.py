# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of client quotas, which confluent-kafka lacks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..._kafka.errors import TRANSPORT, Rejection
from ..._kafka.quotas import CLIENT_ID, IP, USER, Entity, Values
from ..gateway.quotas import Alterations
from .client import refusal, rejection
from .session import Session

# the session reports it where the library is missing
with suppress(ImportError):
    from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

# as the protocol names the parts of an entity; it has null for DEFAULT
_TYPES = {USER: "user", CLIENT_ID: "client-id", IP: "ip"}
_PARTS = {name: part for part, name in _TYPES.items()}
_LEFT_OUT = Rejection(TRANSPORT, "_TRANSPORT", "the broker's answer leaves it out")


class KafkaPythonQuotas(Session):
    """Implements Quotas."""

    _subject = "quotas"

    def describe_quotas(self) -> Mapping[Entity, Values] | Rejection:
        # no components stand for all entities
        response = self._read(DescribeClientQuotasRequest, components=[], strict=False)
        refused = refusal(response)
        if refused:
            return refused
        found = {}
        for entry in response.entries or ():
            entity = _entity(entry)
            if entity:
                found[entity] = {value.key: value.value for value in entry.values}
        return found

    def alter_quotas(
        self, alterations: Alterations, validate_only: bool = False
    ) -> Mapping[Entity, Rejection | None]:
        if not alterations:
            return {}
        # who only asks may ask twice
        send = self._read if validate_only else self._write
        entries = [_entry(entity, values) for entity, values in alterations.items()]
        response = send(AlterClientQuotasRequest, entries=entries, validate_only=validate_only)
        refused = refusal(response)
        if refused:
            return dict.fromkeys(alterations, refused)
        answers = {}
        for entry in response.entries:
            entity = _entity(entry)
            answers[entity] = rejection(entry.error_code, entry.error_message)
        return {entity: answers.get(entity, _LEFT_OUT) for entity in alterations}


def _entry(entity: Entity, values: Mapping[str, float | None]) -> tuple[Any, ...]:
    """As tuples, which the library encodes; it waits for ever where it cannot."""
    parts = []
    for part, name in entity.parts.items():
        parts.append((_TYPES[part], name or None))
    operations = []
    for key, value in values.items():
        is_removed = value is None
        operations.append((key, 0.0 if value is None else value, is_removed))
    return parts, operations


def _entity(entry: Any) -> Entity | None:
    """None for one with a part that Kafka does not have today."""
    parts = {}
    for component in entry.entity:
        part = _PARTS.get(component.entity_type)
        if part is None:
            return None
        parts[part] = component.entity_name or ""
    return Entity(**parts)
