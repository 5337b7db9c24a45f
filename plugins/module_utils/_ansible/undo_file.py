# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what a run replaces in a file, before the first write: even a killed run can be undone."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Mapping
from functools import partial

from .._core.change import Plain
from .._core.errors import InvalidSpec, PlanRefused
from .._core.guard import nothing_done
from .._core.private_file import write_private

_NOT_REGULAR = {
    # whoever can write to the folder decides where a link leads
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def check_undo_file(path: str | None) -> None:
    """Raises InvalidSpec unless the path is that of a regular file or of nothing yet."""
    if not path:
        return
    # a relative path would lead into the playbook's folder, wherever that is
    if not os.path.isabs(path):
        raise InvalidSpec(f"undo_file: {path!r} must be an absolute path")
    try:
        found = _NOT_REGULAR.get(_kind_of(path))
        # the name of the backup can be too long
        _kind_of(_backup_of(path))
    except (OSError, ValueError) as error:
        raise InvalidSpec(f"undo_file: cannot look at {path!r}: {error}") from error
    if found:
        advice = "give the path of a regular file, or one where nothing is yet"
        raise InvalidSpec(f"undo_file: {path} is {found}: {advice}")


def check_undo_folder(path: str | None) -> None:
    """Raises PlanRefused unless a file can be made there.

    A function of its own, because a run that writes no file needs no folder.
    """
    if not path:
        return
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        raise _refused(path, f"there is no folder {folder}")
    effective = os.access in os.supports_effective_ids
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=effective):
        raise _refused(path, f"the folder {folder} is not writable")


def keep_undo(path: str | None, undo: Mapping[str, Plain]) -> None:
    """Writes the declaration to `path`, if that is given. Raises InvalidSpec or PlanRefused.

    An earlier file is kept beside it, because it may be that of a run that was killed.
    """
    if not path:
        return
    check_undo_file(path)
    check_undo_folder(path)
    try:
        write_private(path, undo, make_room=partial(_keep_earlier, path))
    except OSError as error:
        raise _refused(path, str(error)) from error


def _kind_of(path: str) -> int:
    """The type of the inode, 0 without one. A link is a link, whatever it leads to."""
    try:
        return stat.S_IFMT(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return 0


def _backup_of(path: str) -> str:
    """Named as Ansible names its backups."""
    now = time.strftime("%Y-%m-%d@%H:%M:%S~")
    return f"{path}.{os.getpid()}.{now}"


def _keep_earlier(path: str) -> None:
    """Moves the earlier file: copying would follow a link, and never end on a device."""
    if os.path.lexists(path):
        backup = _backup_of(path)
        os.rename(path, backup)


def _refused(path: str, why: str) -> PlanRefused:
    what = f"cannot write undo_file {path}: {why}"
    message = f"refused the plan, nothing was changed: {what}"
    return PlanRefused(message, outcome=nothing_done())
