# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Collection

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.wording import (
    because,
    some,
    which,
)

from tests.hostile import TEXTS


@pytest.mark.parametrize(
    ("reasons", "expected"),
    [
        ([], "failed"),
        (["no right"], "failed: no right"),
        (["a", "b"], "failed:\n- a\n- b"),
        (["x"] * 20, "failed:" + "\n- x" * 20),
        (["x"] * 23, "failed:" + "\n- x" * 20 + "\n- ... and 3 more"),
    ],
)
def test_because(reasons: list[str], expected: str) -> None:
    assert because("failed", reasons) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a"], "topic a"),
        (["a", "b"], "topics a, b"),
        (list("abcde"), "topics a, b, c, d, e"),
        (list("abcdefg"), "topics a, b, c, d, e and 2 more"),
    ],
)
def test_some(names: list[str], expected: str) -> None:
    assert some("topic", names) == expected


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_name_adds_no_line(text: str) -> None:
    assert because("failed", [f"topic {text}"]).isprintable()
    assert because("failed", [text, text]).count("\n") == 2
    assert some("topic", [text, text]).isprintable()


@pytest.mark.parametrize(
    ("numbers", "told"), [([3], ("broker 3", "is")), ({10, 2}, ("brokers 2, 10", "are"))]
)
def test_numbers_come_after_their_kind_with_their_verb(
    numbers: Collection[int], told: tuple[str, str]
) -> None:
    assert which("broker", numbers) == told
