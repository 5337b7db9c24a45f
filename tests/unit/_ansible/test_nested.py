# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options within an option."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.nested import nested
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import Problems

SPEC = {
    "purge": {"type": "bool", "default": False},
    "prefixes": {"type": "list", "elements": "str", "default": []},
    "budget": {"type": "str"},
    "protocol": {"type": "str", "choices": ["SASL_SSL"]},
}
DEFAULTS = {"purge": False, "prefixes": [], "budget": None, "protocol": None}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({}, {}),
        ({"purge": None, "budget": None}, {}),
        ({"purge": "yes"}, {"purge": True}),
        ({"prefixes": "a,b"}, {"prefixes": ["a", "b"]}),
        ({"budget": 5}, {"budget": "5"}),
    ],
)
def test_options_are_read_as_those_of_a_module(given: dict[str, Any], read: dict[str, Any]) -> None:
    problems = Problems()
    assert nested("topics", SPEC, given, problems) == {**DEFAULTS, **read}
    assert problems.found == []


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"purg": True}, "purg", "unknown option (did you mean 'purge'?)"),
        ({"purge": "perhaps"}, "purge", "unable to convert to bool"),
        ({"protocol": "SSL"}, "protocol", "must be one of: SASL_SSL"),
    ],
)
def test_a_mistake_is_told_with_its_place(given: dict[str, Any], field: str, message: str) -> None:
    problems = Problems()
    assert nested("topics", SPEC, given, problems) == DEFAULTS
    [found] = problems.found
    assert (found.where, found.field) == ("topics", field)
    assert message in found.message
