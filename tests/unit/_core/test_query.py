# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.query import compile_query


@pytest.mark.parametrize(
    ("expression", "document", "expected"),
    [
        ("a >= `3`", {"a": 3}, True),
        ("a >= `3`", {"a": None}, None),
        ('config."retention.ms" < `10`', {"config": {"retention.ms": 9}}, True),
        ("matches(name, 'dev[.][a-z]+')", {"name": "dev.orders"}, True),
        # the whole text, not a part of it
        ("matches(name, 'dev')", {"name": "dev.orders"}, False),
        ("product(a, `2.5`) >= `10`", {"a": 4}, True),
        ("[?matches(@, '.*b')]", ["ab", "ba"], ["ab"]),
    ],
)
def test_an_expression_is_a_function(expression: str, document: Any, expected: Any) -> None:
    assert compile_query(expression)(document) == expected


def test_what_cannot_be_read_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="Incomplete expression"):
        compile_query("a >=")


@pytest.mark.parametrize(
    ("expression", "why"), [("matches(name, '(')", "no regular expression"), ("starts_with(name)", "Expected 2 arguments"), ("matches(`1`, 'a')", "type")]
)
def test_what_cannot_be_answered_is_a_value_error(expression: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        compile_query(expression)({"name": "a"})
