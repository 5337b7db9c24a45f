# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command prints, such as one that asks a CMDB."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import brief


def output(command: Sequence[str], folder: Path, seconds: int) -> str:
    """No shell reads the command. Its arguments may hold secrets, so no message shows them."""
    program = command[0]
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise InvalidSpec(f"run {program}: {error}: correct the option command") from None
    with process:
        try:
            printed, told = process.communicate(timeout=seconds)
        except BaseException as error:
            # with all that it started, which would keep its output open
            os.killpg(process.pid, signal.SIGKILL)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            late = f"run {program}: it did not end within {seconds} seconds"
            raise InvalidSpec(f"{late}: raise command_timeout, or run it by hand") from None
    if process.returncode:
        last = told.decode(errors="replace").strip().rpartition("\n")[2]
        why = f"it ended with {process.returncode}: {brief(last) or 'without a word'}"
        raise InvalidSpec(f"run {program}: {why}")
    return _text(printed, program)


def _text(printed: bytes, program: str) -> str:
    try:
        return printed.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidSpec(f"run {program}: what it prints is not UTF-8") from None
