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
  - The module does what M(omninode.kafka.topics) does for each of its topics. For more than a few
    topics, use that module instead of a loop, because each call of a module costs a process and a
    connection.
options:
  name:
    description: Name of the topic.
    type: str
    required: true
  state:
    description: Whether the topic exists.
    type: str
    choices: [present, absent]
    default: present
  partitions:
    description:
      - Number of partitions. With V(-1), a new topic gets the broker's default, and an
        existing topic keeps what it has. Partitions can only be added.
    type: int
    default: -1
  replication_factor:
    description:
      - Number of replicas of each partition. With V(-1), a new topic gets the broker's
        default, and an existing topic keeps what it has.
      - The replicas of an existing topic move only where the number asks for it. The current
        leaders stay, and the racks are spread as evenly as they allow.
    type: int
    default: -1
  placement:
    description:
      - The rule that the replicas of the topic keep to. As few of them move as it takes. Without
        it, Kafka places the replicas of a new topic.
      - With V(rack_aware), no rack holds more replicas of a partition than it must. Every broker
        needs its C(broker.rack). With V(balanced), each broker holds about as many replicas of
        the topic as the others.
      - While a broker with replicas of the topic is down, nothing moves for its placement.
      - A broker that is cordoned (C(cordoned.log.dirs), KIP-1066) gets no replica. What it has
        stays there, unless the number of replicas changes.
    type: str
    choices: [rack_aware, balanced]
  preferred_leaders:
    description:
      - Whether a run lets the preferred leaders lead. The preferred leader of a partition is its
        first replica. One that is not in sync cannot lead.
      - Kafka does that by itself every five minutes, unless the brokers have
        C(auto.leader.rebalance.enable=false).
    type: bool
    default: false
  assignments:
    description:
      - >-
        The brokers of partitions, the preferred leader first, as in
        C(assignments: {0: [1, 2], 1: [2, 3]}). The other partitions of an existing
        topic keep their brokers.
    type: dict
  config:
    description:
      - Topic configuration keys as Kafka spells them. Times take the units V(ms), V(s), V(m), V(h),
        V(d), V(w); sizes take V(B), V(KiB), V(MiB), V(GiB), V(TiB). A number without a unit is in
        Kafka's own unit.
      - V(null) unsets the override. Other keys are left alone.
      - YAML itself reads C(0777) as the number 511 and C(1:30) as the number 90, so write numbers
        without leading zeros and colons.
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
    description: Strings for people and O(policies). They are not sent to Kafka.
    type: dict
    default: {}
  protected:
    description: Refuse to delete the topic and to make any change that has a hazard, whatever is
      allowed.
    type: bool
    default: false
  internal:
    description:
      - Let the module change the configuration and the replicas of one of Kafka's internal
        topics, such as C(__consumer_offsets). The module never creates or deletes an internal
        topic, and never adds partitions to one.
    type: bool
    default: false
  exempt:
    description: The names of O(policies) that are not applied to the topic.
    type: list
    elements: str
    default: []
  return_topics:
    description: Return the observed topic in RV(topics).
    type: bool
    default: false
  cancel_moves:
    description:
      - Take back the moves of the topic that are under way, whoever began them, rather
        than move replicas. Partitions that have arrived stay where they are.
      - It is meant for one run, as C(-e) of a play. The next run without it moves the replicas to
        where the declaration wants them.
    type: bool
    default: false
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.reconcile
  - omninode.kafka.guards
  - omninode.kafka.topic_guards
  - omninode.kafka.moves
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
    - Whether the run changed something, or may have. In a failed result it is V(true) when
      RV(outcome.applied) or RV(outcome.unknown) is not empty. Ansible shows it there only in the
      registered result.
  returned: always
  type: bool
