# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The envelope OnexEnvelopeV1, in which events are published unless they are bare.

It is written in today's form, and read in older forms, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

# by today's name: the fields of the object `source` that hold the same in older envelopes
_OLDER_SOURCE = {
    "source_node_id": ("node_id", "instance_id", "service"),
    "source_service": ("service",),
    "source_version": ("version",),
    "source_instance": ("instance_id", "instance"),
}


def environment_of(topic: str) -> str:
    """The first word of `<environment>.<service>.<domain>.<event>.<version>`.

    A name of any other form counts as development, and so does the environment `dev`.
    """
    words = topic.split(".")
    if len(words) != 5 or words[0] == "dev":
        return "development"
    return words[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An event in its envelope. The fields are written in this order."""

    envelope_version: str = "1.0"
    event_id: str
    event_type: str
    event_version: str = "1.0"
    event_timestamp: str
    source_node_id: str
    source_service: str | None = None
    source_version: str = "1.0.0"
    source_instance: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    environment: str = "development"
    region: str | None = None
    partition_key: str | None = None
    payload: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        # asdict would copy the event, which can be large
        return {each.name: getattr(self, each.name) for each in fields(self)}


def is_enveloped(document: Mapping[str, Any]) -> bool:
    """Whether the document is an envelope rather than a bare event.

    Older envelopes have no version. They have an event_type and a payload; a bare event may have
    one of these fields as its own, but not both.
    """
    if "envelope_version" in document:
        return True
    return "event_type" in document and isinstance(document.get("payload"), Mapping)


def unwrap(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The event, and the fields of its envelope without the event; None for a bare event.

    The event is empty where the envelope is broken and holds none.
    """
    if not is_enveloped(document):
        return dict(document), None
    envelope = dict(document)
    payload = envelope.pop("payload", None)
    event = dict(payload) if isinstance(payload, Mapping) else {}
    older = _from_older(envelope)
    return event, {**older, **envelope}


def _from_older(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Today's fields, from the fields that an older envelope has instead."""
    found: dict[str, Any] = {}
    if "timestamp" in envelope:
        found["event_timestamp"] = envelope["timestamp"]
    source = envelope.get("source")
    if isinstance(source, str):
        found["source_node_id"] = source
    elif isinstance(source, Mapping):
        found.update(_from_older_source(source))
    return found


def _from_older_source(source: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, older_names in _OLDER_SOURCE.items():
        for older in older_names:
            if older in source:
                found[name] = source[older]
                break
    return found
