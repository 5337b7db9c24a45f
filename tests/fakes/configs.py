# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of configurations, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.configs import (
    Config,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    BROKER_NOT_AVAILABLE,
    Acknowledgements,
    Answers,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config import default_of
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS

from .cluster import CLUSTER
from .session import CLUSTER_DENIED, Decision, FakeSession, bad_name
from .topic_config import accepted
from .topics import INVALID_REQUEST

NO_ENTRIES = (
    "expected non-empty list of ConfigEntry to alter incrementally in incremental_configs field"
)


class FakeConfigs(FakeSession):
    """Implements Configs."""

    def describe_configs(self, names: Sequence[str]) -> Answers[Config]:
        self._arrive("describe_configs")
        answers: dict[str, Config | Rejection] = {}
        for name in names:
            refused = self._unreadable(name, "DESCRIBE_CONFIGS")
            answers[name] = refused or self._configured(name)
        return answers

    def describe_broker_config(self) -> Mapping[str, str | None] | Rejection:
        self._arrive("describe_broker_config")
        if CLUSTER in self._cluster.denied["DESCRIBE_CONFIGS"]:
            return CLUSTER_DENIED
        return self._cluster.broker_config

    def incremental_alter_configs(
        self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool
    ) -> Acknowledgements:
        if not all(alterations.values()):
            raise ValueError(NO_ENTRIES)
        kind = "incremental_alter_configs"
        records = sum(map(len, alterations.values()))
        return self._write(kind, alterations, self._altered, records, validate_only)

    def describe_broker_configs(self, brokers: Collection[int]) -> Mapping[int, Config | Rejection]:
        self._arrive("describe_broker_configs")
        answers: dict[int, Config | Rejection] = {}
        for broker in brokers:
            refused = self._unreachable(broker, "DESCRIBE_CONFIGS")
            answers[broker] = refused or self._broker_config(broker)
        return answers

    def incremental_alter_broker_configs(
        self, alterations: Mapping[int, Mapping[str, str | None]]
    ) -> Mapping[int, Rejection | None]:
        kind = "incremental_alter_broker_configs"
        self._arrive(kind)
        answers = {}
        for broker, changes in alterations.items():
            answers[broker] = self._unreachable(broker, "ALTER_CONFIGS") or static_key(changes)
        fate = self._cluster.next_fate(kind)
        for broker, changes in alterations.items():
            if answers[broker] is None and fate != "dropped":
                changed = {**self._cluster.dynamic[broker], **changes}
                kept = {key: value for key, value in changed.items() if value is not None}
                self._cluster.dynamic[broker] = kept
        return dict.fromkeys(alterations, self._cluster.loss) if fate else answers

    def _unreachable(self, broker: int, operation: str) -> Rejection | None:
        if broker not in {known.id for known in self._cluster.brokers}:
            return Rejection(
                BROKER_NOT_AVAILABLE, "BROKER_NOT_AVAILABLE", f"there is no broker {broker}"
            )
        if broker in self._cluster.silent:
            return self._cluster.loss
        return CLUSTER_DENIED if CLUSTER in self._cluster.denied[operation] else None

    def _broker_config(self, broker: int) -> Config:
        own = dict(self._cluster.dynamic[broker])
        static = self._cluster.broker_config
        inherited = {key: value for key, value in static.items() if key not in own}
        return Config(own, inherited)

    def _configured(self, name: str) -> Config:
        own = self._seen[name].config
        inherited = {}
        for key, known in KEYS.items():
            if not known.until and key not in own:
                inherited[key] = default_of(key, self._cluster.broker_config)
        return Config(own, inherited)

    def _altered(self, name: str, changes: Mapping[str, str | None]) -> Decision:
        refused = self._denied(name, "ALTER_CONFIGS") or bad_name(name) or self._unknown(name)
        if refused:
            return refused
        topic = self._cluster.topics[name]
        changed = {**topic.config, **changes}
        wanted = {key: value for key, value in changed.items() if value is not None}
        config = accepted(wanted)
        if isinstance(config, Rejection):
            return config
        return self._policed("alter", name, config) or topic._replace(config=config)


def static_key(changes: Mapping[str, str | None]) -> Rejection | None:
    """Of all keys that a broker reads only at its start, the one that tests try to change."""
    if "node.id" not in changes:
        return None
    why = "Cannot update these configs dynamically: Set(node.id)"
    return Rejection(INVALID_REQUEST, "INVALID_REQUEST", why)
