# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OnexEnvelopeV1: an event is published in it, or bare. Written in one form, read in all that are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# where older envelopes say the same, in their object `source`
_OLDER_SOURCE = {
    "source_node_id": ("node_id", "instance_id", "service"),
    "source_service": ("service",),
    "source_version": ("version",),
    "source_instance": ("instance_id", "instance"),
}


def environment_of(topic: str) -> str:
    """By the convention of topic names, `<environment>.<service>.<domain>.<event>.<version>`; any other name tells nothing, and is of development."""
    first, *others = topic.split(".")
    return first if len(others) == 4 and first != "dev" else "development"


def wrap(
    event: Mapping[str, Any],
    event_type: str,
    *,
    event_id: str,
    event_timestamp: str,
    source_node_id: str,
    correlation_id: str | None = None,
    source_service: str = "omninode-bridge",
    source_version: str = "1.0.0",
    source_instance: str | None = None,
    causation_id: str | None = None,
    environment: str = "development",
    region: str | None = None,
    partition_key: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The wire document, with all fields of the envelope."""
    return {
        "envelope_version": "1.0",
        "event_id": event_id,
        "event_type": event_type,
        "event_version": "1.0",
        "event_timestamp": event_timestamp,
        "source_node_id": source_node_id,
        "source_service": source_service,
        "source_version": source_version,
        "source_instance": source_instance,
        "correlation_id": correlation_id,
        "causation_id": causation_id,
        "environment": environment,
        "region": region,
        "partition_key": partition_key,
        "payload": dict(event),
        "metadata": dict(metadata or {}),
    }


def is_enveloped(document: Mapping[str, Any]) -> bool:
    """Older envelopes have no version; a bare event may have an event_type or a payload of its own, not both."""
    return "envelope_version" in document or (
        "event_type" in document and isinstance(document.get("payload"), Mapping)
    )


def unwrap(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The event and the envelope without it; None for a bare event. A broken envelope without an event has an empty one."""
    if not is_enveloped(document):
        return dict(document), None
    envelope = {name: value for name, value in document.items() if name != "payload"}
    payload = document.get("payload")
    return dict(payload) if isinstance(payload, Mapping) else {}, {
        **_from_older(envelope),
        **envelope,
    }


def _from_older(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """What an older envelope says in other words."""
    found = {"event_timestamp": envelope["timestamp"]} if "timestamp" in envelope else {}
    source = envelope.get("source")
    if isinstance(source, str):
        return {**found, "source_node_id": source}
    if isinstance(source, Mapping):
        for name, olds in _OLDER_SOURCE.items():
            found.update((name, source[old]) for old in reversed(olds) if old in source)
    return found
