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
  - Creates topics, adds partitions, sets and unsets configuration, deletes topics, and with
    O(purge) removes what is not declared.
  - One call takes any number of topics and plans all of them before the first write. Check mode
    makes the same plan and stops there.
  - What is not declared is left alone. A declared configuration key becomes an override on the
    topic, even if its value equals the broker's default.
  - A change that can hurt is marked with its hazards in RV(changes) and in the diff, with the
    evidence of what it puts at stake, and refused unless it is allowed by O(allow). A refused plan
    writes nothing.
options:
  topics:
    description:
      - The declared topics, each a dictionary with the fields below. All mistakes in all topics are
        reported at once.
      - C(name) (string, required) is the name of the topic.
      - C(state) (V(present) or V(absent), default V(present)).
      - C(partitions) (integer) and C(replication_factor) (integer). Omitted or V(-1), they are the
        broker's default at creation and left alone afterwards. Partitions can only be added, and
        the replication factor of an existing topic cannot be changed.
      - >-
        C(config) (dictionary) has topic configuration keys as Kafka spells them. Times take the
        units V(ms), V(s), V(m), V(h), V(d), V(w), as in C(retention.ms: 7d); sizes take V(B),
        V(KiB), V(MiB), V(GiB), V(TiB), as in C(segment.bytes: 1GiB). A bare number is in Kafka's
        own unit. V(null) unsets the override. A key that is not declared is left alone.
      - C(purge_config) (boolean, default V(false)) unsets the overrides that are not declared,
        except C(*.replication.throttled.replicas) and those in C(purge_config_keep) (list of
        strings).
      - C(profiles) (list of strings) names entries of O(profiles).
      - >-
        C(allow) (list of hazards, or V(all)) lets changes of the topic have these hazards, see
        O(allow). C(protected) (boolean, default V(false)) refuses its deletion and every hazard,
        whatever is allowed. C(exempt) (list of strings) names O(policies) that do not bind the
        topic.
      - C(internal) (boolean, default V(false), not in profiles) lets the configuration of one of
        Kafka's internal topics be changed, such as C(__consumer_offsets). Whatever is allowed,
        these are never created, deleted or given partitions.
      - C(labels) (dictionary of strings) and C(description) (string) are free; they are not sent to
        Kafka.
    type: list
    elements: raw
    default: []
  defaults:
    description: Fields, as of O(topics), that every topic gets unless a profile or the topic itself
      says otherwise.
    type: dict
    default: {}
  profiles:
    description:
      - Named sets of fields, as of O(topics). A topic lists them in C(profiles); a later one wins
        over an earlier one, the topic's own fields over all. C(config) and C(labels) merge key by
        key.
      - With the additional field C(names) (list of strings), a profile declares many topics that
        share everything.
    type: dict
    default: {}
  purge:
    description:
      - Delete the topics under O(owned_prefixes) that are not declared. Topics that Kafka marks as
        internal, or whose name begins with two underscores, are never deleted.
      - Those that hold records are deleted only with O(allow); or declare them with
        C(state=absent).
    type: bool
    default: false
  purge_to_empty:
    description: Allow O(purge) with an empty set of declared topics, which deletes every topic
      under O(owned_prefixes).
    type: bool
    default: false
  return_topics:
    description: Return the observed topics in RV(topics).
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

- name: Shorten the retention of one topic, whatever it costs, and keep the way back
  omninode.kafka.topics:
    bootstrap_servers: [127.0.0.1:9092]
    undo_file: /tmp/example-undo.json
    topics:
      - name: example.orders
        allow: [retention_cut]
        config:
          retention.ms: 1d

- name: Keep to rules of your own, and destroy no more than a tenth of the topics
  omninode.kafka.topics:
    bootstrap_servers: [127.0.0.1:9092]
    owned_prefixes: [example.]
    destruction_budget: 10%
    policies:
      - name: names
        rule: matches(name, 'example[.][a-z.-]+')
        message: names are lower-case words, with dots and dashes
      - name: retention
        rule: config."retention.ms" <= `7776000000`
        message: nothing is kept for longer than 90 days
        level: warning
    topics:
      - name: example.orders

- name: Remove what is not declared, under one prefix only
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
    - Whether something was changed, or may have been. In a failed result it is V(true) when
      RV(outcome.applied) or RV(outcome.unknown) is not empty; Ansible shows it there only in the
      registered result.
  returned: always
  type: bool
changes:
  description: The planned changes, in the order of their application; the same in check mode and in
    the real run after it.
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
      description: One of V(create), V(add_partitions), V(alter_config), V(delete).
      type: str
    before:
      description: What differs, as it was observed; V(null) if the topic does not exist. An
        override that is not set is V(null).
      type: dict
    after:
      description: What differs, as it is declared; V(null) for a deletion. V(-1) is the broker's
        default, V(null) an override that gets unset.
      type: dict
    hazards:
      description:
        - What the change can hurt. V(delete) loses the topic; V(retention_cut) lets the broker
          delete records earlier, or with C(remote.storage.enable) turned off all that are not on
          its own disks; V(policy_switch) lets it remove records in another way, beyond the
          retention or, by compaction, old values of a key; V(key_order) maps keys to other
          partitions; V(availability) can make the topic refuse or lose writes.
        - A hazard that puts nothing at stake, such as the deletion of an empty topic on which no
          consumer group is active, or the switch from V(compact) to V(compact,delete) where nothing
          limits the retention, is none.
      type: list
      elements: str
    evidence:
      description:
        - What the hazards put at stake, read from the cluster; empty without one. What cannot be
          read is V(unknown), and the hazard stays.
      type: dict
      contains:
        records:
          description: How many records are at stake; an upper bound, since compaction leaves gaps,
            retention deletes whole segments only, and the client library cannot tell which records
            are only in the remote storage.
          type: raw
        oldest:
          description: The time of the record at the topic's earliest offset, in UTC; V(null)
            without records.
          type: str
        newest:
          description: The time of the topic's newest record, in UTC; V(null) without records.
          type: str
        bytes:
          description: V(unknown) where C(retention.bytes) is cut or begins to count, since the
            client library cannot read sizes.
          type: str
        groups:
          description:
            - The consumer groups that are C(active) on the topic, and those that have C(committed)
              to it. For deletions and more partitions.
            - The client library lists no share groups (KIP-932), so they are not among them.
          type: raw
        availability:
          description: Why the topic would refuse or lose writes. For V(availability), which has no
            other evidence.
          type: str
        compacted:
          description: Whether the topic is compacted, so that more partitions leave old values of a
            key behind. For more partitions.
          type: bool
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
  description: The declared topics, and with O(purge) all under O(owned_prefixes), as observed at
    the end; in the shape of the input, sorted by name.
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
    "topics": {"type": "list", "elements": "raw", "default": []},
    "defaults": {"type": "dict", "default": {}},
    "profiles": {"type": "dict", "default": {}},
    "purge": {"type": "bool", "default": False},
    "purge_to_empty": {"type": "bool", "default": False},
    **guards_spec(),
    **topic_guards_spec(),
}


def main() -> None:
    options = {"return_topics": {"type": "bool", "default": False}}
    module = AnsibleModule(
        argument_spec={**connection_spec(), **reconcile_spec(), **options, **SPEC},
        supports_check_mode=True,
    )
    run(
        module,
        lambda params: Topics(
            parse_topic_set(**{name: params[name] for name in SPEC}), params["return_topics"]
        ),
    )


if __name__ == "__main__":
    main()
