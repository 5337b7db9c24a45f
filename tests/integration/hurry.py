# SPDX-License-Identifier: GPL-3.0-or-later
"""hurry.py TIMES MODULE: runs a module that finds time to pass so many times faster while it waits
for moves, so that its patience ends sooner."""

from __future__ import annotations

import runpy
import sys
import time
from functools import partial

from ansible_collections.omninode.kafka.plugins.module_utils._move import apply
from ansible_collections.omninode.kafka.plugins.module_utils._move.clock import Clock
from ansible_collections.omninode.kafka.plugins.module_utils._move.move import move_replicas

if __name__ == "__main__":
    times = int(sys.argv[1])
    clock = Clock(now=lambda: time.monotonic() * times)
    apply.move_replicas = partial(move_replicas, clock=clock)  # type: ignore[attr-defined]
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__")
