# SPDX-License-Identifier: GPL-3.0-or-later
"""How every case goes: a run meets a fault, what it reports is compared with what another client
sees, and one more run makes up for it."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from confluent_kafka import KafkaException

from tests.faults.jobs import BEFORE, DECLARED, OTHER, THROTTLED, Job, Seen
from tests.faults.ledger import Row
from tests.faults.witness import Witness
from tests.integration import run
from tests.integration.nodes import Nodes

TIMEOUT = 10  # seconds, the option of that name in the run that meets the fault
PATIENT = 60  # in those that make up for it
# How often a run may wait for the time-out: to connect, to read and read again, for each of its
# writes, and to look at what became of them. Dead brokers add nothing to it.
_WAITS = 12
_CONTROLLER = 60  # what a validation may wait for a controller

Act = Callable[[], None]
Result = dict[str, Any]


class Met(NamedTuple):
    """The run that met the fault. `result`: nothing where its process was killed."""

    result: Result | None
    seconds: float


def bound(timeout: float = TIMEOUT, work: float = 0) -> float:
    """Seconds that a run may take. `work`: those that it takes where nothing goes wrong."""
    return timeout * _WAITS + _CONTROLLER + work


def meeting(
    job: Job, act: Act, before_write: int = 1, after: float | None = None, **options: Any
) -> Met:
    """A run during which `act` is called: before a write is sent, or `after` so many seconds of
    it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        process = run.start(
            job.module,
            meet=server.getsockname()[1],
            before_write=before_write,
            **{**job.connection, "timeout": TIMEOUT, **job.options, **options},
        )
        with waiting(server, process):
            if after is None:
                act()
        if after is not None:
            # the point of the case is this moment: there is no condition to wait for
            time.sleep(after)
            act()
        return Met(finished(process), time.monotonic() - began)


def waiting(server: socket.socket, process: subprocess.Popen[str]) -> socket.socket:
    """The connection that a run holds while it waits for the case."""
    server.settimeout(0.2)
    while process.poll() is None:
        with contextlib.suppress(TimeoutError):
            return server.accept()[0]
    pytest.fail(f"the run ended before it met the fault: {process.communicate()}")


def finished(process: subprocess.Popen[str]) -> Result | None:
    """The result of the module, or nothing where it was killed before it told one."""
    stdout, stderr = process.communicate(timeout=run.HANGS)
    if process.returncode < 0 and not stdout:
        return None
    assert not stderr, stderr
    result: Result = json.loads(stdout)
    return result


class Trial:
    """Judges runs that met a fault, and keeps the table."""

    def __init__(self, name: str, nodes: Nodes, witness: Witness, rows: list[Row]) -> None:
        self.name = name
        self._nodes, self._witness, self._rows = nodes, witness, rows

    @contextlib.contextmanager
    def of(self, job: Job) -> Iterator[None]:
        """The job's resources are there before, and nothing is left of them afterwards."""
        job.prepare()
        try:
            yield
        finally:
            self._nodes.heal()
            job.clear()

    def judge(self, job: Job, met: Met, within: float | None = None) -> None:
        """Everything healed, the report is true, and one more run is enough. Nothing is lost."""
        within = within or bound()
        # where the case fails, pytest shows it
        print(f"{self.name}: {met.result and met.result.get('msg')}")
        self._nodes.heal()
        assert_true(met.result, job)
        runs = converged(job)
        lost = self._witness.lost()
        said = told(met.result)
        self._rows.append(
            Row(self.name, met.seconds, within, said, runs, ", ".join(lost) or "nothing")
        )
        assert not lost
        assert met.seconds < within


def assert_true(result: Result | None, job: Job) -> None:
    """What the run claims is what another client sees, as soon as all brokers show it."""
    if result is None:
        return
    wrong: dict[str, str] = {}

    def holds() -> bool:
        wrong.clear()
        try:
            seen = job.seen()
        except KafkaException as error:
            # between two of its requests, a broker may have learnt of a deletion
            wrong["all"] = str(error)
            return False
        for name, status in claims(result, seen).items():
            if seen[name] not in _ALLOWED[status]:
                wrong[name] = f"{status}, but {seen[name]}"
        return not wrong

    deadline = time.monotonic() + PATIENT
    while not holds():
        assert time.monotonic() < deadline, (wrong, result)
        time.sleep(0.1)


# `failed` and `pending` are proven not to be made; others may have made something else
_ALLOWED = {
    "applied": (DECLARED,),
    "failed": (BEFORE, OTHER),
    "pending": (BEFORE,),
    # only a run that is killed leaves the throttle to the next one
    "unknown": (BEFORE, DECLARED, THROTTLED),
}


def claims(result: Result, names: Seen) -> Mapping[str, str]:
    """The status that the run reports of each change; one that names no change made none."""
    if "outcome" in result:
        found = {}
        for status, changes in result["outcome"].items():
            for change in changes:
                found[change["name"]] = status
        return {name: found.get(name, "pending") for name in names}
    return dict.fromkeys(names, "applied" if result.get("changed") else "pending")


def converged(job: Job) -> int:
    """How many more runs it takes until nothing is left to change: none, or one."""
    options = {**job.connection, "timeout": PATIENT, **job.options}
    left = run.succeed(job.module, check=True, **options)["changed"]
    if left:
        run.succeed(job.module, **options)
        again = run.succeed(job.module, check=True, **options)
        assert not again["changed"], again["changes"]
    assert set(job.seen().values()) == {DECLARED}
    return int(left)


def told(result: Result | None) -> str:
    """What the run says, in a few words."""
    if result is None:
        return "killed"
    if "outcome" in result:
        counts = Counter({status: len(each) for status, each in result["outcome"].items()})
        if counts.total():
            return ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    if result.get("failed"):
        return f"{result['error']}, nothing changed"
    return "all applied" if result.get("changed") else "unchanged"
