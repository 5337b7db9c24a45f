# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The envelope OnexEnvelopeV1: events are published in it, or bare.

It is written in one form, and read in every form that is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# the fields of the object `source`, in which older envelopes say the same
_OLDER_SOURCE = {
    "source_node_id": ("node_id", "instance_id", "service"),
    "source_service": ("service",),
    "source_version": ("version",),
    "source_instance": ("instance_id", "instance"),
}


def environment_of(topic: str) -> str:
    """The first word of `<environment>.<service>.<domain>.<event>.<version>`.

    Any other name does not tell its environment, and counts as development.
    """
    words = topic.split(".")
    if len(words) != 5 or words[0] == "dev":
        return "development"
    return words[0]


def wrap(
    event: Mapping[str, Any],
    event_type: str,
    *,
    event_id: str,
    event_timestamp: str,
    source_node_id: str,
    correlation_id: str | None = None,
    source_service: str | None = None,
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
    """A bare event may have an event_type or a payload of its own, but not both.

    So older envelopes, which have no version, are known by these two.
    """
    if "envelope_version" in document:
        return True
    return "event_type" in document and isinstance(document.get("payload"), Mapping)


def unwrap(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The event, and the envelope without it; None for a bare event.

    A broken envelope that holds no event has an empty one.
    """
    if not is_enveloped(document):
        return dict(document), None
    payload = document.get("payload")
    event = dict(payload) if isinstance(payload, Mapping) else {}
    envelope = {name: value for name, value in document.items() if name != "payload"}
    return event, {**_from_older(envelope), **envelope}


def _from_older(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Today's fields for what an older envelope says in other words."""
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
