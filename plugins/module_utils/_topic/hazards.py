# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which planned changes can hurt, by Kafka's rules for the config keys that they change.

See https://kafka.apache.org/documentation/#topicconfigs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .state import BrokerDefaults, TopicState, default_config

DELETE = "delete"
RETENTION_CUT = "retention_cut"
POLICY_SWITCH = "policy_switch"
KEY_ORDER = "key_order"
AVAILABILITY = "availability"
TRAFFIC = "traffic"
DURABILITY = "durability"
ALL = (DELETE, RETENTION_CUT, POLICY_SWITCH, KEY_ORDER, AVAILABILITY, TRAFFIC, DURABILITY)

RETENTION_MS, RETENTION_BYTES = _RETENTION = ("retention.ms", "retention.bytes")
_POLICY, _TIERED = "cleanup.policy", "remote.storage.enable"
_UNLIMITED = "-1"
IN_SYNC, _LARGEST = "min.insync.replicas", "max.message.bytes"
_UNCLEAN = "unclean.leader.election.enable"
_LOSES_RECORDS = f"{_UNCLEAN} lets acknowledged records be lost"

# the keys whose change can hurt: their values after an unset must be known to judge it
KEYS = frozenset({*_RETENTION, _POLICY, _TIERED, IN_SYNC, _LARGEST, _UNCLEAN})

# What the keys of tiered storage do, by their documentation and by Kafka 3.9 to 4.4 itself
# (LogConfig, TopicConfigHandler, UnifiedLog, RemoteLogManager; KIP-405, KIP-950):
# - When remote.storage.enable goes from true to false, the log starts where the local copy does,
#   and the remote copy is deleted. Brokers accept it only where remote.log.delete.on.disable is
#   true, which may be set in the same request. On a topic that is not tiered that key does nothing.
# - retention.* limits the remote copy whatever cleanup.policy says. A tiered topic may not be
#   compacted.
# - local.retention.* and remote.copy.lag.* only say how long there are two copies.
# - remote.log.copy.disable keeps the remote copy; retention.* still limits both copies.


class Stake(NamedTuple):
    """The records that a hazard puts at stake.

    `limits`: the config keys whose limits put the records beyond them at stake.
    `everything`: any record is at stake, whatever the limits.
    """

    limits: tuple[str, ...] = ()
    everything: bool = False


def in_force(
    config: Mapping[str, str | None],
    defaults: BrokerDefaults | None,
) -> dict[str, str | None]:
    """The value of each changed key after the change; None where it is not known."""
    inherited = default_config(defaults)
    values: dict[str, str | None] = {}
    for key, value in config.items():
        values[key] = inherited.get(key) if value is None else value
    return values


def value_after(state: TopicState, after: Mapping[str, str | None], key: str) -> str | None:
    """The value of any key after the change. `after`: the values that in_force gives."""
    return after.get(key, state.effective(key))


def of_config(state: TopicState, after: Mapping[str, str | None]) -> tuple[str, ...]:
    """The hazards of a change of config.

    `after`: the values that in_force gives. A hazard that depends on an unknown value counts.
    """
    found = [*stakes(state, after)]
    if unavailability(state, after):
        found.append(AVAILABILITY)
    return tuple(found)


def stakes(state: TopicState, after: Mapping[str, str | None]) -> dict[str, Stake]:
    """What each hazard to records puts at stake. `after`: the values that in_force gives."""
    now = _removal(state, {})
    then = _removal(state, after)
    begun = _begun(now, then)
    shortened = _shortened(now, then, after)
    if _TIERED in after:
        shortened |= begun

    found: dict[str, Stake] = {}
    loses_remote_copy = now.tiered and not then.tiered
    if shortened or loses_remote_copy:
        found[RETENTION_CUT] = Stake(tuple(sorted(shortened)), loses_remote_copy)
    was_compacted = now.has_policy("compact", unknown=False)
    becomes_compacted = not was_compacted and then.has_policy("compact", unknown=True)
    if _POLICY in after and (begun or becomes_compacted):
        found[POLICY_SWITCH] = Stake(tuple(sorted(begun)), becomes_compacted)
    return found


