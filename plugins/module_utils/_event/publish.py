# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes events to a topic: all of them are judged before the first is sent, and what becomes of each is told."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._cluster.gateway.gateway import Gateway
from .._cluster.gateway.records import Message, Stored
from .._core.errors import ApplyFailed, InvalidSpec, NotAuthorized
from .._core.foreign import from_ansible
from .._core.problems import Problems
from .._core.wording import because
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED, Rejection
from .._kafka.instants import iso
from .contract import Contract, parse_contract
from .envelope import environment_of, wrap
from .topic import check_name, existing_topic
from .truncate import encode, fit

_DEFAULT_MAX_BYTES = 1_048_588  # Kafka's own max.message.bytes
# the most that a record batch and its only record need besides key and value (61 and 37 bytes), rounded up
_OVERHEAD = 100
_NOTHING_SENT = "the events, nothing was published"
_ENVELOPE = (
    "source_node_id", "source_service", "source_version", "source_instance", "environment", "region", "causation_id", "partition_key", "metadata",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event on its way: the wire document, and what was left out of it."""

    where: str
    document: Mapping[str, Any]
    key: str | None
    correlation_id: str | None
    event_id: str | None
    truncated: tuple[str, ...] = ()

    def as_result(self, topic: str) -> dict[str, Any]:
        told = {
            "topic": topic,
            "key": self.key,
            "correlation_id": self.correlation_id,
            "event_id": self.event_id,
        }
        return {**told, "truncated": list(self.truncated)}

    def as_message(self) -> Message:
        return Message(None if self.key is None else self.key.encode(), encode(self.document))


@dataclass(frozen=True, slots=True)
class Publication:
    """The events of one call. Implements the runner's Delivery."""

    topic: str
    contract: Contract
    events: Sequence[Outgoing]
    max_bytes: int | None

    def prepare(self, gateway: Gateway) -> Publication:
        existing_topic(gateway, self.topic, "publish to", "WRITE")
        limit = self.max_bytes or _max_message_bytes(gateway, self.topic)
        problems = Problems()
        events = [self._fitting(event, limit, problems) for event in self.events]
        problems.raise_if_any(_NOTHING_SENT)
        return replace(self, events=events)

    def result(self) -> dict[str, Any]:
        return {
            "changed": bool(self.events),
            "events": [event.as_result(self.topic) for event in self.events],
        }

    def send(self, gateway: Gateway) -> dict[str, Any]:
        answers = (
            gateway.log().publish(self.topic, [event.as_message() for event in self.events])
            if self.events
            else []
        )
        outcome: dict[str, list[dict[str, Any]]] = {"published": [], "failed": [], "unknown": []}
        for event, answer in zip(self.events, answers, strict=True):
            status, told = _told(answer)
            outcome[status].append(
                {
                    **event.as_result(self.topic),
                    **told,
                    **({} if status == "published" else {"where": event.where}),
                }
            )
        changed = bool(outcome["published"] or outcome["unknown"])
        if len(outcome["published"]) == len(self.events):
            return {"changed": changed, "events": outcome["published"]}
        denied = all(
            isinstance(answer, Rejection) and answer.code == TOPIC_AUTHORIZATION_FAILED
            for answer in answers
        )
        counts = ", ".join(f"{len(rows)} {status}" for status, rows in outcome.items())
        reasons = [
            f"{row['where']}: {row['why']}"
            for status in ("failed", "unknown")
            for row in outcome[status]
        ]
        error = NotAuthorized if denied else ApplyFailed
        raise error(
            because(f"not all events were published to topic {self.topic} ({counts})", reasons),
            changed=changed,
            outcome=outcome,
        )

    def _fitting(self, event: Outgoing, limit: int, problems: Problems) -> Outgoing:
        room = limit - _OVERHEAD - len((event.key or "").encode())
        try:
            document, truncated = fit(event.document, self.contract.truncate, room)
        except ValueError as error:
            problems.add(
                event.where, "", f"{error} (topic {self.topic} takes records of {limit} bytes)"
            )
            return event
        return replace(event, document=document, truncated=tuple(truncated))


def parse_publication(
    params: Mapping[str, Any],
    clock: Callable[[], float] = time.time,
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Publication:
    """Raises InvalidSpec with all that is wrong with the events."""
    _check(params)
    contract = parse_contract(
        params["contract"] or {"event_type": params["event_type"], "schema": {}}
    )
    now = iso(int(clock() * 1000))
    problems = Problems()
    params = {**params, "metadata": from_ansible(params["metadata"])}
    given = enumerate(from_ansible(params["events"]))
    events = [
        _outgoing(f"events[{number}]", event, params, contract, now, str(new_id()), problems)
        for number, event in given
    ]
    problems.raise_if_any(_NOTHING_SENT)
    return Publication(params["topic"], contract, events, params["max_bytes"])


def _check(params: Mapping[str, Any]) -> None:
    check_name(params["topic"])
    if params["wire"] == "envelope" and not params["source_node_id"]:
        raise InvalidSpec("source_node_id is needed for events in the envelope")
    if params["wire"] == "envelope" and not params["contract"] and not params["event_type"]:
        raise InvalidSpec("event_type is needed for events in the envelope without a contract")
    if params["max_bytes"] is not None and params["max_bytes"] < 1:
        raise InvalidSpec("max_bytes must be greater than 0")


def _outgoing(
    where: str,
    event: Mapping[str, Any],
    params: Mapping[str, Any],
    contract: Contract,
    now: str,
    event_id: str,
    problems: Problems,
) -> Outgoing:
    defaults = {"correlation_id": params["correlation_id"], "timestamp": now}
    filled = {
        **{
            name: value
            for name, value in defaults.items()
            if value is not None and contract.has(name)
        },
        **event,
    }
    document: Mapping[str, Any] = filled
    if params["wire"] == "envelope":
        given = {name: params[name] for name in _ENVELOPE if params[name] is not None}
        fields = {"environment": environment_of(params["topic"]), **given}
        document = wrap(
            filled,
            contract.event_type,
            event_id=event_id,
            event_timestamp=now,
            correlation_id=filled.get("correlation_id"),
            **fields,
        )
    for problem in contract.problems(document):
        problems.add(where, problem["path"], problem["message"])
    key = contract.key(document)
    return Outgoing(where, document, key, filled.get("correlation_id"), document.get("event_id"))


def _told(answer: Stored | Rejection) -> tuple[str, dict[str, Any]]:
    """What became of one event, and what is told of it."""
    if isinstance(answer, Stored):
        return "published", {
            "partition": answer.partition,
            "offset": answer.offset,
            "timestamp": iso(answer.timestamp),
        }
    return "unknown" if answer.lost else "failed", {"why": str(answer)}


def _max_message_bytes(gateway: Gateway, topic: str) -> int:
    """Kafka's default where the principal may not read the topic's configuration."""
    config = gateway.describe_configs([topic])[topic]
    value = None if isinstance(config, Rejection) else config["max.message.bytes"].value
    return int(value or _DEFAULT_MAX_BYTES)
