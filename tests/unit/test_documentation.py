# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules of every resource share speaks of no resource."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
# the fragments that the modules of every resource extend
SHARED_FRAGMENTS = ["attributes", "connection", "guards", "reconcile"]
_OF_TOPICS = re.compile(r"\b(topic|partition|record)s?\b", re.IGNORECASE)


@pytest.mark.parametrize("fragment", SHARED_FRAGMENTS)
def test_a_fragment_of_every_resource_speaks_of_none(fragment: str) -> None:
    text = (PLUGINS / "doc_fragments" / f"{fragment}.py").read_text(encoding="utf-8")

    assert _OF_TOPICS.findall(text) == []


def test_fragments_that_several_modules_extend_are_held_to_that() -> None:
    """A fragment of one kind of resource says so by its name."""
    fragments = {path.stem for path in (PLUGINS / "doc_fragments").glob("*.py")}

    assert fragments - {"topic_guards", "contract"} == set(SHARED_FRAGMENTS)
