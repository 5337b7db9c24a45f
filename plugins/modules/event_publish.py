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
  - The module validates every event against its contract before it sends any. If one event is
    invalid, it sends nothing.
  - The producer is idempotent and waits for all in-sync replicas (C(acks=all)). So each event is
    written once, or the failure says what became of it.
  - The key chooses the partition as in Java clients (murmur2), so that all events with the same key
    are in the same partition, whoever published them.
  - Publishing never creates a topic.
  - The principal needs C(Write) on the topic. With C(DescribeConfigs), the module reads the topic's
    C(max.message.bytes); otherwise it assumes Kafka's default.
options:
  topic:
    description: Name of the topic, which must exist.
    type: str
    required: true
  events:
    description:
      - The events. Fields that the contract does not know are published too.
      - Ansible keeps field names that begin with C(__ansible_) for itself. Put a backslash before
        such a name. The module removes it before it publishes the event.
      - If the contract has these fields, an event without C(timestamp) gets the current time, and
        an event without C(correlation_id) gets O(correlation_id).
    type: list
    elements: dict
    required: true
  wire:
    description:
      - Whether the events are published in the V(envelope) or V(bare), without one.
    type: str
    choices: [envelope, bare]
    default: envelope
  event_type:
    description: The C(event_type) in the envelope. Required without a O(contract).
    type: str
  correlation_id:
    description: The C(correlation_id) of the events that have none.
    type: str
  source_node_id:
    description: The node that publishes. Required with O(wire=envelope).
    type: str
  source_service:
    description:
      - The service of that node. By default, the C(default) of this field in the envelope's schema
        in O(contract); V(null) without one.
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
      - The environment. By default, the first word of a topic that is named
        C(<environment>.<service>.<domain>.<event>.<version>), or V(development) if that word is
        C(dev). For any other topic, the default is V(development).
    type: str
  region:
    description: The region.
    type: str
  causation_id:
    description: The C(event_id) of the event that caused these events.
    type: str
  partition_key:
    description:
      - The C(partition_key) in the envelope, which by default is also the key of the records. The
        same key keeps the events of several runs in one partition, and so in order.
    type: str
  metadata:
    description: The C(metadata) in the envelope.
    type: dict
  max_bytes:
    description:
      - The largest size of a record in bytes, with its key and up to 100 bytes that Kafka adds. By
        default the topic's C(max.message.bytes).
      - A larger event is shortened if its contract allows it. Otherwise it is invalid.
    type: int
extends_documentation_fragment:
  - omninode.kafka.attributes.action_group
  - omninode.kafka.connection
  - omninode.kafka.contract
attributes:
  check_mode:
    description: Validates the events, and checks that the topic exists and that the principal may
      write to it. Sends nothing.
    support: full
  diff_mode:
    description: Adds records and changes none, so there is nothing to show.
    support: none
  idempotent:
    description: Each run publishes the events again, with new C(event_id)s.
    support: none
requirements:
  - jmespath 1.0 or newer
notes:
  - An event that is C(unknown) in RV(outcome) may have been written. Search for it with
    M(omninode.kafka.event_info) before you publish it again.
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

- name: Publish bare events that follow a contract, with the order as the key
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
  description: The published events, in the order in which they were given. In check mode, the
    events that would be published.
  returned: success
  type: list
  elements: dict
  contains:
    topic:
      description: The topic.
      type: str
    partition:
      description: The partition.
      returned: not in check mode
      type: int
    offset:
      description: The offset in the partition.
      returned: not in check mode
      type: int
    timestamp:
      description: The timestamp of the record, in UTC; V(null) without one.
      returned: not in check mode
      type: str
    key:
      description: The key of the record; V(null) without one.
      type: str
    event_id:
      description: The C(event_id) in the envelope; V(null) for a bare event without one.
      type: str
    correlation_id:
      description: The C(correlation_id) of the event, or else of the envelope; V(null) without one.
      type: str
    truncated:
      description: The fields that were shortened to make the record small enough.
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
    - What became of each event. C(published), C(failed) and C(unknown) are lists like RV(events).
      An event is C(unknown) if no acknowledgement of it arrived in time.
    - Failed and unknown events have C(where), such as V(events[2]), and C(why), but no partition,
      offset and timestamp.
  returned: when not all events were published
  type: dict
errors:
  description: The mistakes in the options, or what the principal may not read, each with C(where),
    C(field) and C(message).
  returned: on failure, if the mistakes are known one by one
  type: list
  elements: dict
  sample:
    - where: events[2]
      field: payload.quality_score
      message: 1.7 is greater than the maximum of 1
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
