# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what a run replaces in a file, complete before its first write, so that even a killed run can be undone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress

from ansible.module_utils.basic import AnsibleModule

from .._core.change import Plain
from .._core.errors import InvalidSpec, PlanRefused


def check_undo_file(path: str | None) -> None:
    """Raises InvalidSpec, in check mode too. A relative path would lead into the playbook's folder, wherever that is."""
    if path and not os.path.isabs(path):
        raise InvalidSpec(f"undo_file: {path!r} must be an absolute path")
    if path and not os.path.isdir(os.path.dirname(path)):
        raise InvalidSpec(f"undo_file: there is no folder {os.path.dirname(path)}")


def keep_undo(module: AnsibleModule, undo: Mapping[str, Plain]) -> None:
    """Writes to `undo_file`, if it is given. A file that is there is kept as Ansible's backup: it may be of a run that was killed. Raises PlanRefused."""
    path = module.params["undo_file"]
    if not path:
        return
    beside = f"{path}.{os.getpid()}.tmp"
    try:
        if os.path.exists(path):
            module.backup_local(path)
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(undo, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(beside)
        raise PlanRefused(f"refused the plan, nothing was changed: cannot write undo_file {path}: {error}") from error
