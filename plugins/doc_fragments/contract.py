# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_ansible/options/contract.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  contract:
    description:
      - The contract that the events are validated against. Without it, any JSON object is an event.
      - The variable C(kafka_test_generation_contracts) of the role
        C(omninode.kafka.kafka_test_generation) has the contracts of the test-generation topics, by
        the logical names of the topics.
    type: dict
    suboptions:
      event_type:
        description: The C(event_type) in the envelope, such as V(TEST_GENERATION_STARTED).
        type: str
        required: true
      schema:
        description: The JSON Schema (2020-12) of the event.
        type: dict
        required: true
      envelope:
        description: The JSON Schema of the envelope.
        type: dict
      key:
        description:
          - A JMESPath expression that selects the key of the record from the published document. If
            it selects V(null), the record has no key.
        type: str
        default: partition_key || correlation_id || source_node_id || event_id
      truncate:
        description:
          - The fields of the event to shorten, in this order, as long as the record is larger than
            the topic allows. The middle of the text is left out, and a mark says how many
            characters are missing.
        type: list
        elements: str
        default: []
requirements:
  - jsonschema 4.18 or newer, if a contract is given
"""
