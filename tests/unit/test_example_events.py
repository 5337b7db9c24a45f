# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of the example node, without Kafka."""

from __future__ import annotations

import json

import pytest

from examples.node_test_generator_effect.events import Source, Started

STARTED = Started(
    correlation_id="3f2a1b5c-8d4e-4f1a-9c3b-7e6d5a4c3b2a",
    test_contract_name="example",
    test_types=["unit"],
    node_name="postgres_crud_effect",
    output_directory="generated",
)


@pytest.mark.parametrize(
    ("given", "in_the_topic", "in_the_envelope"),
    [
        ("dev", "dev", "development"),
        ("development", "dev", "development"),
        ("staging", "staging", "staging"),
        ("prod", "prod", "prod"),
    ],
)
def test_development_is_dev_in_the_names_of_topics(
    given: str, in_the_topic: str, in_the_envelope: str
) -> None:
    message = Source("test-generator-1", given).message(STARTED)

    assert message.topic == f"{in_the_topic}.omninode-bridge.test-generation.started.v1"
    assert json.loads(message.value)["environment"] == in_the_envelope