changes:
  description:
    - The planned changes, in the order in which they are applied. They are the same in check mode
      and in the real run after it.
    - If the plan is refused, only the changes that are refused, because Ansible prints a failed
      result as a whole. RV(summary) counts all, and O(report_refused) returns all in check mode.
  returned: always, unless the declaration is invalid or the cluster cannot be reached
  type: list
  elements: dict
  contains:
    kind:
      description: Always V(topic).
      type: str
    name:
      description: Name of the topic.
      type: str
    operation:
      description:
        - One of V(create), V(cancel_reassign), V(reassign), V(lift_throttle), V(add_partitions),
          V(alter_config), V(elect_leaders), V(delete).
        - With V(lift_throttle), a run takes away the throttle that a killed run has left on the
          topic and on brokers. With V(cancel_reassign), it takes back moves.
      type: str
    before:
      description: What differs, as observed. V(null) if the topic does not exist. An override that
        is not set is V(null).
      type: dict
    after:
      description: What differs, as declared. V(null) if the topic is deleted. V(-1) is the broker's
        default, and an override that is unset is V(null).
      type: dict
    hazards:
      description:
        - How the change can hurt. A hazard with nothing at stake is left out, such as that of
          deleting an empty topic on which no consumer group is active.
        - V(delete) - the topic is lost.
        - V(retention_cut) - the broker deletes records earlier. If C(remote.storage.enable) is
          turned off, it deletes all records that are not on its own disks.
        - V(policy_switch) - the broker removes records in another way, beyond a retention that did
          not apply before, or old values of a key by compaction.
        - V(key_order) - keys move to other partitions.
        - V(availability) - the topic can refuse or lose writes.
        - V(traffic) - moving the replicas takes bandwidth of the brokers. It is allowed while
          O(throttle) limits it.
        - V(durability) - the topic has fewer replicas.
      type: list
      elements: str
    evidence:
      description:
        - What is at stake, as read from the cluster. Empty without a hazard, but for C(moves). What
          cannot be read is V(unknown), and the hazard stays.
      type: dict
      contains:
        records:
          description: How many records are at stake. This is an upper bound, because compaction
            leaves gaps, retention deletes whole segments, and the client library cannot tell which
            records are only in the remote storage.
          type: raw
        oldest:
          description: The time of the record at the topic's earliest offset, in UTC; V(null)
            without records.
          type: str
        newest:
          description: The time of the topic's newest record, in UTC; V(null) without records.
          type: str
        bytes:
          description: Always V(unknown), because the client library cannot read sizes. Present
            where C(retention.bytes) gets lower or begins to apply.
          type: str
        groups:
          description:
            - The consumer groups that are C(active) on the topic, and those that have C(committed)
              offsets of it. Present where the topic is deleted or gets partitions.
            - Share groups (KIP-932) are missing, because the client library does not list them.
          type: raw
        availability:
          description: Why the topic would refuse or lose writes. Present with V(availability),
            which has no other evidence.
          type: str
        compacted:
          description: Whether the topic is compacted, so that old values of a key stay in another
            partition. Present where the topic gets partitions.
          type: bool
        moves:
          description: What moving the replicas means. Present with V(reassign), with or without a
            hazard.
          type: dict
          contains:
            partitions:
              description: How many partitions change their brokers.
              type: int
            bytes:
              description: How many bytes are copied to other brokers.
              type: int
            copied:
              description: How many of these have arrived already. Present where some have.
              type: int
            seconds:
              description: How long the busiest broker takes at the throttle, without the records
                that are written meanwhile. Present with a throttle.
              type: int
            throttle:
              description: The throttle in force. Present with a throttle.
              type: str
            brokers:
              description: By ID of a broker that receives replicas, how many C(partitions) and
                C(bytes) are still to arrive there, and how many free bytes it has afterwards
                (C(usable_bytes), V(null) if it does not say). Present if replicas are copied.
              type: dict
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
  description: The ID of the cluster.
  returned: as RV(changes)
  type: str
plan_id:
  description:
    - Identifies this plan and the observed state that it rests on, for O(expected_plan_id). Counts
      and times in the evidence do not change it.
  returned: as RV(changes)
  type: str
  sample: 83722c60487870a9758c7844afcc498c
