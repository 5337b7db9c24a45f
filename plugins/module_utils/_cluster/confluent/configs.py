# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of configurations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import TIMED_OUT, Acknowledgements, Answers, Rejection
from ..gateway.configs import ConfigValue
from .session import CONNECT_SECONDS, Futures, Session

with suppress(ImportError):
    from confluent_kafka.admin import (
        AlterConfigOpType,
        ConfigEntry,
        ConfigResource,
        ResourceType,
    )

# ConfigSource DYNAMIC_TOPIC_CONFIG; `is_default` misleads for values set on the broker
_OVERRIDE = 1


class ConfluentConfigs(Session):
    """Implements Configs."""

    def describe_configs(self, names: Sequence[str]) -> Answers[Mapping[str, ConfigValue]]:
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]

        def send(**times: float) -> Futures:
            return self._admin.describe_configs(resources, **times)

        return self._read(send, _config)

    def describe_broker_config(self) -> Mapping[str, str | None] | Rejection:
        lost = Rejection(TIMED_OUT, "_TIMED_OUT", "no broker is known")
        limit = min(CONNECT_SECONDS, self._connection.timeout)
        for broker in self._cluster.brokers:
            name = str(broker.id)
            resource = ConfigResource(ResourceType.BROKER, name)
            futures = self._admin.describe_configs([resource], request_timeout=limit)
            answers = self._collect(futures, _config, limit)
            answer = answers[name]
            if not isinstance(answer, Rejection):
                return {key: entry.value for key, entry in answer.items()}
            if not answer.lost:
                return answer
            lost = answer
        what = f"cannot read a broker's configuration from {self._connection.address}"
        raise ClusterUnreachable(f"{what}: {lost} ({self._standing()})")

    def incremental_alter_configs(
        self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool
    ) -> Acknowledgements:
        resources = [_altered(name, changes) for name, changes in alterations.items()]

        # this API takes no operation timeout
        def send(request_timeout: float, **_operation_timeout: float) -> Futures:
            return self._admin.incremental_alter_configs(
                resources, validate_only=validate_only, request_timeout=request_timeout
            )

        return self._write(len(resources), send, repeatable=validate_only)


def _config(found: Mapping[str, Any]) -> Mapping[str, ConfigValue]:
    values = {}
    for key, entry in found.items():
        values[key] = ConfigValue(entry.value, overridden=entry.source == _OVERRIDE)
    return values


def _altered(name: str, changes: Mapping[str, str | None]) -> ConfigResource:
    entries = [_entry(key, value) for key, value in changes.items()]
    return ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)


def _entry(key: str, value: str | None) -> ConfigEntry:
    if value is None:
        return ConfigEntry(key, "", incremental_operation=AlterConfigOpType.DELETE)
    return ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
