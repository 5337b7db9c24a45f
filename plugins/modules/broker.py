#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.broker."""

from __future__ import annotations

DOCUMENTATION = r"""
module: broker
short_description: Drain a Kafka broker of its replicas, or make it active again
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Moves all replicas off a broker before it is taken away, those of undeclared and internal topics
    too, and keeps new ones away from it.
  - Starting and stopping the broker is left to whoever runs it.
options:
  broker:
    description: The id of the broker (C(node.id)).
    type: int
    required: true
  state:
    description:
      - With V(drained), the broker is cordoned and holds no replica. First it is cordoned
        (C(cordoned.log.dirs=*), KIP-1066), then all its replicas move to the other brokers, as few
        as it takes. The racks stay as even as they allow where every other broker names one, and
        the number of replicas on each broker otherwise. Moves that leave the broker already are
        awaited.
      - A Kafka that cannot cordon (before 4.3) may still place new partitions on the broker, and
        M(omninode.kafka.topics) may move replicas back to it for a declared C(placement), which the
        module warns of.
      - With V(active), the broker is uncordoned, moves under way that leave it are taken back, and
        it leads again what it should, as the preferred leader that is in sync. No replica moves
        back to it; RV(undo) does that.
    type: str
    choices: [drained, active]
    required: true
  topics:
    description:
      - The declared topics, as M(omninode.kafka.topics) takes them. Only C(name) and C(assignments)
        are read.
      - A broker that the assignments of a topic name is not drained, because the next run of that
        declaration would move the replicas back.
    type: raw
    default: []
  allow:
    description:
      - The hazards, as listed in RV(changes[].hazards), that the changes of this run may have; or
        V(all).
      - A change with any other hazard refuses the plan. The refusal shows the evidence of what is
        at stake, and names the setting that allows the hazard.
    type: list
    elements: str
    default: []
extends_documentation_fragment:
  - omninode.kafka.attributes
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.reconcile
  - omninode.kafka.moves
notes:
  - Every run needs the Python library kafka-python, the ACL operations DESCRIBE and
    DESCRIBE_CONFIGS on the cluster, and DESCRIBE on every topic. To cordon the broker, it needs
    ALTER_CONFIGS on the cluster; to elect leaders, ALTER on the cluster; to lift the throttle that
    an earlier run has left, DESCRIBE_CONFIGS and ALTER_CONFIGS on its topics.
  - "The plan is refused, and nothing is changed: where a partition has more replicas than brokers
    remain, where the replicas do not fit on the disks of the others, where another client moves a
    partition to other brokers, where a partition is offline or has replicas on another broker that
    is down, and where the cluster does not know the broker."
seealso:
  - module: omninode.kafka.topics
"""

EXAMPLES = r"""
- name: Move everything off broker 3 before it is taken away
  omninode.kafka.broker:
    bootstrap_servers: [127.0.0.1:9092]
    broker: 3
    state: drained
    throttle: 100MiB
    undo_file: /tmp/undo-drain.json

- name: Let broker 3 take replicas again
  omninode.kafka.broker:
    bootstrap_servers: [127.0.0.1:9092]
    broker: 3
    state: active
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
      description: V(broker) of V(cordon) and V(uncordon), V(topic) of the other operations.
      type: str
    name:
      description: The id of the broker, or the name of the topic.
      type: str
    operation:
      description: One of V(cordon), V(uncordon), V(reassign), V(cancel_reassign),
        V(lift_throttle), V(elect_leaders); a topic has one of each at most.
      type: str
    before:
      description:
        - What differs, as observed.
        - C(cordoned.log.dirs) of the broker, V(null) if it is not set.
        - C(assignments), the brokers of each partition that moves, the preferred leader first.
          Where a move is taken back, those that it goes to.
        - C(config), what throttles the replicas of the topic.
        - C(leaders), the leader of each partition.
      type: dict
    after:
      description: The same, as it is going to be.
      type: dict
    hazards:
      description: V(traffic) where replicas are copied, which takes bandwidth of the brokers. It is
        allowed while O(throttle) limits it.
      type: list
      elements: str
    evidence:
      description: What is at stake, as read from the cluster.
      type: dict
      contains:
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
        replicas:
          description: How many replicas the broker has. Present with V(uncordon).
          type: int
  sample:
    - kind: broker
      name: "3"
      operation: cordon
      before: {cordoned.log.dirs: null}
      after: {cordoned.log.dirs: "*"}
      hazards: []
      evidence: {}
    - kind: topic
      name: example.orders
      operation: reassign
      before: {assignments: {"0": [3, 1], "2": [2, 3]}}
      after: {assignments: {"0": [1, 2], "2": [2, 1]}}
      hazards: [traffic]
      evidence:
        moves: {partitions: 2, bytes: 1073741824, seconds: 11, throttle: 50 MiB/s}
summary:
  description: The plan in one line.
  returned: as RV(changes)
  type: str
  sample: "cluster 5L6g3nShT-eMCtK--X86sw: cordon 1, reassign 1, unchanged 0; hazards: traffic 1"
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
  description: What takes the changes back, for the playbook C(omninode.kafka.undo). It is known
    before the first change, and is the same in check mode.
  returned: when there are changes, unless the plan is refused
  type: dict
  contains:
    cluster_id:
      description: The ID of the cluster that the undo belongs to.
      type: str
    broker:
      description: The id of the broker. Absent where no state of it takes the changes back.
      type: int
    state:
      description: The state that the broker gets back, before the topics. As C(broker).
      type: str
    topics:
      description: The topics with the brokers that their partitions had, in the form that
        M(omninode.kafka.topics) takes.
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
from ..module_utils._ansible.options.moves import moves_spec
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.runner import run
from ..module_utils._broker.resource import Broker
from ..module_utils._broker.spec import parse_broker

SPEC = {
    "broker": {"type": "int", "required": True},
    "state": {"type": "str", "choices": ["drained", "active"], "required": True},
    "topics": {"type": "raw", "default": []},
    "allow": {"type": "list", "elements": "str", "default": []},
    **moves_spec(),
}
# which the runner reads, too
SHARED = ("wait", "undo_file")


def main() -> None:
    module = AnsibleModule(
        argument_spec={**connection_spec(), **reconcile_spec(), **SPEC},
        supports_check_mode=True,
    )
    run(
        module,
        lambda params: Broker(
            parse_broker(**{name: params[name] for name in (*SPEC, *SHARED)}),
        ),
    )


if __name__ == "__main__":
    main()
