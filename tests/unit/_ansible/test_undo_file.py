# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.undo_file import check_undo_file, keep_undo
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec, PlanRefused

UNDO: Any = {"cluster_id": "c", "topics": [{"name": "a", "state": "absent"}], "not_undone": []}


def module(path: Path | None) -> AnsibleModule:
    return cast(AnsibleModule, SimpleNamespace(params={"undo_file": path and str(path)}, backup_local=lambda path: shutil.copy(path, f"{path}.kept")))


def test_it_is_written_as_json_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "undo.json"
    keep_undo(module(path), UNDO)
    assert json.loads(path.read_text()) == UNDO
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["undo.json"]


def test_that_of_an_earlier_run_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "undo.json"
    path.write_text("earlier")
    keep_undo(module(path), UNDO)
    assert json.loads(path.read_text()) == UNDO
    assert (tmp_path / "undo.json.kept").read_text() == "earlier"


def test_without_a_path_nothing_is_written() -> None:
    keep_undo(module(None), UNDO)


@pytest.mark.parametrize(("path", "fine"), [(None, True), ("", True), ("/tmp/undo.json", True), ("undo.json", False), ("./undo.json", False)])
def test_the_path_is_absolute(path: str | None, fine: bool) -> None:
    with nullcontext() if fine else pytest.raises(InvalidSpec, match="absolute"):
        check_undo_file(path)


def test_its_folder_is_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidSpec, match="there is no folder"):
        check_undo_file(str(tmp_path / "missing" / "undo.json"))


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "undo.json").mkdir()
    broken = module(tmp_path / "undo.json")
    broken.backup_local = lambda path: path
    with pytest.raises(PlanRefused):
        keep_undo(broken, UNDO)
    assert [found.name for found in tmp_path.iterdir()] == ["undo.json"]


def test_a_run_that_could_not_be_undone_does_not_begin(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match=r"nothing was changed: cannot write undo_file .*No such file"):
        keep_undo(module(tmp_path / "missing" / "undo.json"), UNDO)
