# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the task returns where the process of the module dies before it returned anything.

A server that answers garbage can make the client library abort the process, and the kernel kills
what takes too much memory. Ansible would only say that it found no JSON. So another process, which
does nothing but wait, holds a result that it prints if this one dies.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from .._core.foreign import to_ansible

_WHY = (
    "it was killed, ran out of memory, or its client library aborted over an answer that is not "
    "Kafka's (check bootstrap_servers)"
)
_STDOUT = 1
# those that a user or Ansible sends to all processes of the task
_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)

_writer: int | None = None  # leads to the process that waits; None: there is none


@contextmanager
def waiting(when: str, **result: Any) -> Iterator[None]:
    """Meanwhile another process waits for this one to die. `when`: see `leave`.

    Without memory, this one ends without a word of its own.
    """
    global _writer
    reader, _writer = os.pipe()
    # before the client library starts threads, which a fork would leave out
    other = _fork(reader, _writer)
    os.close(reader)
    leave(when, **result)
    is_dying = False
    try:
        yield
    except MemoryError:
        is_dying = True
        raise SystemExit(1) from None
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        if not is_dying:
            # it has printed its result itself
            _send(_writer, "")
        os.close(_writer)
        _writer = None
        with suppress(OSError):
            os.waitpid(other, 0)


def leave(when: str, **result: Any) -> None:
    """Replaces what would be printed. `when` the process would have died, for the message."""
    if _writer is not None:
        message = f"the module's process died {when}: {_WHY}"
        text = json.dumps(to_ansible({"failed": True, "msg": message, **result}))
        _send(_writer, text)


def _send(writer: int, line: str) -> None:
    """A run does not fail because nobody waits for its death."""
    with suppress(OSError), open(writer, "w", closefd=False) as told:
        # a signal may have cut off the line before
        told.write(f"\n{line}\n")


def _fork(reader: int, writer: int) -> int:
    """The process that waits, or -1 where the system lets no more processes begin."""
    try:
        other = os.fork()
    except OSError:
        return -1
    if other:
        return other
    # it lives as long as the module, and never goes on with the module's code
    try:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        os.close(writer)
        _print_last(reader)
    finally:
        os._exit(0)


def _print_last(reader: int) -> None:
    """Waits until nobody can write any more; the last line may have been cut off."""
    with open(reader, "rb") as told:
        *lines, _cut_off = told.read().split(b"\n")
    if lines and lines[-1]:
        with open(_STDOUT, "wb", closefd=False) as stdout:
            stdout.write(lines[-1])
