#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.topics."""

from __future__ import annotations

DOCUMENTATION = r"""
module: topics
short_description: Keep a set of Kafka topics in its declared state
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Creates topics, adds partitions, sets and unsets configuration and deletes topics. With
    O(purge), it also deletes topics that are not declared.
  - One call takes any number of topics, and plans the changes of all of them before the first
    write. Check mode makes the same plan and stops there.
  - The module leaves alone what you do not declare. A declared configuration key becomes an
    override on the topic, even if its value equals the broker's default.
  - A change that can hurt has hazards, which RV(changes) and the diff show with the evidence of
    what is at stake. Unless O(allow) allows its hazards, such a change refuses the plan. A refused
    plan writes nothing.
  - The principal needs C(Describe) and C(DescribeConfigs) on the topics, and for the changes
    C(Create), C(Alter) (partitions), C(AlterConfigs) and C(Delete).
options:
  topics:
    description:
      - The list of declared topics. The module reports all mistakes that the declaration shows at
        once, in all topics, and then everything that the plan refuses, such as configuration keys
        that the cluster does not know.
      - A field that a topic does not set comes from its C(profiles), or else from
        O(defaults), or else has the default below.
      - Booleans are V(true), V(false), V(yes) and V(no). YAML itself reads C(0777) as the number
        511 and C(1:30) as the number 90, so write numbers without leading zeros and colons.
    type: raw
    default: []
    suboptions:
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
          - The rule that the replicas of the topic keep to. As few of them move as it takes.
            Without it, Kafka places the replicas of a new topic.
          - With V(rack_aware), no rack holds more replicas of a partition than it must. Every
            broker needs its C(broker.rack). With V(balanced), each broker holds about as many
            replicas of the topic as the others.
          - While a broker with replicas of the topic is down, nothing moves for its placement.
          - V(null) takes back a placement of C(defaults) or of a profile.
          - A broker that is cordoned (C(cordoned.log.dirs), KIP-1066) gets no replica. What it
            has stays there, unless the number of replicas changes.
        type: str
        choices: [rack_aware, balanced]
      preferred_leaders:
        description:
          - Whether a run lets the preferred leaders lead. The preferred leader of a partition is
            its first replica. One that is not in sync cannot lead.
          - Kafka does that by itself every five minutes, unless the brokers have
            C(auto.leader.rebalance.enable=false).
        type: bool
        default: false
      assignments:
        description:
          - >-
            The brokers of partitions, the preferred leader first, as in
            C(assignments: {0: [1, 2], 1: [2, 3]}). The other partitions of an existing
            topic keep their brokers. Only a topic has this field.
        type: dict
      config:
        description:
          - >-
            Topic configuration keys as Kafka spells them. Times take the units V(ms), V(s), V(m),
            V(h), V(d), V(w), as in C(retention.ms: 7d); sizes take V(B), V(KiB), V(MiB), V(GiB),
            V(TiB), as in C(segment.bytes: 1GiB). A number without a unit is in Kafka's own unit.
          - V(null) unsets the override. Other keys are left alone.
        type: dict
        default: {}
      purge_config:
        description: Unset the overrides that are not declared, except
          C(*.replication.throttled.replicas) and those in C(purge_config_keep).
        type: bool
        default: false
      purge_config_keep:
        description: Overrides that C(purge_config) leaves alone.
        type: list
        elements: str
        default: []
      labels:
        description: Strings for people and O(policies). They are not sent to Kafka.
        type: dict
        default: {}
      description:
        description: A text for people and O(policies). It is not sent to Kafka.
        type: str
        default: ""
      allow:
        description: The hazards, or V(all), that the changes of this topic may have. Prefer it to
          the module's option O(allow), which allows them for all topics.
        type: list
        elements: str
        default: []
      protected:
        description: Refuse to delete the topic and to make any change that has a hazard, whatever
          is allowed.
        type: bool
        default: false
      exempt:
        description: The names of O(policies) that are not applied to the topic.
        type: list
        elements: str
        default: []
      profiles:
        description: Names of O(profiles) whose fields the topic gets. A later one overrides an
          earlier one. Only a topic has this field.
        type: list
        elements: str
        default: []
      internal:
        description:
          - Let the module change the configuration and the replicas of one of Kafka's internal
            topics, such as C(__consumer_offsets). The module never creates or deletes an internal
            topic, and never adds partitions to one. Only a topic has this field.
        type: bool
        default: false
  defaults:
    description: Fields of O(topics) that every topic gets unless a profile or the topic itself sets
      them.
    type: dict
    default: {}
  profiles:
    description:
      - Named sets of fields of O(topics). A topic lists its profiles in C(profiles), and
        its own fields override them. C(config) and C(labels) merge key by key.
      - With the additional field C(names) (list of strings), a profile declares topics that need
        no fields of their own.
    type: dict
    default: {}
  purge:
    description:
      - Delete the topics under O(owned_prefixes) that are not declared. The module never purges
        topics that Kafka marks as internal, or whose names begin with two underscores.
      - A topic that holds records, or on which a consumer group is active, is purged only if
        O(allow) has V(delete). To delete such a topic alone, declare it with C(state=absent).
    type: bool
    default: false
  purge_to_empty:
    description: Let O(purge) delete every topic under O(owned_prefixes) when no topic is declared
      as present.
    type: bool
    default: false
  return_topics:
    description: Return the observed topics in RV(topics).
    type: bool
    default: false
  cancel_moves:
    description:
      - Take back the moves of the declared topics that are under way, whoever began them, rather
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
  - module: omninode.kafka.topic
  - module: omninode.kafka.topic_info
"""

