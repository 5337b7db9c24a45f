# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a cluster what an application may do: by the operations that it tells (KIP-430).

Writes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Protocol

from .._cluster.gateway.clusters import Clusters
from .._cluster.gateway.configs import Configs
from .._cluster.gateway.groups import Groups
from .._cluster.gateway.topics import Topics
from .._core.errors import Unsupported
from .._kafka.acls import CLUSTER, GROUP, OPERATIONS, TOPIC
from .._kafka.errors import Rejection
from .judge import Access, Answer, judge
from .spec import Declared
from .targets import (
    Target,
    cluster_target,
    group_targets,
    needs_names,
    patterns_of,
    topic_targets,
    transactional_id_targets,
)

_AUTHORIZER = "authorizer.class.name"


class Asking(Clusters, Topics, Configs, Groups, Protocol):
    """The APIs that the operations of a principal are read from."""


def observe(run: Asking, application: Asking, declared: Declared) -> list[Access]:
    """`run`: sees which topics and groups there are. Raises Unsupported without an authorizer."""
    # a broker tells that nothing is allowed as if it said nothing
    of_cluster = application.describe_cluster().operations or frozenset()
    if of_cluster.issuperset(OPERATIONS[CLUSTER]):
        _check_authorizer(run)
    intent = declared.intent
    topics, groups = _existing(run, declared)
    # nobody has such a name
    unused = uuid.uuid4().hex
    of_topics = topic_targets(intent, declared.others, topics, unused)
    of_groups = group_targets(intent, groups, unused)
    found = _topics(application, of_topics)
    found += _groups(application, of_groups)
    for target in transactional_id_targets(intent):
        found.append(judge(target, None))
    found.append(judge(cluster_target(), of_cluster))
    return found


def _existing(run: Asking, declared: Declared) -> tuple[Iterable[str], Iterable[str]]:
    """The names of topics and groups, where a pattern needs them."""
    patterns = [*patterns_of(declared.intent), *declared.others]
    topics: Iterable[str] = ()
    groups: Iterable[str] = ()
    if needs_names(patterns, TOPIC):
        topics = run.list_topics()
    if needs_names(patterns, GROUP):
        groups = run.list_consumer_groups()
    return topics, groups


def _topics(application: Asking, targets: Sequence[Target]) -> list[Access]:
    if not targets:
        return []
    names = [target.asked for target in targets]
    answers = application.describe_topics(names)
    found = []
    for target in targets:
        topic = answers[target.asked]
        answer: Answer = topic if isinstance(topic, Rejection) else topic.operations
        access = judge(target, answer)
        found.append(access)
    return found


def _groups(application: Asking, targets: Sequence[Target]) -> list[Access]:
    if not targets:
        return []
    names = [target.asked for target in targets]
    answers = application.describe_group_operations(names)
    return [judge(target, answers[target.asked]) for target in targets]


def _check_authorizer(run: Asking) -> None:
    """Who is refused the configuration is refused it by an authorizer."""
    config = run.describe_broker_config()
    if isinstance(config, Rejection) or config.get(_AUTHORIZER):
        return
    why = f"it has no authorizer ({_AUTHORIZER} is not set), so everybody may do everything"
    raise Unsupported(f"the cluster refuses nothing: {why}; set it on every broker and controller")
