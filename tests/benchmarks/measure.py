# SPDX-License-Identifier: GPL-3.0-or-later
"""Times commands by hyperfine, weighs them, and looks on while topics are created."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient

from tests.benchmarks.report import Weighed
from tests.benchmarks.wire import Counting, counted, stages
from tests.faults.relay import relay

HERE = Path(__file__).parent
INTERPRETER = str(HERE / "interpreter")
_LOOKS = 0.02  # seconds between two looks of the raw client
Command = list[str]
Connection = Mapping[str, Any]


def environment(admin: str, python: str = sys.executable) -> dict[str, str]:
    """Of every command that is measured. `python`: which runs the modules that are weighed."""
    collections = HERE.parents[1] / ".ansible/collections"
    library = [str(HERE / "library"), *([f"{admin}/library"] if admin else [])]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    return {
        **kept,
        "ANSIBLE_CONFIG": str(HERE.parents[1] / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "PYTHONPATH": str(collections),
        "ANSIBLE_LIBRARY": ":".join(library),
        "ANSIBLE_MODULE_UTILS": f"{admin}/module_utils" if admin else "",
        "BENCH_PYTHON": python,
    }


def timed(commands: Sequence[Command], env: Mapping[str, str]) -> list[float]:
    """Seconds of each, run once, one after the other."""
    with tempfile.NamedTemporaryFile("r") as results:
        program = ["hyperfine", "-N", "--runs", "1", "--show-output"]
        program += ["--export-json", results.name]
        run([*program, *(shlex.join(command) for command in commands)], env)
        found = json.load(results)["results"]
    return [each["mean"] for each in found]


def weighed(
    command: Callable[[Connection], Command],
    connection: Connection,
    env: Mapping[str, str],
    changes: bool,
) -> Weighed:
    """CPU and peak memory of controller and modules, and the requests on the wire.

    `changes`: what is expected of a play: a case that measures something else ends the benchmark.
    """
    with tempfile.NamedTemporaryFile("r") as results, counting(connection) as (through, wire):
        began = time.monotonic()
        program = [sys.executable, str(HERE / "weigh.py"), results.name]
        told = run([*program, *command(through)], env)
        changed = re.search(r"changed=(\d+)", told)
        if changed and (changed[1] != "0") != changes:
            sys.exit(f"expected {'changes' if changes else 'no change'}:\n{told[-3000:]}")
        return Weighed(
            requests=counted(wire.passed), stages=stages(wire.passed, began), **json.load(results)
        )


@contextmanager
def counting(connection: Connection) -> Iterator[tuple[Connection, Counting]]:
    """The same connection through a relay."""
    ports = [int(each.rpartition(":")[2]) for each in connection["bootstrap_servers"].split(",")]
    with relay(ports) as between:
        between.fault = wire = Counting()
        yield {**connection, "bootstrap_servers": between.bootstrap}, wire


def created(
    command: Command, env: Mapping[str, str], bootstrap: str, names: Sequence[str]
) -> tuple[float, float]:
    """Seconds until a raw client sees the topics, if there are any, and until the command ends."""
    seen: list[float] = []
    watching = threading.Thread(
        target=lambda: seen.append(_see(bootstrap, set(names))), daemon=True
    )
    if names:
        watching.start()
    began = time.monotonic()
    run(command, env)
    ended = time.monotonic()
    if names:
        watching.join()
    return (seen or [ended])[0] - began, ended - began


def _see(bootstrap: str, awaited: set[str]) -> float:
    """When all of them have leaders."""
    admin = AdminClient({"bootstrap.servers": bootstrap, "allow.auto.create.topics": False})
    while True:
        asked = time.monotonic()
        topics = admin.list_topics(timeout=60).topics
        led = {
            name
            for name, topic in topics.items()
            if topic.partitions and all(each.leader >= 0 for each in topic.partitions.values())
        }
        if awaited <= led:
            return asked
        time.sleep(_LOOKS)


def run(command: Command, env: Mapping[str, str]) -> str:
    """What it printed."""
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)[:500]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout
