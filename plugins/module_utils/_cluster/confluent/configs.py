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
        return self._ask(
            lambda timeout: self._admin.describe_configs(resources, request_timeout=timeout),
            _config,
        )

    def describe_broker_config(self) -> Mapping[str, str | None] | Rejection:
        answer = Rejection(TIMED_OUT, "_TIMED_OUT", "no broker is known")
        limit = min(CONNECT_SECONDS, self._connection.timeout)
        for broker in self._cluster.brokers:
            resource = ConfigResource(ResourceType.BROKER, str(broker.id))
            answers = self._collect(
                self._admin.describe_configs([resource], request_timeout=limit), _config
            )
            found = answers[str(broker.id)]
            if not isinstance(found, Rejection):
                return {key: entry.value for key, entry in found.items()}
            answer = found
            if not found.lost:
                return found
        raise ClusterUnreachable(
            f"cannot read a broker's configuration from {self._connection.address}: {answer} ({self._standing()})"
        )

    def incremental_alter_configs(
        self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool
    ) -> Acknowledgements:
        resources = [
            ConfigResource(ResourceType.TOPIC, name, incremental_configs=_entries(changes))
            for name, changes in alterations.items()
        ]

        def send(request_timeout: float, **_times: float) -> Futures:
            return self._admin.incremental_alter_configs(
                resources, validate_only=validate_only, request_timeout=request_timeout
            )

        return self._order(len(resources), send, validate_only)


def _config(found: Mapping[str, Any]) -> Mapping[str, ConfigValue]:
    return {
        key: ConfigValue(entry.value, entry.source == _OVERRIDE) for key, entry in found.items()
    }


def _entries(changes: Mapping[str, str | None]) -> list[ConfigEntry]:
    return [
        ConfigEntry(
            key,
            "" if value is None else value,
            incremental_operation=AlterConfigOpType.DELETE
            if value is None
            else AlterConfigOpType.SET,
        )
        for key, value in changes.items()
    ]
