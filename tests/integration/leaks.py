# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a secret could be seen once modules ran: in what Ansible prints at its most talkative, in
its log, the system's log, files, and the list of processes."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.integration import run
from tests.integration.processes import watched

# in the place of the real one, since modules log to it by the standard library
SYSLOG = """
import os, syslog
def write(*given):
    with open(os.environ["TEST_SYSLOG"], "a", encoding="utf-8") as file:
        print(*given, file=file)
syslog.syslog = write
"""


class Seen(NamedTuple):
    """`system`: the system's log. `lines`: of all that could be seen anywhere."""

    played: run.Play
    system: str
    processes: Sequence[str]
    lines: set[str]


def forms(text: str) -> Iterator[str]:
    """The text as others may write it. In base64, what is around it decides its beginning."""
    encoded = text.encode()
    yield text
    yield text[::-1]
    yield urllib.parse.quote(text, safe="")
    yield encoded.hex()
    for offset in range(3):
        written = base64.b64encode(b"\0" * offset + encoded).decode()
        # a digit of it holds six bits, of which those at both ends belong to neighbours too
        yield written[4 if offset else 0 : len(written) - 4]


def lines_of_key(pem: str) -> list[str]:
    """What is secret of the text of a key."""
    return pem.strip().splitlines()[1:-1]


def watch(folder: Path, tasks: Sequence[Mapping[str, Any]]) -> Seen:
    """Plays the tasks in check mode."""
    plugged, log, system_log = (folder / name for name in ("plugged", "ansible.log", "syslog"))
    scratch = folder / "scratch"
    for made in (plugged, scratch):
        made.mkdir()
    (plugged / "sitecustomize.py").write_text(SYSLOG)
    env = {
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_LOCAL_TEMP": str(scratch / "local"),
        "ANSIBLE_LOG_PATH": str(log),
        "ANSIBLE_REMOTE_TEMP": str(scratch / "remote"),
        "PYTHONPATH": str(plugged),
        "TEST_SYSLOG": str(system_log),
        "TMPDIR": str(scratch),
    }
    with watched() as processes:
        played = run.play(tasks, "-vvvv", "--check", "--diff", env=env)
    assert played.returncode == 0, played.stdout
    system = system_log.read_text()
    left = [path for path in scratch.rglob("*") if path.is_file()]
    results = [*map(dict, played.results)]
    texts = [played.stdout, played.stderr, json.dumps(results), log.read_text(), system]
    texts += [*processes, *(path.read_text(errors="replace") for path in left)]
    lines = {line for text in texts for line in text.splitlines()}
    return Seen(played, system, processes, lines)


def assert_unseen(seen: Seen, marks: Iterable[str]) -> None:
    for mark in marks:
        for form in forms(mark):
            assert [line[:500] for line in seen.lines if form in line] == [], (mark, form)
