# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows how far a module is, which cannot print while it runs.

The module writes where it is to a file (module_utils/_ansible/progress.py), and the controller
reads it there. So there is progress only where the module runs on the controller itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.plugins.action.normal import ActionModule as AnyModule
from ansible.utils.display import Display
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.progress import PROGRESS_FILE
from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import printable

_VARIABLE = "kafka_progress_seconds"
_DEFAULT_SECONDS = 10
_MOST_SECONDS = 86_400
_LONGEST_TEXT = 200  # bytes

display = Display()


class ActionWithProgress(AnyModule):  # type: ignore[misc]
    """Runs the module of the same name as Ansible runs any module, and shows its progress."""

    def run(
        self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        variables = task_vars or {}
        seconds = self._seconds(variables)
        if not seconds or not self._can_show():
            return self._run_module(tmp, task_vars)
        given = self._task.environment
        # Ansible empties this folder at its end, even if this process is killed
        with TemporaryDirectory(dir=constants.DEFAULT_LOCAL_TMP) as folder:
            file = Path(folder, "progress")
            self._task.environment = [*(given or []), {PROGRESS_FILE: str(file)}]
            head = f"[{variables['inventory_hostname']}] {self._task.action}"
            try:
                with shown(file, head, seconds):
                    return self._run_module(tmp, task_vars)
            finally:
                # a task that is retried comes here again
                self._task.environment = given

    def _run_module(self, tmp: str | None, task_vars: Mapping[str, Any] | None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        return result

    def _can_show(self) -> bool:
        is_local = self._connection.transport == "local"
        in_background = bool(self._task.async_val)
        return is_local and not in_background and not self._task.no_log

    def _seconds(self, variables: Mapping[str, Any]) -> float:
        value = self._templar.template(variables.get(_VARIABLE, _DEFAULT_SECONDS))
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            seconds = -1
        if 0 <= seconds <= _MOST_SECONDS:
            return seconds
        rule = f"must be a number of seconds, at most {_MOST_SECONDS}, or 0 for no progress"
        raise AnsibleActionFail(f"{_VARIABLE}: {value!r} {rule}")


@contextmanager
def shown(file: Path, head: str, seconds: float) -> Iterator[None]:
    """Meanwhile shows what the file says, every so many seconds."""
    ended = threading.Event()
    watching = threading.Thread(target=_watch, args=(file, head, seconds, ended), daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def _watch(file: Path, head: str, seconds: float, ended: threading.Event) -> None:
    began = time.monotonic()
    while not ended.wait(seconds):
        text = read(file)
        if text:
            lasted = time.monotonic() - began
            # what prints results as JSON prints them to stdout
            display.display(f"{head}: {text} ({lasted:.0f} s)", stderr=True)


def read(file: Path) -> str:
    """What the module told last, bounded and on one line; empty if it has told nothing yet."""
    try:
        with file.open("rb") as told:
            beginning = told.read(_LONGEST_TEXT)
    except OSError:
        return ""
    return printable(beginning.decode(errors="replace"))
