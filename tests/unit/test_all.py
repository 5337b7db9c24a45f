# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/all, which runs every part, with a make that only notes what it was asked for."""

from __future__ import annotations

import os
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

ALL = Path(__file__).parents[1] / "all"
INTEGRATION = ["integration ONLY=shared", "integration ONLY=apart"]
FOREGROUND = ["lint", "unit", "contract", *INTEGRATION, "faults ONLY=sharp", "build"]
BESIDE = ["sanity", "molecule"]
MAKE = """#!/bin/bash
shift
[ "$*" = "venv link" ] && exit
trap 'echo "interrupted $*" >>"$NOTES"; exit 130' INT
echo "begin $*" >>"$NOTES"
# a FIFO opens for reading once it is open for writing: when the endless one has begun
[ "$*" != "$FAILING" ] || [ -z "$ENDLESS" ] || : <"$BEGUN"
# nobody writes the line that it reads
[ "$*" != "$ENDLESS" ] || read -r <>"$BEGUN"
[ "$*" != "$FAILING" ] || exit 2
echo "end $*" >>"$NOTES"
"""


def run_all(folder: Path, failing: str = "", endless: str = "") -> tuple[int, str, list[str]]:
    """How it ended, what it printed, and what the parts noted."""
    make = folder / "make"
    make.write_text(MAKE)
    make.chmod(0o755)
    notes = folder / "notes"
    begun = folder / "begun"
    os.mkfifo(begun)
    parts = {"NOTES": str(notes), "BEGUN": str(begun), "FAILING": failing, "ENDLESS": endless}
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        [ALL],
        env={**os.environ, **parts, "PATH": path, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert {path.name for path in folder.iterdir()} == {"make", "notes", "begun"}
    return done.returncode, done.stdout, notes.read_text().splitlines()


def test_every_part_runs_and_those_that_use_brokers_one_after_the_other(tmp_path: Path) -> None:
    returncode, told, notes = run_all(tmp_path)
    assert returncode == 0, told
    for part in FOREGROUND + BESIDE:
        assert notes.count(f"begin {part}") == notes.count(f"end {part}") == 1
        assert f"=== {part} took" in told
    for first, second in pairwise(FOREGROUND):
        assert notes.index(f"end {first}") < notes.index(f"begin {second}")
    assert "=== all parts passed" in told


@pytest.mark.parametrize("part", FOREGROUND + BESIDE)
def test_a_part_that_fails_fails_all(tmp_path: Path, part: str) -> None:
    returncode, told, _notes = run_all(tmp_path, failing=part)
    assert returncode != 0
    assert f"=== {part} failed; to run it alone: make {part}\n" in told
    assert "all parts passed" not in told


@pytest.mark.parametrize(("failing", "beside"), [("lint", "sanity"), ("build", "molecule")])
def test_what_runs_beside_a_part_that_fails_is_ended(
    tmp_path: Path, failing: str, beside: str
) -> None:
    returncode, _told, notes = run_all(tmp_path, failing, endless=beside)
    assert returncode != 0
    assert f"interrupted {beside}" in notes
