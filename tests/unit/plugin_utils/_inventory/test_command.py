# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command's output, and what became of one that has none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.command import output


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_it_runs_in_the_folder_without_a_shell_and_in_the_same_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "ask cmdb"
    script.write_text('#!/bin/sh\nprintf "\\357\\273\\277%s" "$PWD $TOKEN $1"\n')
    script.chmod(0o755)
    monkeypatch.setenv("TOKEN", "é")

    printed = output(["./ask cmdb", "$HOME; ls"], tmp_path, 60)

    assert printed == f"{tmp_path} é $HOME; ls"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["./nowhere", "secret"], "run ./nowhere: .*No such file.*: correct the option command"),
        (["a\0b"], "run a.*b: embedded null byte"),
        (python("import sys; sys.exit(3)  # secret"), "it ended with 3: without a word"),
        (python("import sys; sys.exit('a\\n\\x1bno rights')"), r"ended with 1: \\x1bno rights"),
        (python("import sys; sys.stdout.buffer.write(b'\\xff')"), "what it prints is not UTF-8"),
        (python("import os; os.kill(os.getpid(), 9)"), "it ended with -9"),
    ],
)
def test_a_failure_is_told_without_the_arguments(
    tmp_path: Path, command: list[str], told: str
) -> None:
    with pytest.raises(InvalidSpec, match=told) as failed:
        output(command, tmp_path, 60)

    assert "secret" not in str(failed.value)
    assert "import" not in str(failed.value)


def test_one_that_lasts_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    # the second process keeps the output open
    program = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)']);"
        "time.sleep(3600)"
    )

    with pytest.raises(InvalidSpec, match="it did not end within 1 seconds: raise command_timeout"):
        output(python(program), tmp_path, 1)
