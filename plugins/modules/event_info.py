#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.event_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: event_info
short_description: Read events from a Kafka topic
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Reads the events of one topic and validates them against their contract. It reads events in the
    envelope C(OnexEnvelopeV1) as well as bare events.
  - The module returns invalid events, and records that are not JSON, with the others. A number that
    a double cannot hold, such as V(1e400), is not JSON.
  - Without O(offsets) and O(since), it reads the newest events.
  - It changes nothing, joins no consumer group and commits no offset.
  - The principal needs C(Read) on the topic.
options:
  topic:
    description: Name of the topic.
    type: str
    required: true
  offsets:
    description:
      - The offset to begin at for each partition to read. Other partitions are not read.
      - If the record at an offset was deleted, reading begins at the next record.
    type: dict
  since:
    description:
      - Read from this time on, by the timestamps of the records. Give a time with its offset from
        UTC, such as V(2026-01-31T12:00:00Z), or how long ago it was, such as V(90s), V(5m), V(2h),
        V(7d).
      - In each partition, reading begins at the first record of this time or later.
    type: str
  until:
    description:
      - Read up to this time, in the form of O(since). In each partition, reading ends before the
        first record of this time or later.
      - Without it, reading ends at the last record that the partition had when reading began.
    type: str
  correlation_id:
    description:
      - Read only the events of this run. The module searches the whole window for them; without
        O(offsets) and O(since), it searches the whole topic.
    type: str
  limit:
    description: The largest number of events to return.
    type: int
    default: 100
  timeout:
    description:
      - Seconds that one request may take, and seconds that reading all events may take, from 1 to
        3000. The module gives up connecting within 10 seconds.
      - When the time is up, the module returns the events that it found, and RV(complete) is
        V(false).
      - If not set, the value of environment variable E(OMNINODE_KAFKA_TIMEOUT) is used,
        and the default only without it.
    type: int
    default: 30
extends_documentation_fragment:
  - omninode.kafka.attributes.info
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.contract
notes:
  - Events of aborted transactions are not read.
  - The client library asks for the coordinator of the group C(omninode.kafka), but never joins the
    group. A cluster that never had a group then creates its internal topic C(__consumer_offsets).
seealso:
  - module: omninode.kafka.event_publish
  - module: omninode.kafka.topic_info
"""

EXAMPLES = r"""
- name: Read the newest events of a topic
  omninode.kafka.event_info:
    bootstrap_servers: [127.0.0.1:9092]
    topic: example.orders
    limit: 10

- name: Find the events of one run in the last two hours
  omninode.kafka.event_info:
    bootstrap_servers: [127.0.0.1:9092]
    topic: example.orders
    since: 2h
    correlation_id: 6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11

- name: Find the events of the last day that break their contract
  omninode.kafka.event_info:
    bootstrap_servers: [127.0.0.1:9092]
    topic: example.orders
    since: 1d
    limit: 1000
    contract:
      event_type: ORDER_PLACED
      schema:
        type: object
        required: [order]
  register: orders

- name: Show them
  ansible.builtin.debug:
    msg: "{{ orders.events | rejectattr('valid') }}"

- name: Read one event by its partition and offset
  omninode.kafka.event_info:
    bootstrap_servers: [127.0.0.1:9092]
    topic: example.orders
    offsets: {2: 41}
    limit: 1
"""

RETURN = r"""
events:
  description: The events, in the order of their timestamps. Bytes of a key that are not UTF-8 are
    escaped.
  returned: success
  type: list
  elements: dict
  contains:
    partition:
      description: The partition.
      type: int
    offset:
      description: The offset in the partition.
      type: int
    timestamp:
      description: The timestamp of the record, in UTC; V(null) without one.
      type: str
    key:
      description: The key of the record; V(null) without one.
      type: str
    wire:
      description: V(envelope) or V(bare); V(null) if the record is not a JSON object.
      type: str
    event_type:
      description: The C(event_type) in the envelope; V(null) for a bare event.
      type: str
    correlation_id:
      description: The C(correlation_id) of the event, or else of the envelope; V(null) without one.
      type: str
    event:
      description:
        - The event; V(null) if the record is not a JSON object.
        - Ansible keeps field names that begin with C(__ansible_) for itself, so the module puts a
          backslash before such a name. Where a name has backslashes before C(__ansible_), it adds
          one more. M(omninode.kafka.event_publish) removes the backslash.
      type: dict
    envelope:
      description: The envelope without the event; V(null) for a bare event.
      type: dict
    valid:
      description: Whether the event follows the O(contract); without a contract, whether it is a
        JSON object.
      type: bool
    problems:
      description: What is wrong with the event, each with C(path), such as
        V(payload.quality_score), C(rule) and C(message).
      type: list
      elements: dict
  sample:
    - partition: 2
      offset: 41
      timestamp: "2026-01-31T12:00:00.123Z"
      key: 6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11
      wire: bare
      event_type: null
      correlation_id: 6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11
      event: {correlation_id: 6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11, quality_score: 1.7}
      envelope: null
      valid: false
      problems:
        - path: quality_score
          rule: maximum
          message: 1.7 is greater than the maximum of 1
invalid:
  description: How many of the RV(events) are invalid.
  returned: success
  type: int
complete:
  description: Whether RV(events) has all events of the window. V(false) if O(limit) or O(timeout)
    ended the reading early.
  returned: success
  type: bool
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
  returned: on failure
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ansible.options.connection import connection_from, connection_spec
from ..module_utils._ansible.options.contract import contract_spec
from ..module_utils._ansible.runner import run_info
from ..module_utils._event.read import read_events

SPEC = {
    **contract_spec(),
    "topic": {"type": "str", "required": True},
    "offsets": {"type": "dict"},
    "since": {"type": "str"},
    "until": {"type": "str"},
    "correlation_id": {"type": "str"},
    "limit": {"type": "int", "default": 100},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**connection_spec(), **SPEC},
        supports_check_mode=True,
        mutually_exclusive=[("offsets", "since")],
    )
    run_info(
        module,
        lambda gateway, params: read_events(
            gateway,
            timeout=connection_from(params).timeout,
            **{name: params[name] for name in SPEC},
        ),
    )


if __name__ == "__main__":
    main()
