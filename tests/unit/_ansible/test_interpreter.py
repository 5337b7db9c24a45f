# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PATHS = Path(__file__).parents[3].glob("plugins/modules/*.py")
# what has no main documents an action plugin, which runs on the controller
MODULES = sorted(path.stem for path in PATHS if "def main" in path.read_text())
PACKAGE = "ansible_collections.omninode.kafka.plugins.modules"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_names_the_python_that_it_needs(module: str) -> None:
    """Nothing else of the collection is imported: an old Python could not."""
    imports = (
        f"import sys; sys.version_info = (3, 9, 18, 'final', 0); sys.path[:0] = {sys.path!r};"
        f" import {PACKAGE}.{module}"
    )
    done = subprocess.run(
        [sys.executable, "-c", imports], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout) == {
        "failed": True,
        "msg": (
            f"omninode.kafka needs Python 3.11 or newer, but {sys.executable} is Python 3.9.18: set"
            " ansible_python_interpreter"
        ),
    }
