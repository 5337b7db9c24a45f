# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what a run replaces in a file, complete before its first write, so that even a killed run can be undone."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from .._core.change import Plain
from .._core.errors import PlanRefused


def keep_undo(module: AnsibleModule, undo: Mapping[str, Plain]) -> None:
    """Writes to `undo_file`, if it is given. A file that is there is kept as Ansible's backup: it may be of a run that was killed. Raises PlanRefused."""
    path = module.params["undo_file"]
    if not path:
        return
    try:
        if os.path.exists(path):
            module.backup_local(path)
        with tempfile.NamedTemporaryFile("w", dir=Path(path).parent, prefix=".undo-", delete=False) as file:
            json.dump(undo, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except OSError as error:
        raise PlanRefused(f"refused the plan, nothing was changed: cannot write undo_file {path}: {error}") from error
