# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import (
    ALLOW,
    DENY,
    PREFIXED,
    Binding,
    Pattern,
    with_implied,
)
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.text("ab.*", max_size=4)
TYPES = st.sampled_from(["topic", "group"])


@given(TYPES, NAMES, TYPES, NAMES)
def test_a_literal_pattern_matches_its_name_and_the_wildcard_all(
    resource_type: str, pattern: str, other_type: str, name: str
) -> None:
    expected = resource_type == other_type and (pattern == name or pattern == "*")
    assert Pattern(resource_type, pattern).matches(other_type, name) == expected


@given(TYPES, NAMES, NAMES)
def test_a_prefix_matches_what_begins_so_and_is_no_wildcard(
    resource_type: str, prefix: str, rest: str
) -> None:
    pattern = Pattern(resource_type, prefix, PREFIXED)
    assert pattern.matches(resource_type, prefix + rest)
    assert not pattern.matches("cluster", prefix + rest)
    assert pattern.matches(resource_type, rest) == rest.startswith(prefix)


@pytest.mark.parametrize(
    ("operation", "permission", "asked", "decides"),
    [
        ("READ", ALLOW, "READ", True),
        ("READ", ALLOW, "WRITE", False),
        ("ALL", ALLOW, "DELETE", True),
        ("ALL", DENY, "DELETE", True),
        ("READ", ALLOW, "DESCRIBE", True),
        ("WRITE", ALLOW, "DESCRIBE", True),
        ("DELETE", ALLOW, "DESCRIBE", True),
        ("ALTER", ALLOW, "DESCRIBE", True),
        ("CREATE", ALLOW, "DESCRIBE", False),
        ("ALTER_CONFIGS", ALLOW, "DESCRIBE", False),
        ("ALTER_CONFIGS", ALLOW, "DESCRIBE_CONFIGS", True),
        ("READ", DENY, "DESCRIBE", False),
        ("ALTER_CONFIGS", DENY, "DESCRIBE_CONFIGS", False),
        ("DESCRIBE", DENY, "READ", False),
    ],
)
def test_what_a_binding_decides_on(
    operation: str, permission: str, asked: str, decides: bool
) -> None:
    binding = Binding("User:a", Pattern("topic", "a"), operation, permission)
    assert binding.decides(asked) == decides


def test_everybody_is_any_user() -> None:
    binding = Binding("User:*", Pattern("topic", "a"), "READ")
    assert binding.is_for("User:a")
    assert not binding._replace(principal="User:a").is_for("User:b")


def test_operations_with_those_that_they_imply() -> None:
    assert with_implied(["READ"]) == {"READ", "DESCRIBE"}
    assert with_implied(["ALTER_CONFIGS"]) == {"ALTER_CONFIGS", "DESCRIBE_CONFIGS"}
    assert with_implied(["CREATE"]) == {"CREATE"}
    assert with_implied([]) == frozenset()
