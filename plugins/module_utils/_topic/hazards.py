# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which planned changes can hurt, by Kafka's rules for the keys concerned (https://kafka.apache.org/documentation/#topicconfigs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .state import BrokerDefaults, TopicState

DELETE = "delete"
RETENTION_CUT = "retention_cut"
POLICY_SWITCH = "policy_switch"
KEY_ORDER = "key_order"
AVAILABILITY = "availability"
ALL = (DELETE, RETENTION_CUT, POLICY_SWITCH, KEY_ORDER, AVAILABILITY)

RETENTION_MS, RETENTION_BYTES = _RETENTION = ("retention.ms", "retention.bytes")
_POLICY, _TIERED = "cleanup.policy", "remote.storage.enable"
_UNLIMITED = "-1"
_IN_SYNC, _LARGEST = "min.insync.replicas", "max.message.bytes"
_UNCLEAN = "unclean.leader.election.enable"
_LOSES_RECORDS = f"{_UNCLEAN} lets acknowledged records be lost"

# the keys whose change can hurt: their values after an unset must be known to judge it
KEYS = frozenset(
    {
        *_RETENTION,
        _POLICY,
        _TIERED,
        _IN_SYNC,
        _LARGEST,
        _UNCLEAN,
    }
)

# What the keys of tiered storage do, by their documentation and by Kafka 3.9 to 4.4 itself
# (LogConfig, TopicConfigHandler, UnifiedLog, RemoteLogManager; KIP-405, KIP-950):
# - remote.storage.enable from true to false moves the start of the log to the local copy and
#   deletes the remote one. Brokers accept it only where remote.log.delete.on.disable is true,
#   set with it or long before, and where it is false to begin with, that key does nothing.
# - retention.* limits the remote copy whatever cleanup.policy says; it may not be compacted.
# - local.retention.* and remote.copy.lag.* only say how long there are two copies.
# - remote.log.copy.disable keeps what is remote, and retention.* goes on limiting both copies.


class Stake(NamedTuple):
    """The records that a hazard puts at stake: those beyond the limits of these keys, or any."""

    limits: tuple[str, ...] = ()
    everything: bool = False


def in_force(
    config: Mapping[str, str | None],
    defaults: BrokerDefaults | None,
) -> dict[str, str | None]:
    """The value of each changed key after the change; None where it is not known."""
    inherited: Mapping[str, str] = defaults.config if defaults else {}
    return {key: inherited.get(key) if value is None else value for key, value in config.items()}


def of_config(state: TopicState, after: Mapping[str, str | None]) -> tuple[str, ...]:
    """`after`: as of in_force; a value that is not known counts as the hazard present."""
    return (*stakes(state, after), *((AVAILABILITY,) if unavailability(state, after) else ()))


def stakes(state: TopicState, after: Mapping[str, str | None]) -> dict[str, Stake]:
    """What the hazards to records put at stake; `after` as of of_config."""
    now = {key: state.effective(key) for key in (*_RETENTION, _POLICY, _TIERED)}
    then = {key: after.get(key, value) for key, value in now.items()}
    limited = _is_limited(then, unknown=True)
    begun: list[str] = []
    if limited and not _is_limited(now, unknown=False):
        begun = [key for key in _RETENTION if _is_cut(_UNLIMITED, then[key])]
    shortened: set[str] = set()
    if limited:
        shortened.update(key for key in _RETENTION if key in after and _is_cut(now[key], then[key]))
    if _TIERED in after:
        shortened.update(begun)

    found: dict[str, Stake] = {}
    untiered = now[_TIERED] == "true" and then[_TIERED] != "true"
    if shortened or untiered:
        found[RETENTION_CUT] = Stake(tuple(sorted(shortened)), untiered)
    compacted = _names(then[_POLICY], "compact", unknown=True)
    compacts = compacted and not _names(now[_POLICY], "compact", unknown=False)
    if _POLICY in after and (begun or compacts):
        found[POLICY_SWITCH] = Stake(tuple(sorted(begun)), compacts)
    return found


def _is_limited(config: Mapping[str, str | None], unknown: bool) -> bool:
    """Whether Kafka removes what is beyond the retention. Without a policy it keeps everything."""
    return config[_TIERED] == "true" or _names(config[_POLICY], "delete", unknown)


def _names(policy: str | None, word: str, unknown: bool) -> bool:
    return unknown if policy is None else word in policy.split(",")


def unavailability_of_new(
    replication_factor: int | None,
    config: Mapping[str, str],
    defaults: BrokerDefaults | None,
    brokers: int,
) -> list[str]:
    """Why a new topic would refuse or lose writes, which Kafka creates all the same.

    `brokers`: how many are alive, 0 if unknown.
    """
    inherited = defaults.config if defaults else {}
    replicas = replication_factor or (defaults.replication_factor if defaults else 1)
    in_sync = _number(config.get(_IN_SYNC, inherited.get(_IN_SYNC)))
    why = []
    if 0 < brokers < replicas:
        # Kafka counts brokers that are registered, but down
        factor = f"replication_factor {replicas}"
        why.append(f"{factor} is above the number of live brokers, {brokers}")
    if in_sync and in_sync > replicas:
        above = f"{_IN_SYNC} {in_sync} is above the replication factor {replicas}"
        why.append(f"{above}, so no write with acks=all is accepted")
    if config.get(_UNCLEAN) == "true":
        why.append(_LOSES_RECORDS)
    return why


def _is_cut(before: str | None, after: str | None) -> bool:
    old, new = _number(before), _number(after)
    if new is None:
        return True
    # a negative retention keeps everything, so it cuts nothing, and every limit cuts from it
    return new >= 0 and (old is None or old < 0 or new < old)


def unavailability(state: TopicState, after: Mapping[str, str | None]) -> list[str]:
    """Why the topic would refuse or lose writes; `after` as of of_config."""
    why = []
    if _IN_SYNC in after:
        wanted, before = _number(after[_IN_SYNC]), _number(state.effective(_IN_SYNC))
        present = state.replicas_in_sync
        if wanted is None or (wanted > present and wanted != before):
            above = f"{_IN_SYNC} {_shown(wanted)} is above the number of in-sync replicas"
            why.append(f"{above}, {present}")
    if _LARGEST in after:
        limit, before = _number(after[_LARGEST]), _number(state.effective(_LARGEST))
        if limit is None or before is None or limit < before:
            lowered = f"{_LARGEST} goes from {_shown(before)} to {_shown(limit)}"
            why.append(f"{lowered}, so larger messages are refused")
    is_unclean = after.get(_UNCLEAN, "false") != "false"
    if is_unclean and state.effective(_UNCLEAN) != "true":
        why.append(_LOSES_RECORDS)
    return why


def _shown(value: int | None) -> str:
    return "(unknown)" if value is None else str(value)


def _number(value: str | None) -> int | None:
    try:
        return int(value or "")
    except ValueError:
        return None
