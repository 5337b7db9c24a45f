# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed topics as the variables that declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_literal
from ansible_collections.omninode.kafka.plugins.module_utils._topic.export import declaration

DOCUMENTATION = r"""
name: topic_declaration
short_description: Declares existing topics as they are
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns topics that M(omninode.kafka.topic_info) returns into variables of the role
    P(omninode.kafka.kafka_topics#role).
  - C(kafka_topics_defaults) has what most topics share, C(kafka_topics_profiles) what three or more
    of them share besides, with their C(names), and C(kafka_topics_declared) all other topics.
  - A configuration key is a default only if every topic overrides it, because a topic cannot
    declare that it has no override.
  - Times and sizes have units where they are whole, such as V(7d) or V(1GiB).
  - Applied to the cluster that the topics were read from, the declaration changes nothing.
options:
  _input:
    description:
      - The C(topics) that M(omninode.kafka.topic_info) returns.
    type: list
    elements: dict
    required: true
notes:
  - The three variables are always set, even if they are empty. So the declaration is complete, and
    replaces what an inventory declares.
  - C(leader.replication.throttled.replicas) and C(follower.replication.throttled.replicas) are left
    out. They belong to a reassignment of partitions and vanish with it.
  - The filter refuses a name, key or value that Ansible would take for a template, or that no UTF-8
    file can hold.
seealso:
  - module: omninode.kafka.topic_info
  - module: omninode.kafka.topics
"""

EXAMPLES = r"""
- name: Read the topics of a service
  omninode.kafka.topic_info:
    prefix: shop.
  register: observed

- name: Write the file that declares them
  ansible.builtin.copy:
    content: >-
      {{ observed.topics | omninode.kafka.topic_declaration
         | to_nice_yaml(indent=2, sort_keys=False) }}
    dest: group_vars/kafka_clusters.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description:
    - C(kafka_topics_defaults), C(kafka_topics_profiles) and C(kafka_topics_declared). Topics,
      profiles and configuration keys are sorted by name.
  type: dict
  sample:
    kafka_topics_defaults:
      partitions: 6
      replication_factor: 3
    kafka_topics_profiles:
      compact:
        config: {cleanup.policy: compact}
        names: [shop.customers, shop.prices, shop.products]
    kafka_topics_declared:
      - name: shop.orders
        config: {retention.ms: 7d}
"""

_FIELDS = ("partitions", "replication_factor")


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"topic_declaration": topic_declaration}


def topic_declaration(topics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not isinstance(topics, Sequence) or not all(map(_is_topic, topics)):
        raise ValueError(
            "give the topics that omninode.kafka.topic_info returns, "
            "each with name, partitions, replication_factor and config"
        )
    for topic in topics:
        _check_literal(topic)
    declared = declaration(topics)
    # all three, even if empty: a variable of the inventory must not add to the export
    return {
        "kafka_topics_defaults": declared.defaults,
        "kafka_topics_profiles": declared.profiles,
        "kafka_topics_declared": declared.topics,
    }


def _is_topic(topic: object) -> bool:
    return isinstance(topic, Mapping) and {"name", "config", *_FIELDS} <= topic.keys()


def _check_literal(topic: Mapping[str, Any]) -> None:
    name = topic["name"]
    of_topic = f"of topic {name}"
    _check("name of a topic", name)
    for key, value in topic["config"].items():
        _check(f"config {of_topic}", key)
        _check(f"config {key} {of_topic}", value)


def _check(what: str, value: object) -> None:
    text = str(value)
    try:
        check_literal(text)
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from error
