# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import re
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._event.contract import parse_contract
from ansible_collections.omninode.kafka.plugins.module_utils._event.envelope import Envelope
from ansible_collections.omninode.kafka.plugins.module_utils._event.truncate import encode, fit
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.schemas.events import contract, valid

FAILED = parse_contract(contract("failed"))
EVENT = contract("failed")["schema"]["examples"][0]
# of one to four bytes, and of two and six where JSON escapes them
TEXTS = st.text(st.sampled_from('ab \n"\\\0é你🙂'), min_size=200, max_size=2000)
MARK = re.compile(r"\n… (\d+) characters left out …\n")


def wrapped(event: dict[str, Any]) -> dict[str, Any]:
    return Envelope(
        event_id=EVENT["correlation_id"],
        event_type="TEST_GENERATION_FAILED",
        event_timestamp=EVENT["timestamp"],
        source_node_id="n",
        payload=event,
    ).as_document()


@given(
    event=valid(contract("failed")["schema"]),
    trace=TEXTS,
    share=st.floats(0, 1),
    bare=st.booleans(),
)
def test_a_shortened_event_fits_and_is_valid(
    event: dict[str, Any], trace: str, share: float, bare: bool
) -> None:
    event = {**event, "stack_trace": trace}
    document = event if bare else wrapped(event)
    size, least = len(encode(document)), len(encode(document)) - len(encode({"": trace})) + 100
    assume(least < size)
    room = least + int(share * (size - 1 - least))

    short, truncated = fit(document, ["stack_trace"], room)

    assert truncated == ["stack_trace"]
    assert len(encode(short)) <= room
    assert FAILED.problems(short) == []
    text = (short if bare else short["payload"])["stack_trace"]
    (mark,) = MARK.finditer(text)
    # no more is left out than need be: one character takes six bytes at most,
    # and the number in the mark may grow by a digit
    assert len(encode(short)) > room - 7 or int(mark[1]) == len(mark[0])
    head, tail = text[: mark.start()], text[mark.end() :]
    assert trace.startswith(head)
    assert trace.endswith(tail)
    assert len(head) + len(tail) + int(mark[1]) == len(trace)
    assert 0 <= len(head) - len(tail) <= 1
    # nothing else changes
    assert {**(short if bare else short["payload"]), "stack_trace": trace} == event


@pytest.mark.parametrize("room", [0, 1])
def test_an_event_that_fits_stays(room: int) -> None:
    document = wrapped({**EVENT, "stack_trace": "x" * 1000})

    assert fit(document, ["stack_trace"], len(encode(document)) + room) == (document, [])


@given(st.text("🙂", min_size=1, max_size=60), st.integers(0, 300))
def test_a_shortened_text_is_never_longer(text: str, room: int) -> None:
    bounded = parse_contract(
        {
            "event_type": "A",
            "schema": {"properties": {"a": {"type": "string", "maxLength": len(text)}}},
            "truncate": ["a"],
        }
    )

    try:
        short, _truncated = fit({"a": text}, ["a"], room)
    except ValueError:
        assume(False)
    assert bounded.problems(short) == []


def test_fields_are_shortened_in_order_and_only_as_needed() -> None:
    event = {"a": "x" * 500, "b": "y" * 500, "c": "z" * 500}

    short, truncated = fit(event, ["b", "c", "a"], 800)

    assert truncated == ["b", "c"]
    assert short["a"] == event["a"]
    # all that can be left out of the first one is
    assert short["b"] == "\n… 500 characters left out …\n"
    assert len(encode(short)) == 800


@pytest.mark.parametrize(
    ("names", "even"),
    [([], "$"), (["absent", "number", "tiny"], "$"), (["long"], ", even with long shortened$")],
)
def test_an_event_that_cannot_fit_is_refused(names: list[str], even: str) -> None:
    event = {"number": 1, "tiny": "ab", "long": "x" * 100, "other": "y" * 500}

    with pytest.raises(
        ValueError, match=rf"^the event is too large: it takes 645 bytes, 345 too many{even}"
    ):
        fit(event, names, 300)


@pytest.mark.parametrize("text", ["é你🙂", '"\\\n\0', "plain"])
def test_bytes_are_json_in_utf_8(text: str) -> None:
    value = encode({"a": text, "b": [1, 2.5, None]})

    assert json.loads(value) == {"a": text, "b": [1, 2.5, None]}
    assert value == ('{"a":' + json.dumps(text, ensure_ascii=False) + ',"b":[1,2.5,null]}').encode()


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), "\udc80"])
def test_a_value_that_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|surrogates not allowed"):
        encode({"a": value})
