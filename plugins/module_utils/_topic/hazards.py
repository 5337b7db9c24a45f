# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which planned changes can hurt, by Kafka's rules for the keys concerned (https://kafka.apache.org/documentation/#topicconfigs)."""

from __future__ import annotations

from collections.abc import Mapping

from .state import BrokerDefaults, TopicState

DELETE = "delete"
RETENTION_CUT = "retention_cut"
POLICY_SWITCH = "policy_switch"
KEY_ORDER = "key_order"
AVAILABILITY = "availability"

# the keys whose change can hurt: their values after an unset must be known to judge it
KEYS = frozenset({"retention.ms", "retention.bytes", "cleanup.policy", "min.insync.replicas", "max.message.bytes", "unclean.leader.election.enable"})
_RETENTION = ("retention.ms", "retention.bytes")


def of_new_topic(replication_factor: int | None, config: Mapping[str, str], defaults: BrokerDefaults | None) -> tuple[str, ...]:
    """A topic that asks for more in-sync replicas than it has replicas accepts no write with acks=all; Kafka creates it all the same."""
    inherited = defaults.config if defaults else {}
    replicas = replication_factor or (defaults.replication_factor if defaults else 1)
    wanted = _number(config.get("min.insync.replicas", inherited.get("min.insync.replicas")))
    unclean = config.get("unclean.leader.election.enable") == "true"
    return (AVAILABILITY,) if unclean or (wanted and wanted > replicas) else ()


def of_config(state: TopicState, after: Mapping[str, str | None]) -> tuple[str, ...]:
    """`after`: the effective value of each changed key; None where it is not known, which counts as the hazard present."""
    found = {
        RETENTION_CUT: any(key in after and _is_cut(state.effective(key), after[key]) for key in _RETENTION),
        POLICY_SWITCH: "cleanup.policy" in after and after["cleanup.policy"] != state.effective("cleanup.policy"),
        AVAILABILITY: _costs_availability(state, after),
    }
    return tuple(hazard for hazard, present in found.items() if present)


def _is_cut(before: str | None, after: str | None) -> bool:
    old, new = _number(before), _number(after)
    if new is None:
        return True
    # a negative retention keeps everything, so nothing can be cut from it downwards but every limit cuts from it
    return new >= 0 and (old is None or old < 0 or new < old)


def _costs_availability(state: TopicState, after: Mapping[str, str | None]) -> bool:
    if "min.insync.replicas" in after:
        wanted, before = _number(after["min.insync.replicas"]), _number(state.effective("min.insync.replicas"))
        if wanted is None or (wanted > state.replicas_in_sync and wanted != before):
            return True
    if "max.message.bytes" in after:
        limit, before = _number(after["max.message.bytes"]), _number(state.effective("max.message.bytes"))
        if limit is None or before is None or limit < before:
            return True
    unclean = after.get("unclean.leader.election.enable", "false")
    return unclean != "false" and state.effective("unclean.leader.election.enable") != "true"


def _number(value: str | None) -> int | None:
    try:
        return int(value or "")
    except ValueError:
        return None
