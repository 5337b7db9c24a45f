# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/need, which every part that wants a system package calls."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

NEED = Path(__file__).parents[1] / "need"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with a user who is not root, and without apt-get."""
    for name, text in {"id": "echo 1000", "there": "true"}.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    return str(tmp_path)


def need(path: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/bash", NEED, *words], env={"PATH": path}, capture_output=True, text=True, check=False
    )


def test_what_is_there_is_not_asked_for(path: str) -> None:
    done = need(path, "there=some-package")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_who_is_not_root_gets_one_line_with_the_command_to_run(path: str) -> None:
    done = need(
        path, "javac=default-jdk-headless", "there=some-package", "mvn=maven", "python3.11-venv"
    )
    assert done.returncode == 1
    assert (
        done.stderr
        == "missing: run: sudo apt-get install -y default-jdk-headless maven python3.11-venv\n"
    )