undo:
  description: The declaration that takes the changes back. It is known before the first change, and
    is the same in check mode.
  returned: when there are changes, unless the plan is refused
  type: dict
  contains:
    cluster_id:
      description: The ID of the cluster that the undo belongs to.
      type: str
    topics:
      description: Declares the topics as they were, in the form that M(omninode.kafka.topics)
        takes.
      type: list
      elements: dict
    not_undone:
      description: What no declaration brings back, one sentence each.
      type: list
      elements: str
not_validated:
  description: The changes that the broker could not judge beforehand, each with C(name),
    C(operation) and C(why).
  returned: success, unless the plan is refused
  type: list
  elements: dict
topics:
  description: The topic as observed at the end of the run, in the form that
    M(omninode.kafka.topics) takes; empty if the topic does not exist.
  returned: success and O(return_topics=true)
  type: list
  elements: dict
outcome:
  description: What became of each planned change.
  returned: when the plan is refused, or when the cluster is not as planned after the changes
  type: dict
  contains:
    applied:
      description: The changes that were made, as in RV(changes).
      type: list
      elements: dict
    failed:
      description: What failed or was refused, each with C(name) and C(why). If a guard refused it,
        C(guard) names it and C(setting) is what allows it. Changes are as in RV(changes).
      type: list
      elements: dict
    pending:
      description: The changes that were not tried, as in RV(changes). Empty if the plan is refused,
        because then nothing was tried.
      type: list
      elements: dict
    unknown:
      description:
        - The changes that may have been made, as in RV(changes), each with C(why). Their answers
          were lost, and no broker showed the changes within the time that O(wait) gives. They may
          still be made. Run again.
      type: list
      elements: dict
errors:
  description: The mistakes in the options, or what the principal may not read, each with C(where),
    C(field) and C(message).
  returned: on failure, if the mistakes are known one by one
  type: list
  elements: dict
error:
  description:
    - The kind of failure. V(InvalidSpec) is a mistake in the options, V(ClusterUnreachable) means
      that the cluster does not answer or is another one, V(NotAuthorized) that a right is missing,
      V(NotFound) that something does not exist, V(Unsupported) that the cluster or a library cannot
      do it. V(Interrupted) means that a signal such as SIGTERM ended the module, and that nothing
      was changed. V(StateError) is any other failure.
    - A module that makes changes can also return V(PlanRefused) (nothing was changed),
      V(ApplyFailed), and V(NotConverged) (the cluster took the changes, but shows other values).
  returned: on failure, and with O(report_refused) for a refused plan
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.options.guards import guards_spec
from ..module_utils._ansible.options.moves import moves_spec
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.runner import run
from ..module_utils._topic.options import topic_guards_spec
from ..module_utils._topic.resource import Topics
from ..module_utils._topic.spec import parse_topic_set

SPEC = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "partitions": {"type": "int", "default": -1},
    "replication_factor": {"type": "int", "default": -1},
    "placement": {"type": "str", "choices": ["rack_aware", "balanced"]},
    "preferred_leaders": {"type": "bool", "default": False},
    "assignments": {"type": "dict"},
    "config": {"type": "dict", "default": {}},
    "purge_config": {"type": "bool", "default": False},
    "purge_config_keep": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "labels": {"type": "dict", "default": {}},
    "protected": {"type": "bool", "default": False},
    "internal": {"type": "bool", "default": False},
    "exempt": {"type": "list", "elements": "str", "default": []},
}

LIMITS = {
    **guards_spec(),
    **topic_guards_spec(),
    **moves_spec(),
    "cancel_moves": {"type": "bool", "default": False},
}
# which the runner reads, too
SHARED = ("wait", "undo_file")

ARGUMENTS = {
    **connection_spec(),
    **reconcile_spec(),
    **LIMITS,
    **SPEC,
    "return_topics": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    limits = {name: module.params[name] for name in (*LIMITS, *SHARED)}
    topic = {name: module.params[name] for name in SPEC}
    wanted = module.params["return_topics"]
    run(module, lambda _params: Topics(parse_topic_set([topic], **limits), wanted))


if __name__ == "__main__":
    main()
