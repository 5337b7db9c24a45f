#!/usr/bin/python
# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entry point of omninode.kafka.event_publish."""

from __future__ import annotations

DOCUMENTATION = r"""
module: event_publish
short_description: Publish events to a Kafka topic
version_added: 0.1.0
author: omninode.kafka contributors (@omninode)
description:
  - Publishes events as JSON to one topic, in the given order, each in the envelope
    C(OnexEnvelopeV1) or bare.
  - Every event is validated against its contract before any is sent. If one is invalid, nothing
    is sent.
  - The producer is idempotent and waits for all in-sync replicas (C(acks=all)), so an event is
    written once, or the failure says what became of it. The key chooses the partition as in Java
    clients (murmur2), so all events with one key are in one partition, whoever published them.
  - Publishing never creates a topic.
  - The principal needs C(Write) on the topic. With C(DescribeConfigs), the topic's
    C(max.message.bytes) is read; without it, O(max_bytes) is Kafka's default.
options:
  topic:
    description: Name of the topic, which must exist.
    type: str
    required: true
  events:
    description:
      - The events. Unknown fields are published as they are.
      - Ansible keeps keys that begin with C(__ansible_) for itself. Put a backslash before them,
        which is not published.
      - With a contract that has the fields, an event without C(timestamp) gets the current time,
        and one without C(correlation_id) gets O(correlation_id).
    type: list
    elements: dict
    required: true
  wire:
    description:
      - Whether the events are published in the envelope or V(bare), as they are.
    type: str
    choices: [envelope, bare]
    default: envelope
  event_type:
    description: The C(event_type) in the envelope. Needed without a O(contract).
    type: str
  correlation_id:
    description: The C(correlation_id) of the events that have none.
    type: str
  source_node_id:
    description: Who publishes. Needed with O(wire=envelope).
    type: str
  source_service:
    description:
      - The service of that node. Without it, the C(default) that the envelope's schema in the
        O(contract) has for it, else V(null).
    type: str
  source_version:
    description: The version of that service.
    type: str
    default: 1.0.0
  source_instance:
    description: The instance of that service.
    type: str
  environment:
    description:
      - The environment. By default the first word of a topic named
        C(<environment>.<service>.<domain>.<event>.<version>), with V(development) for C(dev); and
        V(development) for any other topic.
    type: str
  region:
    description: The region.
    type: str
  causation_id:
    description: The C(event_id) of the event that these follow from.
    type: str
  partition_key:
    description:
      - The C(partition_key) in the envelope, which by default is also the key of the records. It
        keeps the events of several runs in one partition, and so in their order.
    type: str
  metadata:
    description: Further fields, which go into the envelope's C(metadata).
    type: dict
  max_bytes:
    description:
      - How many bytes a record may have at most, together with its key and up to 100 bytes that
        Kafka adds. By default the topic's C(max.message.bytes).
      - A larger event is truncated where its contract allows it; otherwise it is invalid.
    type: int
extends_documentation_fragment:
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.contract
attributes:
  check_mode:
    description: Validates the events, looks up the topic and the right to write to it, and sends
      nothing.
    support: full
  diff_mode:
    description: Adds records, and changes none.
    support: none
  idempotent:
    description: Each run publishes the events again, with new C(event_id)s.
    support: none
requirements:
  - jmespath 1.0 or newer
notes:
  - An event that is V(unknown) in RV(outcome) may have been written. Search for it with
    M(omninode.kafka.event_info) before it is published again.
seealso:
  - module: omninode.kafka.event_info
  - module: omninode.kafka.topics
"""

EXAMPLES = r"""
- name: Publish an event in the envelope
  omninode.kafka.event_publish:
    bootstrap_servers: [127.0.0.1:9092]
    topic: example.orders
    source_node_id: checkout-1
    source_service: checkout
    event_type: ORDER_PLACED
    events:
      - order: 17
        amount: 9.99

- name: Publish events that keep to a contract, bare, keyed by the order
  omninode.kafka.event_publish:
    bootstrap_servers: [127.0.0.1:9092]
    topic: example.orders
    wire: bare
    contract:
      event_type: ORDER_PLACED
      key: order
      truncate: [note]
      schema:
        type: object
        required: [order]
        properties:
          order: {type: string}
          amount: {type: number, minimum: 0}
          note: {type: string}
    events:
      - order: a-17
        amount: 9.99
      - order: a-18
        amount: 25
"""

RETURN = r"""
events:
  description: The published events, in the order in which they were given. In check mode, what
    would be published.
  returned: success
  type: list
  elements: dict
  contains:
    topic:
      description: The topic.
      type: str
    partition:
      description: The partition. Not in check mode.
      type: int
    offset:
      description: The offset in the partition. Not in check mode.
      type: int
    timestamp:
      description: The timestamp of the record, in UTC. Not in check mode.
      type: str
    key:
      description: The key of the record; V(null) without one.
      type: str
    event_id:
      description: The C(event_id) in the envelope; V(null) for a bare event without one.
      type: str
    correlation_id:
      description: The C(correlation_id) of the event; V(null) without one.
      type: str
    truncated:
      description: The fields that were shortened so that the record is not too large.
      type: list
      elements: str
  sample:
    - topic: dev.omninode-bridge.test-generation.started.v1
      partition: 2
      offset: 41
      timestamp: "2026-01-31T12:00:00.123Z"
      key: 6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11
      event_id: 0b0a3f6e-2f4b-4f0c-8b51-6a7e5a3c9d10
      correlation_id: 6f1c2f0e-0a58-4c8e-9d0a-3a1c2d9b7e11
      truncated: []
outcome:
  description:
    - What became of each event, as C(published), C(failed) and C(unknown), each a list like
      RV(events). No acknowledgement of the C(unknown) ones arrived in time.
    - Instead of a partition and an offset, events that were not published have C(where), such as
      V(events[2]), and C(why).
  returned: when not all events were published
  type: dict
errors:
  description: What is wrong with the events, each with C(where), such as V(events[2]), C(field),
    such as V(payload.quality_score), and C(message).
  returned: when an event is invalid; nothing was sent
  type: list
  elements: dict
error:
  description: The kind of failure, such as V(InvalidSpec), V(ClusterUnreachable),
    V(NotAuthorized), V(NotFound), V(ApplyFailed).
  returned: on failure
  type: str
"""

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ansible.options.connection import connection_spec
from ..module_utils._ansible.options.contract import contract_spec
from ..module_utils._ansible.runner import run_delivery
from ..module_utils._event.publish import parse_publication

SPEC = {
    "topic": {"type": "str", "required": True},
    "events": {"type": "list", "elements": "dict", "required": True},
    "wire": {"type": "str", "choices": ["envelope", "bare"], "default": "envelope"},
    "event_type": {"type": "str"},
    "correlation_id": {"type": "str"},
    "source_node_id": {"type": "str"},
    "source_service": {"type": "str"},
    "source_version": {"type": "str", "default": "1.0.0"},
    "source_instance": {"type": "str"},
    "environment": {"type": "str"},
    "region": {"type": "str"},
    "causation_id": {"type": "str"},
    "partition_key": {"type": "str", "no_log": False},
    "metadata": {"type": "dict"},
    "max_bytes": {"type": "int"},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={**connection_spec(), **contract_spec(), **SPEC}, supports_check_mode=True
    )
    run_delivery(module, parse_publication)


if __name__ == "__main__":
    main()
