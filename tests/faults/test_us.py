# SPDX-License-Identifier: GPL-3.0-or-later
"""The run itself is killed or interrupted, its parent goes, and its host runs out of room."""

from __future__ import annotations

import json
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import JOBS
from tests.faults.jobs import BEFORE, THROTTLED, Job, Moves
from tests.faults.trial import TIMEOUT, Met, Result, Trial, bound, finished, waiting
from tests.integration import run

# in the order of tests/integration/meet.py
BEFORE_WRITES = (
    "connected",
    "observed",
    "weighed",
    "guarded",
    "validated",
    "looked again",
    "undo written",
    "write 1",
)
# of each resource, those that differ in what is made by then
WRITES = {
    "topics": ("written 1", "written 4", "verifying"),
    "acls": ("written 1", "verifying"),
    "users": ("written 1", "verifying"),
    "quotas": ("written 1", "verifying"),
    "moves": ("written 1", "written 2", "verifying"),
    "applications": ("written 2", "write 5", "verifying"),
}
STAGES = [(resource, stage) for resource, stages in WRITES.items() for stage in stages]
SIGNALS = {"kill": signal.SIGKILL, "terminate": signal.SIGTERM, "ctrl-c": signal.SIGINT}
# nothing arrives before the case is over
SLOW = "64KiB"
JobOf = Callable[[str], Job]


def struck(job: Job, number: int, stage: str) -> Met:
    """A run that gets a signal at a stage."""
    options: dict[str, Any] = {**job.connection, "timeout": TIMEOUT, **job.options}
    if isinstance(job, Moves) and stage != "verifying":
        options["throttle"] = SLOW
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        process = run.start(job.module, meet=server.getsockname()[1], stage=stage, **options)
        with waiting(server, process):
            process.send_signal(number)
            result = finished(process)
        return Met(result, time.monotonic() - began)


def assert_told(result: Result | None, fault: str, error: str) -> None:
    """Of a run that is killed, another process tells what is known."""
    assert result
    assert result.get("error", error) == error, result
    how = "process died" if fault == "kill" else f"interrupted by {SIGNALS[fault].name}"
    assert how in json.dumps(result)


@pytest.mark.parametrize(
    ("resource", "fault"),
    [
        *((resource, fault) for resource in JOBS for fault in ("kill", "terminate")),
        ("topics", "ctrl-c"),
    ],
)
def test_before_writes(trial: Trial, job_of: JobOf, resource: str, fault: str) -> None:
    """At each stage, and nothing is changed."""
    job = job_of(resource)
    with trial.of(job):
        for stage in BEFORE_WRITES:
            met = struck(job, SIGNALS[fault], stage)
            error = "StateError" if fault == "kill" else "Interrupted"
            assert_told(met.result, fault, "ApplyFailed" if stage == "write 1" else error)
            assert set(job.seen().values()) == {BEFORE}, stage
        trial.judge(job, met)


@pytest.mark.parametrize(
    ("resource", "stage", "fault"),
    [
        pytest.param("topics", "write 3", "terminate", marks=pytest.mark.sharp),
        *((*place, fault) for place in STAGES for fault in ("kill", "terminate")),
    ],
)
def test_writing(trial: Trial, job_of: JobOf, resource: str, stage: str, fault: str) -> None:
    job = job_of(resource)
    with trial.of(job):
        met = struck(job, SIGNALS[fault], stage)
        assert_told(met.result, fault, "ApplyFailed")
        if fault != "kill":
            assert THROTTLED not in job.seen().values()
        trial.judge(job, met)


@pytest.mark.parametrize("resource", ["topics", "moves", "applications"])
def test_parent_gone(trial: Trial, job_of: JobOf, resource: str) -> None:
    """Nobody reads what the module says: it ends all the same, and leaves no throttle."""
    job = job_of(resource)
    options: dict[str, Any] = {**job.connection, "timeout": TIMEOUT, **job.options}
    if resource == "moves":
        options["throttle"] = "100MiB"
    with trial.of(job), socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        process = run.start(job.module, meet=server.getsockname()[1], **options)
        with waiting(server, process):
            for pipe in (process.stdout, process.stderr):
                assert pipe
                pipe.close()
        process.wait(bound())
        trial.judge(job, Met(None, time.monotonic() - began))


@pytest.mark.parametrize("room", [0, 4, 16, 64])
def test_little_memory(trial: Trial, job_of: JobOf, room: int) -> None:
    """From when the run is connected on, it gets so many MiB more; then it dies, or is done."""
    job = job_of("topics")
    options: dict[str, Any] = {**job.connection, "timeout": TIMEOUT, **job.options}
    with trial.of(job), socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        port = server.getsockname()[1]
        process = run.start(job.module, meet=port, stage="connected", **options)
        with waiting(server, process):
            most = memory_of(process.pid) + room * 2**20
            resource.prlimit(process.pid, resource.RLIMIT_AS, (most, most))
        result = last_result(process)
        assert not result.get("failed") or "process died" in result["msg"], result
        trial.judge(job, Met(result, time.monotonic() - began))


def memory_of(pid: int) -> int:
    """The bytes that the process has mapped, which RLIMIT_AS limits."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


def last_result(process: subprocess.Popen[str]) -> Result:
    """The client library may say on stderr why it gives up."""
    stdout, _stderr = process.communicate(timeout=run.HANGS)
    result: Result = json.loads(stdout)
    return result


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing more can be written."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"only root can make a small disk: {mounted.stderr}")
    (folder / "other").write_bytes(bytes(4096))
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("place", ["absent", pytest.param("file", marks=pytest.mark.sharp), "full"])
def test_unwritable_undo(
    trial: Trial, job_of: JobOf, tmp_path: Path, full: Path, place: str
) -> None:
    """Nothing is written to the cluster without a way back."""
    (tmp_path / "file").touch()
    folder = full if place == "full" else tmp_path / place
    job = job_of("topics")
    with trial.of(job):
        began = time.monotonic()
        options: dict[str, Any] = {**job.connection, **job.options}
        result = run.fail(job.module, **options, undo_file=str(folder / "undo.json"))
        assert (result["error"], result["changed"]) == ("PlanRefused", False)
        assert f"cannot write undo_file {folder}/undo.json: " in result["msg"]
        assert set(job.seen().values()) == {BEFORE}
        trial.judge(job, Met(result, time.monotonic() - began))