EXAMPLES = r"""
- name: Keep two topics in their declared state
  omninode.kafka.topics:
    bootstrap_servers: [127.0.0.1:9092]
    topics:
      - name: example.orders
        partitions: 6
        config:
          retention.ms: 7d
          compression.type: lz4
      - name: example.legacy
        state: absent

- name: Let many topics share defaults and profiles
  omninode.kafka.topics:
    bootstrap_servers: [127.0.0.1:9092]
    defaults:
      partitions: 3
      config:
        retention.ms: 7d
    profiles:
      compacted:
        config:
          cleanup.policy: compact
      audit:
        names: [example.audit.logins, example.audit.payments]
        config:
          retention.ms: 90d
    topics:
      - name: example.customers
        profiles: [compacted]
        config:
          retention.ms: null

- name: Shorten the retention of one topic although records are lost, and keep the undo
  omninode.kafka.topics:
    bootstrap_servers: [127.0.0.1:9092]
    undo_file: /tmp/example-undo.json
    topics:
      - name: example.orders
        allow: [retention_cut]
        config:
          retention.ms: 1d

- name: Apply your own rules, and let a run delete or shrink a tenth of the topics at most
  omninode.kafka.topics:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example.]
    destruction_budget: 10%
    policies:
      - name: names
        rule: matches(name, 'example[.][a-z.-]+')
        message: use lower-case words, dots and dashes
      - name: retention
        rule: config."retention.ms" <= `7776000000`
        message: keep records for 90 days at most
        level: warning
    topics:
      - name: example.orders

- name: Delete the topics under one prefix that are not declared
  omninode.kafka.topics:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example.]
    purge: true
    topics:
      - name: example.orders
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
      operation: alter_config
      before: {config: {retention.ms: "604800000"}}
      after: {config: {retention.ms: "86400000"}}
      hazards: [retention_cut]
      evidence: {records: 1200, oldest: "2026-11-01T09:30:00Z", newest: "2026-11-25T08:00:00Z"}
summary:
  description: The plan in one line.
  returned: as RV(changes)
  type: str
  sample: >-
    cluster 5L6g3nShT-eMCtK--X86sw: create 1, alter_config 1, unchanged 7; hazards: retention_cut 1
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
  description: The declared topics, and with O(purge) all topics under O(owned_prefixes), as
    observed at the end of the run; in the form that O(topics) takes, sorted by name.
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
from ..module_utils._ansible.options.reconcile import reconcile_spec
from ..module_utils._ansible.runner import run
from ..module_utils._topic.options import topics_spec
from ..module_utils._topic.resource import Topics
from ..module_utils._topic.spec import parse_topic_set

SPEC = topics_spec()
# which the runner reads, too
SHARED = ("wait", "undo_file")


def main() -> None:
    options = {"return_topics": {"type": "bool", "default": False}}
    module = AnsibleModule(
        argument_spec={**connection_spec(), **reconcile_spec(), **options, **SPEC},
        supports_check_mode=True,
    )
    run(
        module,
        lambda params: Topics(
            parse_topic_set(**{name: params[name] for name in (*SPEC, *SHARED)}),
            params["return_topics"],
        ),
    )


if __name__ == "__main__":
    main()
