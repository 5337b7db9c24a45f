# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which planned changes can hurt: who may do more than before, and who may do less. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator

from .._kafka.acls import ALLOW, ANY, CLUSTER, EVERYBODY, GROUP, PREFIXED, TOPIC, Binding
from .._kafka.operations import ALL as EVERY_OPERATION
from .._kafka.operations import CLUSTER_ACTION, READ, WRITE
from .change import CREATE, AclChange

IN_USE = "in_use"
WIDENING = "widening"
ALL = (IN_USE, WIDENING)
_READING = frozenset({READ, EVERY_OPERATION})
_WRITING = frozenset({WRITE, EVERY_OPERATION})
_REPLICATING = frozenset({CLUSTER_ACTION, EVERY_OPERATION})
BROKERS = "brokers that are no super users replicate by CLUSTER_ACTION on the cluster"


def widening(change: AclChange, other_hosts: Container[Binding]) -> str:
    """Why more may be done after the change than a narrow grant allows; empty if it is none.

    `other_hosts`: the observed bindings of certain hosts, as if they were of any host.
    """
    if change.takes:
        return ""
    return "; ".join(_wider(change, other_hosts))


def _wider(change: AclChange, other_hosts: Container[Binding]) -> Iterator[str]:
    subject = change.subject
    if change.operation != CREATE:
        yield "a deny is removed"
        return
    if subject.principal == EVERYBODY:
        yield "it is for every user"
    pattern = subject.pattern
    is_every_name = pattern.name == ANY and pattern.pattern_type != PREFIXED
    if is_every_name and pattern.resource_type != CLUSTER:
        yield f"it is for every {pattern.resource_type}"
    if subject.host == ANY and any(binding in other_hosts for binding in change.bindings):
        yield "it is for every host, no longer for certain hosts only"


def may_stop_readers(change: AclChange) -> bool:
    """Whether a consumer group may need what the change takes."""
    is_read = change.subject.pattern.resource_type in (TOPIC, GROUP)
    if not change.takes or not is_read:
        return False
    return not _READING.isdisjoint(change.operations)


def may_stop_writers(change: AclChange) -> bool:
    """Whether a producer may need what the change takes."""
    is_written = change.subject.pattern.resource_type == TOPIC
    if not change.takes or not is_written:
        return False
    return not _WRITING.isdisjoint(change.operations)


def stops_brokers(change: AclChange) -> bool:
    """Whether brokers may need what the change takes: they replicate by it."""
    is_of_cluster = change.subject.pattern.resource_type == CLUSTER
    if not change.takes or not is_of_cluster:
        return False
    return not _REPLICATING.isdisjoint(change.operations)


def is_limited(binding: Binding) -> bool:
    """Whether it allows something from certain hosts only."""
    return binding.permission == ALLOW and binding.host != ANY