class _Removal(NamedTuple):
    """By which config Kafka removes records; a value is None where it is not known."""

    retention: Mapping[str, str | None]
    policy: str | None
    tiered: bool

    def is_limited(self, unknown: bool) -> bool:
        """Whether Kafka removes the records beyond the retention.

        Without a cleanup policy it keeps everything. `unknown`: the answer for an unknown policy.
        """
        return self.tiered or self.has_policy("delete", unknown)

    def has_policy(self, word: str, unknown: bool) -> bool:
        if self.policy is None:
            return unknown
        return word in self.policy.split(",")


def _begun(now: _Removal, then: _Removal) -> set[str]:
    """The limits beyond which Kafka begins to remove records, after it kept all of them."""
    was_limited = now.is_limited(unknown=False)
    is_limited = then.is_limited(unknown=True)
    if was_limited or not is_limited:
        return set()
    return {key for key, limit in then.retention.items() if _is_cut(_UNLIMITED, limit)}


def _shortened(now: _Removal, then: _Removal, after: Mapping[str, str | None]) -> set[str]:
    shortened: set[str] = set()
    if not then.is_limited(unknown=True):
        return shortened
    for key, limit in then.retention.items():
        if key in after and _is_cut(now.retention[key], limit):
            shortened.add(key)
    return shortened


def _removal(state: TopicState, after: Mapping[str, str | None]) -> _Removal:
    retention = {}
    for key in _RETENTION:
        retention[key] = value_after(state, after, key)
    policy = value_after(state, after, _POLICY)
    is_tiered = value_after(state, after, _TIERED) == "true"
    return _Removal(retention, policy, is_tiered)


def _is_cut(before: str | None, after: str | None) -> bool:
    """Whether a retention gets shorter. It counts where the new one is unknown."""
    old = _number(before)
    new = _number(after)
    if new is None:
        return True
    if new < 0:
        # a negative retention keeps everything
        return False
    return old is None or old < 0 or new < old


def unavailability_of_new(
    replication_factor: int | None,
    config: Mapping[str, str],
    defaults: BrokerDefaults | None,
    brokers: int,
) -> list[str]:
    """Why a new topic would refuse or lose writes, although Kafka creates it.

    `brokers`: how many are alive, 0 if unknown.
    """
    default_replicas = defaults.replication_factor if defaults else 1
    replicas = replication_factor or default_replicas
    inherited = default_config(defaults)
    in_sync = _number(config.get(IN_SYNC, inherited.get(IN_SYNC)))
    why = []
    if 0 < brokers < replicas:
        # Kafka counts brokers that are registered, but down
        factor = f"replication_factor {replicas}"
        why.append(f"{factor} is above the number of live brokers, {brokers}")
    if in_sync and in_sync > replicas:
        above = f"{IN_SYNC} {in_sync} is above the replication factor {replicas}"
        why.append(f"{above}, so no write with acks=all is accepted")
    if config.get(_UNCLEAN) == "true":
        why.append(_LOSES_RECORDS)
    return why


def unavailability(state: TopicState, after: Mapping[str, str | None]) -> list[str]:
    """Why the topic would refuse or lose writes. `after`: the values that in_force gives."""
    why: list[str] = []
    if IN_SYNC in after:
        why += _too_few_in_sync(state, after[IN_SYNC])
    if _LARGEST in after:
        why += _smaller_messages(state, after[_LARGEST])
    may_lose = after.get(_UNCLEAN, "false") != "false"
    if may_lose and state.effective(_UNCLEAN) != "true":
        why.append(_LOSES_RECORDS)
    return why


def _too_few_in_sync(state: TopicState, value: str | None) -> Iterator[str]:
    before = _number(state.effective(IN_SYNC))
    after = _number(value)
    present = state.replicas_in_sync
    if after is None or (after > present and after != before):
        wanted = _shown(after)
        yield f"{IN_SYNC} {wanted} is above the number of in-sync replicas, {present}"


def _smaller_messages(state: TopicState, value: str | None) -> Iterator[str]:
    before = _number(state.effective(_LARGEST))
    after = _number(value)
    if after is not None and before is not None and after >= before:
        return
    old = _shown(before)
    new = _shown(after)
    yield f"{_LARGEST} goes from {old} to {new}, so larger messages are refused"


def _shown(value: int | None) -> str:
    return "(unknown)" if value is None else str(value)


def _number(value: str | None) -> int | None:
    try:
        return int(value or "")
    except ValueError:
        return None
