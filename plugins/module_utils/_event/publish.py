# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Publishes events to a topic: validates all of them first, then reports what became of each."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

from .._cluster.gateway.configs import Configs
from .._cluster.gateway.records import Message, Records, Stored
from .._core.errors import ApplyFailed, InvalidSpec, NotAuthorized
from .._core.foreign import from_ansible
from .._core.problems import Problems
from .._core.wording import because
from .._kafka.errors import TOPIC_AUTHORIZATION_FAILED, Rejection
from .._kafka.instants import iso
from .._kafka.operations import DESCRIBE_CONFIGS
from .contract import Contract, parse_contract
from .envelope import Envelope, environment_of
from .topic import NamedTopics, check_name, existing_topic
from .truncate import encode, fit

_DEFAULT_MAX_BYTES = 1_048_588  # Kafka's own max.message.bytes
# A record batch takes 61 bytes, and its only record up to 37, besides the key and the value.
_OVERHEAD = 100
_NOTHING_SENT = "the events, nothing was published"
_ENVELOPE = (
    "source_node_id",
    "source_service",
    "source_version",
    "source_instance",
    "environment",
    "region",
    "causation_id",
    "partition_key",
    "metadata",
)


class Target(NamedTopics, Configs, Records, Protocol):
    """Where events are published to."""


class _Limit(NamedTuple):
    """The bytes that a record batch may have. `told`: where the limit comes from."""

    most: int
    told: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event to send. `where`: its place in the option `events`. `document`: what is sent.

    `truncated`: the fields that were shortened.
    """

    where: str
    document: Mapping[str, Any]
    key: str | None
    correlation_id: str | None
    event_id: str | None
    truncated: tuple[str, ...] = ()

    def as_result(self, topic: str) -> dict[str, Any]:
        return {
            "topic": topic,
            "key": self.key,
            "correlation_id": self.correlation_id,
            "event_id": self.event_id,
            "truncated": list(self.truncated),
        }

    def as_message(self) -> Message:
        key = None if self.key is None else self.key.encode()
        return Message(key, encode(self.document))


@dataclass(frozen=True, slots=True)
class Publication:
    """The events of one call. Implements the runner's Delivery."""

    topic: str
    contract: Contract
    events: Sequence[Outgoing]
    max_bytes: int | None

    @property
    def writes(self) -> bool:
        return bool(self.events)

    def prepare(self, gateway: Target) -> Publication:
        existing_topic(gateway, self.topic, "publish to", "WRITE")
        limit = self._limit(gateway)
        problems = Problems()
        events = [self._fitting(event, limit, problems) for event in self.events]
        problems.raise_if_any(_NOTHING_SENT)
        return replace(self, events=events)

    def result(self) -> dict[str, Any]:
        return {
            "changed": self.writes,
            "events": [event.as_result(self.topic) for event in self.events],
        }

    def send(self, gateway: Target) -> dict[str, Any]:
        if not self.events:
            return self.result()
        messages = [event.as_message() for event in self.events]
        answers = gateway.log().publish(self.topic, messages)
        outcome = self._outcome(answers)
        published = outcome["published"]
        failed = outcome["failed"]
        unknown = outcome["unknown"]
        if len(published) == len(self.events):
            return {"changed": True, "events": published}
        counted = [f"{len(rows)} {status}" for status, rows in outcome.items()]
        counts = ", ".join(counted)
        head = f"not all events were published to topic {self.topic} ({counts})"
        reasons = []
        for row in [*failed, *unknown]:
            reasons.append(f"{row['where']}: {row['why']}")
        changed = bool(published or unknown)
        all_denied = all(map(_is_denied, answers))
        error = NotAuthorized if all_denied else ApplyFailed
        raise error(because(head, reasons), changed=changed, outcome=outcome)

    def _outcome(self, answers: Sequence[Stored | Rejection]) -> dict[str, list[dict[str, Any]]]:
        outcome: dict[str, list[dict[str, Any]]] = {"published": [], "failed": [], "unknown": []}
        for event, answer in zip(self.events, answers, strict=True):
            row = event.as_result(self.topic)
            if isinstance(answer, Stored):
                status = "published"
                row |= answer._asdict()
                row["timestamp"] = iso(answer.timestamp)
            else:
                # an event whose answer was lost may have been written
                status = "unknown" if answer.lost else "failed"
                row["why"] = str(answer)
                row["where"] = event.where
            outcome[status].append(row)
        return outcome

    def _limit(self, gateway: Configs) -> _Limit:
        """Kafka's default where the principal may not read the topic's configuration."""
        if self.max_bytes:
            return _Limit(self.max_bytes, f"max_bytes is {self.max_bytes}")
        config = gateway.describe_configs([self.topic])[self.topic]
        if isinstance(config, Rejection):
            default = f"Kafka's default of {_DEFAULT_MAX_BYTES} bytes is assumed"
            right = f"the principal needs the ACL operation {DESCRIBE_CONFIGS} on the topic"
            return _Limit(_DEFAULT_MAX_BYTES, f"{default}; to read its own limit, {right}")
        most = int(config.value("max.message.bytes") or _DEFAULT_MAX_BYTES)
        return _Limit(most, f"topic {self.topic} takes records of {most} bytes")

    def _fitting(self, event: Outgoing, limit: _Limit, problems: Problems) -> Outgoing:
        key = event.key or ""
        room = limit.most - _OVERHEAD - len(key.encode())
        try:
            document, truncated = fit(event.document, self.contract.truncate, room)
        except ValueError as error:
            message = f"{error} ({limit.told})"
            problems.add(event.where, "", message)
            return event
        return replace(event, document=document, truncated=tuple(truncated))


