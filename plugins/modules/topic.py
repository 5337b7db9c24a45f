#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.topic."""

from __future__ import annotations

DOCUMENTATION = r"""
module: topic
short_description: Keep one Kafka topic in its declared state
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Creates one topic, adds partitions, sets and unsets its configuration, or deletes it.
  - It does the same as M(omninode.kafka.topics) does for each of its topics. For more than a few
    topics use that module instead of a loop, since each call of a module costs a process and a
    connection.
options:
  name:
    description: Name of the topic.
    type: str
    required: true
  state:
    description: Whether the topic shall exist.
    type: str
    choices: [present, absent]
    default: present
  partitions:
    description:
      - Number of partitions. Omitted or V(-1), it is the broker's default at creation and left
        alone afterwards. Partitions can only be added.
    type: int
  replication_factor:
    description:
      - Number of replicas of each partition. Omitted or V(-1), it is the broker's default at
        creation and left alone afterwards.
      - It cannot be changed on an existing topic.
    type: int
  config:
    description:
      - Topic configuration keys as Kafka spells them. Times take the units V(ms), V(s), V(m), V(h),
        V(d), V(w); sizes take V(B), V(KiB), V(MiB), V(GiB), V(TiB). A bare number is in Kafka's own
        unit.
      - V(null) unsets the override. A key that is not declared is left alone.
    type: dict
    default: {}
  purge_config:
    description: Unset the overrides that are not declared, except
      C(*.replication.throttled.replicas) and those in O(purge_config_keep).
    type: bool
    default: false
  purge_config_keep:
    description: Overrides that O(purge_config) leaves alone.
    type: list
    elements: str
    default: []
  labels:
    description: Free strings, which are not sent to Kafka; O(policies) see them.
    type: dict
    default: {}
  protected:
    description: Refuse to delete the topic, and every change with a hazard, whatever is allowed.
    type: bool
    default: false
  internal:
    description:
      - Let the configuration of one of Kafka's internal topics be changed, such as
        C(__consumer_offsets). Whatever is allowed, these are never created, deleted or given
        partitions.
    type: bool
    default: false
  exempt:
    description: The names of O(policies) that do not bind the topic.
    type: list
    elements: str
    default: []
  return_topics:
    description: Return the observed topic in RV(topics).
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.reconcile
  - omninode.kafka.guards
  - omninode.kafka.topic_guards
seealso:
  - module: omninode.kafka.topics
  - module: omninode.kafka.topic_info
"""

EXAMPLES = r"""
- name: Keep a topic in its declared state
  omninode.kafka.topic:
    bootstrap_servers: [127.0.0.1:9092]
    name: example.orders
    partitions: 6
    config:
      retention.ms: 7d
      segment.bytes: 1GiB

- name: Go back to the broker's retention
  omninode.kafka.topic:
    bootstrap_servers: [127.0.0.1:9092]
    name: example.orders
    config:
      retention.ms: null

- name: Delete a topic
  omninode.kafka.topic:
    bootstrap_servers: [127.0.0.1:9092]
    name: example.orders
    state: absent
"""

RETURN = r"""
changed:
  description:
    - Whether something was changed, or may have been. In a failed result it is V(true) when
      RV(outcome.applied) or RV(outcome.unknown) is not empty; Ansible shows it there only in the
      registered result.
  returned: always
  type: bool
changes:
  description: The planned changes of the topic, as M(omninode.kafka.topics) returns them; the same
    in check mode and in the real run after it.
  returned: always, unless the declaration is invalid or the cluster cannot be reached
  type: list
  elements: dict
  sample:
    - kind: topic
      name: example.orders
      operation: add_partitions
      before: {partitions: 3}
      after: {partitions: 6}
      hazards: [key_order]
      evidence:
        records: 1200
        oldest: "2026-11-01T09:30:00Z"
        newest: "2026-11-25T08:00:00Z"
        groups: {active: [billing], committed: [billing]}
        compacted: false
summary:
  description: The plan in one line.
  returned: as RV(changes)
  type: str
  sample: "cluster 5L6g3nShT-eMCtK--X86sw: add_partitions 1, unchanged 0; hazards: key_order 1"
cluster_id:
  description: The id of the cluster.
  returned: as RV(changes)
  type: str
plan_id:
  description:
    - Names this plan on the observed state that it rests on, for O(expected_plan_id). What is
      counted or dated in the evidence does not matter to it.
  returned: as RV(changes)
  type: str
  sample: 83722c60487870a9758c7844afcc498c
undo:
  description: What takes the changes back, known before the first of them is made; the same in
    check mode.
  returned: when there are changes, unless the plan is refused
  type: dict
  contains:
    cluster_id:
      description: The id of the cluster that it is for.
      type: str
    topics:
      description: The declaration that restores what is replaced, in the shape of the input of
        M(omninode.kafka.topics).
      type: list
      elements: dict
    not_undone:
      description: What no declaration brings back, one sentence each.
      type: list
      elements: str
not_validated:
  description: Changes that the broker did not judge beforehand, each with C(name), C(operation) and
    C(why).
  returned: success
  type: list
  elements: dict
topics:
  description: The topic as observed at the end, in the shape of the input of
    M(omninode.kafka.topics); empty if it does not exist.
  returned: success and O(return_topics=true)
  type: list
  elements: dict
outcome:
  description: What became of a plan that was not applied as a whole.
  returned: on failure of a plan
  type: dict
  contains:
    applied:
      description: The changes that were applied, as in RV(changes).
      type: list
      elements: dict
    failed:
      description: The changes or topics that failed, each with C(why), and with C(guard) if a
        setting forbids it.
      type: list
      elements: dict
    pending:
      description: The changes that were not tried, as in RV(changes).
      type: list
      elements: dict
    unknown:
      description:
        - The changes whose outcome nobody knows, as in RV(changes), each with C(why). Their answers
          got lost, and no broker shows them within the time that O(wait) gives. They may still be
          made. Run again.
      type: list
      elements: dict
errors:
  description: The mistakes in the declaration or the options, or the topics that may not be read,
    each with C(where), C(field) and C(message).
  returned: when the declaration or an option is invalid, or a right to read is missing
  type: list
  elements: dict
error:
  description: The kind of failure, such as V(InvalidSpec), V(ClusterUnreachable), V(NotAuthorized),
    V(PlanRefused), V(ApplyFailed), V(NotConverged).
  returned: on failure
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.options.guards import guards_spec
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.options.topic_guards import topic_guards_spec
from ..module_utils._ansible.runner import run
from ..module_utils._topic.resource import Topics
from ..module_utils._topic.spec import parse_topic_set

SPEC = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "partitions": {"type": "int"},
    "replication_factor": {"type": "int"},
    "config": {"type": "dict", "default": {}},
    "purge_config": {"type": "bool", "default": False},
    "purge_config_keep": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "labels": {"type": "dict", "default": {}},
    "protected": {"type": "bool", "default": False},
    "internal": {"type": "bool", "default": False},
    "exempt": {"type": "list", "elements": "str", "default": []},
}

GUARDS = {**guards_spec(), **topic_guards_spec()}

ARGUMENTS = {
    **connection_spec(),
    **reconcile_spec(),
    **GUARDS,
    **SPEC,
    "return_topics": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    guards = {name: module.params[name] for name in GUARDS}
    topic = {name: module.params[name] for name in SPEC}
    wanted = module.params["return_topics"]
    run(module, lambda _params: Topics(parse_topic_set([topic], **guards), wanted))


if __name__ == "__main__":
    main()
