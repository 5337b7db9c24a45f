# SPDX-License-Identifier: GPL-3.0-or-later
"""`weigh.py FILE COMMAND...` runs a command, and writes the CPU and the peak memory of the
controller, and those of its modules, to a file.

A small process, since Linux counts the memory of who starts a program as the program's own.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

# see prctl(2)
_PR_SET_CHILD_SUBREAPER = 36


def taken(usage: Any) -> dict[str, float]:
    """Of a process and all whose end it has awaited: `peak` is MB of the largest of them."""
    return {"cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / 1024}


def main() -> None:
    file, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    controller = os.posix_spawnp(command[0], command, os.environ)
    weighed = {"controller": {"cpu": 0.0, "peak": 0.0}, "module": {"cpu": 0.0, "peak": 0.0}}
    code = 0
    while True:
        try:
            ended, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        if ended == controller:
            code = os.waitstatus_to_exitcode(status)
        one = taken(usage)
        sum_ = weighed["controller" if ended == controller else "module"]
        sum_["cpu"] += one["cpu"]
        sum_["peak"] = max(sum_["peak"], one["peak"])
    Path(file).write_text(json.dumps(weighed))
    sys.exit(code)


if __name__ == "__main__":
    main()
