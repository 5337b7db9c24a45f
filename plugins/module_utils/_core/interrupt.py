# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signal ends a run as an exception does, so that it cleans up and tells what it did.

By itself, Python ends on SIGTERM without either.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Interrupted(BaseException):
    """No StateError: no stage may take it for an answer of the cluster.

    `warnings`: what is left behind.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"interrupted by {name}")
        self.warnings: tuple[str, ...] = ()


@contextmanager
def interruptible() -> Iterator[None]:
    """The first signal raises Interrupted in the block; any further one is ignored.

    What is ignored already stays so, as nohup wants it. Only a main thread takes signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, action in before.items():
        if action is not signal.SIG_IGN:
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def ignore_signals() -> None:
    """For the rest of the block: who only has to tell what was done is not interrupted."""
    for number in _SIGNALS:
        if signal.getsignal(number) is _interrupt:
            signal.signal(number, signal.SIG_IGN)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    ignore_signals()
    raise Interrupted(signal.Signals(number).name)
