# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import Unsupported
from ansible_collections.omninode.kafka.plugins.module_utils._core.query import compile_query
from jmespath.exceptions import JMESPathTypeError


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
        ("matches(name, '(?P<first>[a-z])+')", {"name": "ab"}, True),
        ("matches(name, '.é')", {"name": "éé"}, True),
        # each alone takes Python's own regular expressions for minutes
        ("matches(name, '(a+)+b')", {"name": "a" * 100_000}, False),
        ("matches(name, '(a|a)*b')", {"name": "a" * 100_000}, False),
        (f"matches(name, '{'(' * 99}a{')*' * 99}')", {"name": "a" * 100_000}, True),
        # of the document, so longer than an expression
        ("matches(name, regex)", {"name": "a", "regex": "(" * 10_000 + "a" + ")" * 10_000}, True),
    ],
)
def test_an_expression_is_a_function(expression: str, document: Any, expected: Any) -> None:
    assert compile_query(expression)(document) == expected


def test_what_cannot_be_read_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="Incomplete expression"):
        compile_query("a >=")


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("matches(name, '(')", r"'\(' is not a regular expression of RE2: missing \): \("),
        ("starts_with(name)", "Expected 2 arguments"),
        ("matches(`1`, 'a')", "type"),
    ],
)
def test_what_cannot_be_answered_is_a_value_error(expression: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        compile_query(expression)({"name": "a"})


@pytest.mark.parametrize("regex", [r"(a)\1", "(?=a)", "(?<!a)", "a{1001}", ".{1000}" * 1400])
def test_what_re2_has_not_is_a_value_error(regex: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="is not a regular expression of RE2: "):
        compile_query("matches(name, regex)")({"name": "a", "regex": regex})
    assert capfd.readouterr() == ("", "")


# by what it nests, or chains: an expression with that many levels
DEEP = {
    "groups": lambda levels: "(" * levels + "a" + ")" * levels,
    "lists": lambda levels: "[" * levels + "a" + "]" * levels,
    "hashes": lambda levels: "{a:" * levels + "a" + "}" * levels,
    "calls": lambda levels: "abs(" * levels + "a" + ")" * levels,
    "references": lambda levels: "map(&" * levels + "a" + ",@)" * levels,
    "filters": lambda levels: "[?a" * levels + "]" * levels,
    "nots": lambda levels: "!" * levels + "a",
    "ors": lambda levels: "||".join("a" * levels),
    "pipes": lambda levels: "|".join("a" * levels),
    "projections": lambda levels: "a" + "[*]" * levels,
    "flattenings": lambda levels: "a" + "[]" * levels,
    "wildcards": lambda levels: "a" + ".*" * levels,
    "literals": lambda levels: "`" + "[" * levels + "]" * levels + "`",
}


@pytest.mark.parametrize("levels", [1_200, 5_000, 100_000])
@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP.keys())
def test_what_is_too_large_is_a_value_error(deep: Any, levels: int) -> None:
    with pytest.raises(ValueError, match=r"it has|are nested|is nested"):
        compile_query(deep(levels))({"a": []})


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("a" * 10_001, "it has 10001 characters, but at most 10000 are allowed"),
        ("(" * 5_000, "its brackets are nested 5000 levels deep, but at most 100 are allowed"),
        (
            "(" * 101 + "a" + ")" * 101,
            "its brackets are nested 101 levels deep, but at most 100 are allowed",
        ),
        ("!" * 5_000 + "a", "it is nested too deep for Python; split it"),
    ],
)
def test_the_limit_is_told(expression: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        compile_query(expression)


def test_what_is_within_the_limits_is_answered() -> None:
    assert compile_query("a" * 10_000)({"a" * 10_000: 1}) == 1
    assert compile_query("(" * 100 + "a" + ")" * 100)({"a": 1}) == 1
    # wide is not deep
    assert (
        compile_query("[" + ",".join("(a)" for _number in range(2_000)) + "]")({"a": 1})
        == [1] * 2_000
    )


@pytest.mark.parametrize("deep", DEEP.values(), ids=DEEP.keys())
def test_a_hundred_levels_are_answered(deep: Any) -> None:
    with suppress(JMESPathTypeError):
        compile_query(deep(100))({"a": 1})


class TestWithoutRe2:
    @pytest.fixture(autouse=True)
    def without_re2(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "re2", None)

    @pytest.mark.parametrize(
        "expression",
        [
            "matches(name, 'a')",
            "a && !(b == [matches(name, 'a')])",
            "[?a].{b: sort_by(@, &matches(c, 'a'))[0:1]} | [0]",
        ],
    )
    def test_an_expression_that_matches_says_what_it_needs(self, expression: str) -> None:
        with pytest.raises(Unsupported, match=r"^matches\(\) .* Python library google-re2 "):
            compile_query(expression)

    def test_every_other_one_does_without(self) -> None:
        query = compile_query("[?matches == 'matches(a)'].matches | [0:1] | [*].{a: @}")
        assert query([{"matches": "matches(a)"}]) == [{"a": "matches(a)"}]
