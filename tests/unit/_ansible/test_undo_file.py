# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._ansible import undo_file
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.undo_file import (
    check_undo_file,
    check_undo_folder,
    keep_undo,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    InvalidSpec,
    PlanRefused,
    StateError,
)

from tests.fakes import paths
from tests.fakes.paths import FILES, NO_FILES, NO_FOLDERS

UNDO: Any = {"cluster_id": "c", "topics": [{"name": "a", "state": "absent"}], "not_undone": []}


def refusal(check: Callable[[], None]) -> tuple[type[StateError], str]:
    with pytest.raises(StateError) as caught:
        check()
    return type(caught.value), str(caught.value)


def test_it_is_written_as_json_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "undo.json"
    keep_undo(str(path), UNDO)
    assert json.loads(path.read_text()) == UNDO
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["undo.json"]


def test_the_file_of_an_earlier_run_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "undo.json"
    path.write_text("earlier")
    path.chmod(0o640)
    before = path.stat()
    keep_undo(str(path), UNDO)
    assert json.loads(path.read_text()) == UNDO
    assert path.stat().st_mode & 0o777 == 0o600
    [kept] = set(tmp_path.iterdir()) - {path}
    assert kept.name.startswith(f"undo.json.{os.getpid()}.")
    assert (kept.read_text(), kept.stat().st_ino, kept.stat().st_mode) == (
        "earlier",
        before.st_ino,
        before.st_mode,
    )


@pytest.mark.parametrize("path", [None, ""])
def test_without_a_path_nothing_is_written(path: str | None) -> None:
    check_undo_file(path)
    check_undo_folder(path)
    keep_undo(path, UNDO)


@pytest.mark.parametrize("kind", [*FILES, *NO_FOLDERS])
def test_a_regular_file_or_nothing_may_be_there(tmp_path: Path, kind: str) -> None:
    # a missing folder harms only where a file is to be written
    check_undo_file(str(paths.lay_out(tmp_path)[kind]))


@pytest.mark.parametrize(("kind", "called"), NO_FILES.items())
def test_nothing_else_is_replaced_read_or_followed(tmp_path: Path, kind: str, called: str) -> None:
    path = paths.lay_out(tmp_path)[kind]
    before, device = paths.contents(tmp_path), os.lstat(path)
    found = (
        f"undo_file: {path} is {called}: give the path of a regular file, or one where "
        "nothing is yet"
    )
    assert refusal(lambda: check_undo_file(str(path))) == (InvalidSpec, found)
    assert refusal(lambda: keep_undo(str(path), UNDO)) == (InvalidSpec, found)
    assert paths.contents(tmp_path) == before
    assert os.path.samestat(os.lstat(path), device)


@pytest.mark.parametrize("path", ["undo.json", "./undo.json", "../undo.json", "~/undo.json"])
def test_the_path_is_absolute(path: str) -> None:
    told = f"undo_file: {path!r} must be an absolute path"
    assert refusal(lambda: check_undo_file(path)) == (InvalidSpec, told)


@pytest.mark.parametrize(("name", "why"), [
    ("a\0b", "embedded null"),
    ("\ud800", "surrogates not allowed"),
    ("a" * 256, "File name too long"),
    # itself it could be written, but not kept by the next run
    ("a" * 250, "File name too long"),
])  # fmt: skip
def test_a_name_that_no_file_can_have_is_told(tmp_path: Path, name: str, why: str) -> None:
    error, message = refusal(lambda: check_undo_file(f"{tmp_path}/{name}"))
    assert error is InvalidSpec
    assert message.startswith("undo_file: cannot look at '")
    assert why in message


@pytest.mark.parametrize(("kind", "why"), NO_FOLDERS.items())
def test_where_a_file_is_written_its_folder_is_there(tmp_path: Path, kind: str, why: str) -> None:
    path = paths.lay_out(tmp_path)[kind]
    before = paths.contents(tmp_path)
    told = (
        f"refused the plan, nothing was changed: cannot write undo_file {path}: {why} {path.parent}"
    )
    assert refusal(lambda: check_undo_folder(str(path))) == (PlanRefused, told)
    assert refusal(lambda: keep_undo(str(path), UNDO)) == (PlanRefused, told)
    assert paths.contents(tmp_path) == before


def test_a_folder_that_may_not_be_written_to_is_told() -> None:
    with paths.unwritable_folder() as folder:
        path = f"{folder}/undo.json"
        check_undo_file(path)
        told = (
            f"refused the plan, nothing was changed: cannot write undo_file {path}: the "
            f"folder {folder} is not writable"
        )
        assert refusal(lambda: check_undo_folder(path)) == (PlanRefused, told)
        assert refusal(lambda: keep_undo(path, UNDO)) == (PlanRefused, told)


@pytest.mark.parametrize("call", ["fsync", "rename", "replace"])
def test_nothing_is_lost_or_left_when_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError("No space left on device")

    path = tmp_path / "undo.json"
    path.write_text("earlier")
    monkeypatch.setattr(undo_file.os, call, fail)
    with pytest.raises(
        PlanRefused, match=r"nothing was changed: cannot write undo_file .*No space left"
    ):
        keep_undo(str(path), UNDO)
    assert [found.read_text() for found in tmp_path.iterdir()] == ["earlier"]
