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
ALL = (DELETE, RETENTION_CUT, POLICY_SWITCH, KEY_ORDER, AVAILABILITY)

# the keys whose change can hurt: their values after an unset must be known to judge it
KEYS = frozenset({"retention.ms", "retention.bytes", "cleanup.policy", "min.insync.replicas", "max.message.bytes", "unclean.leader.election.enable"})
_RETENTION = ("retention.ms", "retention.bytes")


def of_config(state: TopicState, after: Mapping[str, str | None]) -> tuple[str, ...]:
    """`after`: the effective value of each changed key; None where it is not known, which counts as the hazard present."""
    found = {
        RETENTION_CUT: any(key in after and _is_cut(state.effective(key), after[key]) for key in _RETENTION),
        POLICY_SWITCH: "cleanup.policy" in after and after["cleanup.policy"] != state.effective("cleanup.policy"),
        AVAILABILITY: bool(unavailability(state, after)),
    }
    return tuple(hazard for hazard, present in found.items() if present)


def unavailability_of_new(replication_factor: int | None, config: Mapping[str, str], defaults: BrokerDefaults | None, brokers: int) -> list[str]:
    """Why a new topic would refuse or lose writes, which Kafka creates all the same; `brokers`: how many are alive, 0 if unknown."""
    inherited = defaults.config if defaults else {}
    replicas = replication_factor or (defaults.replication_factor if defaults else 1)
    wanted = _number(config.get("min.insync.replicas", inherited.get("min.insync.replicas")))
    found = {
        # Kafka counts brokers that are registered, but down
        f"replication_factor {replicas} is above the number of live brokers, {brokers}": 0 < brokers < replicas,
        f"min.insync.replicas {wanted} is above the replication factor {replicas}, so no write with acks=all is accepted": wanted and wanted > replicas,
        "unclean.leader.election.enable lets acknowledged records be lost": config.get("unclean.leader.election.enable") == "true",
    }
    return [why for why, present in found.items() if present]


def _is_cut(before: str | None, after: str | None) -> bool:
    old, new = _number(before), _number(after)
    if new is None:
        return True
    # a negative retention keeps everything, so nothing can be cut from it downwards but every limit cuts from it
    return new >= 0 and (old is None or old < 0 or new < old)


def unavailability(state: TopicState, after: Mapping[str, str | None]) -> list[str]:
    """Why the topic would refuse or lose writes; `after` as of of_config."""
    why = []
    if "min.insync.replicas" in after:
        wanted, before = _number(after["min.insync.replicas"]), _number(state.effective("min.insync.replicas"))
        if wanted is None or (wanted > state.replicas_in_sync and wanted != before):
            why.append(f"min.insync.replicas {_shown(wanted)} is above the number of in-sync replicas, {state.replicas_in_sync}")
    if "max.message.bytes" in after:
        limit, before = _number(after["max.message.bytes"]), _number(state.effective("max.message.bytes"))
        if limit is None or before is None or limit < before:
            why.append(f"max.message.bytes goes from {_shown(before)} to {_shown(limit)}, so larger messages are refused")
    unclean = after.get("unclean.leader.election.enable", "false")
    if unclean != "false" and state.effective("unclean.leader.election.enable") != "true":
        why.append("unclean.leader.election.enable lets acknowledged records be lost")
    return why


def _shown(value: int | None) -> str:
    return "(unknown)" if value is None else str(value)


def _number(value: str | None) -> int | None:
    try:
        return int(value or "")
    except ValueError:
        return None