def parse_publication(
    params: Mapping[str, Any],
    clock: Callable[[], float] = time.time,
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Publication:
    """Raises InvalidSpec, naming everything that is wrong with the events."""
    _check(params)
    without = {"event_type": params["event_type"], "schema": {}}
    contract = parse_contract(params["contract"] or without)
    now = iso(int(clock() * 1000))
    defaults = _event_defaults(params, contract, now)
    enveloped = params["wire"] == "envelope"
    envelope = _envelope_fields(params, contract) if enveloped else {}
    problems = Problems()
    events = []
    for number, given in enumerate(from_ansible(params["events"])):
        event = {**defaults, **given}
        correlation_id = event.get("correlation_id")
        document = event
        if enveloped:
            document = Envelope(
                event_id=str(new_id()),
                event_type=contract.event_type,
                event_timestamp=now,
                correlation_id=correlation_id,
                payload=event,
                **envelope,
            ).as_document()
        where = f"events[{number}]"
        for problem in contract.problems(document):
            problems.add(where, problem.path, problem.message)
        key = contract.key(document)
        events.append(Outgoing(where, document, key, correlation_id, document.get("event_id")))
    problems.raise_if_any(_NOTHING_SENT)
    return Publication(params["topic"], contract, events, params["max_bytes"])


def _check(params: Mapping[str, Any]) -> None:
    check_name(params["topic"])
    if params["wire"] == "envelope":
        if not params["source_node_id"]:
            raise InvalidSpec("source_node_id is needed for events in the envelope")
        if not params["contract"] and not params["event_type"]:
            raise InvalidSpec("event_type is needed for events in the envelope without a contract")
    if params["max_bytes"] is not None and params["max_bytes"] < 1:
        raise InvalidSpec("max_bytes must be greater than 0")


def _event_defaults(params: Mapping[str, Any], contract: Contract, now: str) -> dict[str, Any]:
    """The fields that an event gets where it lacks them, if its schema has such a field."""
    found = {}
    if contract.has("correlation_id") and params["correlation_id"] is not None:
        found["correlation_id"] = params["correlation_id"]
    if contract.has("timestamp"):
        found["timestamp"] = now
    return found


def _envelope_fields(params: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    fields = {
        "environment": environment_of(params["topic"]),
        "source_service": contract.envelope_defaults.get("source_service"),
    }
    for name in _ENVELOPE:
        if params[name] is not None:
            fields[name] = from_ansible(params[name])
    return fields


def _is_denied(answer: Stored | Rejection) -> bool:
    return isinstance(answer, Rejection) and answer.code == TOPIC_AUTHORIZATION_FAILED
