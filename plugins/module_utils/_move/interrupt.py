# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets an interrupted run clean up: by itself, Python ends on SIGTERM without doing so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_BY_SIGNAL = 128  # a shell's exit status is this, and the number of the signal


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as an exception does. Only a main thread takes signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(_BY_SIGNAL + number)
