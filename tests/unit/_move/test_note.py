# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is noted of throttles, and what a file that is no note does."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import StateError
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.throttles import Throttles
from ansible_collections.omninode.kafka.plugins.module_utils._move.note import (
    Note,
    read_note,
    remove_note,
    write_note,
)

from tests.hostile import TEXTS

RATE = "leader.replication.throttled.rate"
BEFORE = Throttles({1: {RATE: None}, 2: {RATE: "7"}}, {"a": {"leaders": "*"}})
NOTE = Note(BEFORE, (Throttles({1: {RATE: "9"}}, {}), Throttles({}, {"b": {"leaders": None}})))
FILE = "kafka-throttles-c1.json"


def test_a_note_is_read_as_it_was_written_and_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    folder = str(tmp_path)
    assert read_note(folder, "c1") is None
    write_note(folder, "c1", Note(BEFORE, ()))
    write_note(folder, "c1", NOTE)
    assert read_note(folder, "c1") == NOTE
    assert read_note(folder, "c2") is None
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    remove_note(folder, "c1")
    remove_note(folder, "c1")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"before": {"brokers": {"x": {}}, "topics": {}}, "ours": []}', "\xff"],
)
def test_what_is_no_note_is_told_with_its_path(tmp_path: Path, text: str) -> None:
    path = tmp_path / FILE
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(StateError, match="cannot read which throttles were set before") as error:
        read_note(str(tmp_path), "c1")
    assert str(path) in str(error.value)
    assert "remove the file to" in str(error.value)


def test_no_link_is_followed(tmp_path: Path) -> None:
    write_note(str(tmp_path), "c2", NOTE)
    (tmp_path / FILE).symlink_to(tmp_path / "kafka-throttles-c2.json")
    with pytest.raises(StateError):
        read_note(str(tmp_path), "c1")


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(StateError):
        read_note(str(tmp_path), "c1")


def test_a_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(StateError, match="cannot note which throttles are set, in /nowhere/"):
        write_note("/nowhere", "c1", NOTE)


@pytest.mark.parametrize("name", TEXTS.values(), ids=TEXTS)
def test_the_name_of_a_cluster_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    with suppress(StateError):
        write_note(str(folder), name, NOTE)
        assert read_note(str(folder), name) == NOTE
    assert [*tmp_path.iterdir()] == [folder]
