# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observed topics as the variables that declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import check_literal

DOCUMENTATION = r"""
name: topic_declaration
short_description: Declares existing topics as they are
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Turns topics that M(omninode.kafka.topic_info) returns into variables of the role
    P(omninode.kafka.kafka_topics#role).
  - If there are two or more topics, C(kafka_topics_defaults) declares what all of them have in
    common.
  - Applied to the cluster that the topics were read from, the declaration changes nothing.
options:
  _input:
    description:
      - The C(topics) that M(omninode.kafka.topic_info) returns.
    type: list
    elements: dict
    required: true
notes:
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
    - C(kafka_topics_defaults) and C(kafka_topics_declared). Topics and configuration keys are
      sorted by name.
  type: dict
  sample:
    kafka_topics_defaults:
      partitions: 6
      replication_factor: 3
      config: {retention.ms: "604800000"}
    kafka_topics_declared:
      - name: shop.customers
        config: {cleanup.policy: compact}
      - name: shop.orders
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
    fields = _common([_fields(topic) for topic in topics])
    config = _common([topic["config"] for topic in topics])
    declared = []
    for topic in sorted(topics, key=lambda topic: topic["name"]):
        own_fields = _without(fields, _fields(topic))
        own_config = _without(config, topic["config"])
        declared.append({"name": topic["name"], **_declared(own_fields, own_config)})
    return {
        "kafka_topics_defaults": _declared(fields, config),
        "kafka_topics_declared": declared,
    }


def _is_topic(topic: object) -> bool:
    return isinstance(topic, Mapping) and {"name", "config", *_FIELDS} <= topic.keys()


def _fields(topic: Mapping[str, Any]) -> dict[str, Any]:
    return {field: topic[field] for field in _FIELDS}


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


def _common(layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The items that all layers have, where there are two layers or more."""
    if len(layers) < 2:
        return {}
    common = {}
    for item in layers[0].items():
        if all(item in layer.items() for layer in layers):
            key, value = item
            common[key] = value
    return common


def _without(common: Mapping[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in layer.items() if key not in common}


def _declared(fields: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    if not config:
        return dict(fields)
    return {**fields, "config": dict(sorted(config.items()))}
