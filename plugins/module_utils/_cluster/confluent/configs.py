# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of configurations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from ..._core.batch import batches
from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import (
    BROKER_NOT_AVAILABLE,
    TIMED_OUT,
    Acknowledgements,
    Answers,
    Rejection,
)
from ..gateway.configs import Config
from .session import CONNECT_SECONDS, STUCK_SECONDS, Futures, Session

with suppress(ImportError):
    from confluent_kafka.admin import (
        AlterConfigOpType,
        ConfigEntry,
        ConfigResource,
        ResourceType,
    )

# ConfigSource DYNAMIC_TOPIC_CONFIG and DYNAMIC_BROKER_CONFIG; `is_default` misleads for values
# set on the broker
_TOPIC_OVERRIDE = 1
_BROKER_OVERRIDE = 2
# A broker answers with all 37 keys of each topic. With 250 topics a request, a run is fastest and
# takes the least memory.
_AT_ONCE = 250

T = TypeVar("T")


class ConfluentConfigs(Session):
    """Implements Configs."""

    def describe_configs(self, names: Sequence[str]) -> Answers[Config]:
        sends = [partial(self._describe, batch) for batch in batches(names, _AT_ONCE)]
        return self._read_all(sends, _Parser(_TOPIC_OVERRIDE))

    def _describe(self, names: Iterable[str], **times: float) -> Futures:
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
        return self._admin.describe_configs(resources, **times)

    def describe_broker_config(self) -> Mapping[str, str | None] | Rejection:
        lost = Rejection(TIMED_OUT, "_TIMED_OUT", "no broker is known")
        known = [broker.id for broker in self._cluster.brokers]
        first, others = known[:1], known[1:] or known
        # those that are dead must not add up, so all others are asked at once
        for brokers, seconds in ((first, STUCK_SECONDS), (others, CONNECT_SECONDS)):
            answers = self._ask_brokers(brokers, min(seconds, self._connection.timeout))
            for answer in answers.values():
                if not isinstance(answer, Rejection):
                    return {**answer.inherited, **answer.own}
                if not answer.lost:
                    return answer
                lost = answer
        what = f"cannot read a broker's configuration from {self._connection.address}"
        raise ClusterUnreachable(f"{what}: {lost} ({self._standing()})")

    def incremental_alter_configs(
        self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool
    ) -> Acknowledgements:
        resources = []
        for name, changes in alterations.items():
            entries = _entries(changes)
            resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)
            resources.append(resource)

        # this API takes no operation timeout
        def send(request_timeout: float, **_operation_timeout: float) -> Futures:
            return self._admin.incremental_alter_configs(
                resources, validate_only=validate_only, request_timeout=request_timeout
            )

        return self._write(len(resources), send, repeatable=validate_only)

    def describe_broker_configs(self, brokers: Collection[int]) -> Mapping[int, Config | Rejection]:
        absent = self._absent(brokers)
        present = [broker for broker in brokers if broker not in absent]
        timeout = self._connection.timeout
        answers = self._ask_brokers(present, timeout)
        silent = [broker for broker, answer in answers.items() if _is_lost(answer)]
        if silent:
            self._renew()
            answers |= self._ask_brokers(silent, timeout)
        return {**answers, **absent}

    def incremental_alter_broker_configs(
        self, alterations: Mapping[int, Mapping[str, str | None]]
    ) -> Mapping[int, Rejection | None]:
        absent = self._absent(alterations)
        resources = []
        for broker, changes in alterations.items():
            if broker not in absent:
                entries = _entries(changes)
                name = str(broker)
                resource = ConfigResource(ResourceType.BROKER, name, incremental_configs=entries)
                resources.append(resource)

        def send(request_timeout: float, **_operation_timeout: float) -> Futures:
            futures: dict[Any, Any] = {}
            # a request for a broker goes to that broker; all are under way at once
            for resource in resources:
                futures |= self._admin.incremental_alter_configs(
                    [resource], request_timeout=request_timeout
                )
            return futures

        answers = self._write(len(resources), send)
        return {**_by_broker(answers), **absent}

    def _absent(self, brokers: Iterable[int]) -> dict[int, Rejection]:
        """Those that do not exist; the client library would wait for them until the timeout."""
        known = {broker.id for broker in self._cluster.brokers}
        absent = {}
        for broker in brokers:
            if broker not in known:
                why = f"there is no broker {broker}"
                absent[broker] = Rejection(BROKER_NOT_AVAILABLE, "BROKER_NOT_AVAILABLE", why)
        return absent

    def _ask_brokers(self, brokers: Iterable[int], timeout: float) -> dict[int, Config | Rejection]:
        futures: dict[Any, Any] = {}
        for broker in brokers:
            resource = ConfigResource(ResourceType.BROKER, str(broker))
            futures |= self._admin.describe_configs([resource], request_timeout=timeout)
        answers = self._collect(futures, _Parser(_BROKER_OVERRIDE), timeout)
        return _by_broker(answers)


class _Parser:
    """Of answers. Nearly all topics inherit the same, which is kept once."""

    def __init__(self, override: int) -> None:
        self._override = override
        self._kept: dict[tuple[Any, ...], dict[str, str | None]] = {}

    def __call__(self, found: Mapping[str, Any]) -> Config:
        own: dict[str, str | None] = {}
        inherited: dict[str, str | None] = {}
        for key, entry in found.items():
            values = own if entry.source == self._override else inherited
            values[key] = entry.value
        kept = self._kept.setdefault(tuple(inherited.items()), inherited)
        return Config(own, kept)


def _entries(changes: Mapping[str, str | None]) -> list[ConfigEntry]:
    return [_entry(key, value) for key, value in changes.items()]


def _by_broker(answers: Mapping[str, T]) -> dict[int, T]:
    return {int(name): answer for name, answer in answers.items()}


def _is_lost(answer: object) -> bool:
    return isinstance(answer, Rejection) and answer.lost


def _entry(key: str, value: str | None) -> ConfigEntry:
    if value is None:
        return ConfigEntry(key, "", incremental_operation=AlterConfigOpType.DELETE)
    return ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
