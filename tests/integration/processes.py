# SPDX-License-Identifier: GPL-3.0-or-later
"""What the list of processes shows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def watched() -> Iterator[list[str]]:
    """The arguments and environments of all processes meanwhile; complete afterwards."""
    seen: dict[bytes, None] = {}
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.2):
            for process in Path("/proc").glob("[0-9]*"):
                for file in ("cmdline", "environ"):
                    try:
                        seen[(process / file).read_bytes()] = None
                    except OSError:
                        continue

    thread = threading.Thread(target=look)
    thread.start()
    found: list[str] = []
    try:
        yield found
    finally:
        ended.set()
        thread.join()
        found.extend(text.decode(errors="replace") for text in seen)
