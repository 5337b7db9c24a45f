# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._event.envelope import (
    Envelope,
    environment_of,
    unwrap,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.schemas.events import KINDS, contract, valid

EVENT = {"correlation_id": "r"}


def wrapped_with(event: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return Envelope(
        event_id="e",
        event_type="A",
        event_timestamp="t",
        source_node_id="n",
        payload=event,
        **fields,
    ).as_document()


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_unwrapping_returns_the_wrapped_event(kind: str, data: st.DataObject) -> None:
    event = data.draw(valid(contract(kind)["schema"]))

    wrapped = wrapped_with(event, metadata={"some": 1})
    again, envelope = unwrap(wrapped)

    assert again == event == unwrap(event)[0]
    assert envelope == {name: value for name, value in wrapped.items() if name != "payload"}
    assert unwrap(event)[1] is None


def test_all_fields_are_written_and_no_others() -> None:
    wrapped = wrapped_with(EVENT)

    assert list(wrapped) == list(contract("started")["envelope"]["properties"])
    assert wrapped == {
        "envelope_version": "1.0",
        "event_id": "e",
        "event_type": "A",
        "event_version": "1.0",
        "event_timestamp": "t",
        "source_node_id": "n",
        "source_service": None,
        "source_version": "1.0.0",
        "source_instance": None,
        "correlation_id": None,
        "causation_id": None,
        "environment": "development",
        "region": None,
        "partition_key": None,
        "payload": EVENT,
        "metadata": {},
    }


@pytest.mark.parametrize(
    ("older", "means"),
    [
        ({}, {}),
        ({"timestamp": "t"}, {"event_timestamp": "t"}),
        ({"timestamp": "t", "event_timestamp": "own"}, {"event_timestamp": "own"}),
        ({"source": "s"}, {"source_node_id": "s"}),
        ({"source": {"service": "s"}}, {"source_node_id": "s", "source_service": "s"}),
        (
            {"source": {"service": "s", "instance_id": "i"}},
            {"source_node_id": "i", "source_service": "s", "source_instance": "i"},
        ),
        (
            {"source": {"node_id": "n", "version": "2"}, "source_node_id": "own"},
            {"source_node_id": "own", "source_version": "2"},
        ),
        ({"source": 1}, {}),
    ],
)
def test_older_envelopes_are_read_as_today(older: dict[str, Any], means: dict[str, Any]) -> None:
    event, envelope = unwrap({"event_type": "A", **older, "payload": EVENT})

    assert event == EVENT
    assert envelope == {"event_type": "A", **older, **means}


@pytest.mark.parametrize(
    "bare", [{}, {"event_type": "A"}, {"payload": {}}, {"event_type": "A", "payload": "text"}]
)
def test_an_event_may_have_fields_that_envelopes_have(bare: dict[str, Any]) -> None:
    assert unwrap(bare) == (bare, None)


def test_an_envelope_without_an_event_has_an_empty_one() -> None:
    assert unwrap({"envelope_version": "1.0"}) == ({}, {"envelope_version": "1.0"})


@pytest.mark.parametrize(
    ("topic", "environment"),
    [
        ("dev.omninode-bridge.test-generation.started.v1", "development"),
        ("prod.omninode-bridge.test-generation.started.v1", "prod"),
        ("staging.a.b.c.v2", "staging"),
        ("shop.orders", "development"),
        ("orders", "development"),
    ],
)
def test_the_environment_is_that_of_the_topics_name(topic: str, environment: str) -> None:
    assert environment_of(topic) == environment
