# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs modules and playbooks the way a user does: each in a process of its own, on nothing but the
options that the test gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
_MODULES = "ansible_collections.omninode.kafka.plugins.modules"
_OURS = ("ANSIBLE_", "OMNINODE_KAFKA_")  # what the developer's shell sets must not decide a test

NOWHERE = (  # no name server knows .invalid: whoever asks it for anything fails
    "nowhere.invalid:9092"
)
HANGS = 1200  # seconds after which nothing more is to be expected, however busy the machine is
LOCAL_PLAY = {
    "hosts": "localhost",
    "gather_facts": False,
    "vars": {"ansible_python_interpreter": sys.executable},
}


class Play(NamedTuple):
    """`results`: of each task in order, with `task` and `host` as additional fields."""

    returncode: int
    stdout: str
    stderr: str
    results: Sequence[Mapping[str, Any]]


def environment(**extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**kept, "PYTHONPATH": str(ROOT / ".ansible/collections"), **extra}


def start(
    module: str,
    *,
    check: bool = False,
    diff: bool = False,
    env: Mapping[str, str] | None = None,
    meet: int | None = None,
    before_write: int = 1,
    stage: str | None = None,
    hurry: int | None = None,
    **options: Any,
) -> subprocess.Popen[str]:
    """Starts a module without a controller, by the interface that Ansible documents for developers:
    the options come as JSON on stdin.

    `meet`: a port where the module waits before that write, or at that `stage`, see meet.py.
    `hurry`: how many times faster it finds time to pass while it waits for moves, see hurry.py.
    """
    how = ["-m"]
    if meet is not None:
        how = [
            str(Path(__file__).with_name("meet.py")),
            str(meet),
            stage or f"write {before_write}",
        ]
    if hurry is not None:
        how = [str(Path(__file__).with_name("hurry.py")), str(hurry)]
    with tempfile.TemporaryFile("w+") as arguments:
        json.dump(
            {
                "ANSIBLE_MODULE_ARGS": {
                    **options,
                    "_ansible_check_mode": check,
                    "_ansible_diff": diff,
                }
            },
            arguments,
        )
        arguments.seek(0)
        return subprocess.Popen(
            [sys.executable, *how, f"{_MODULES}.{module}"],
            env=environment(**(env or {})),
            stdin=arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The module's result. It never writes to stderr: librdkafka's chatter would end up there."""
    stdout, stderr = process.communicate(timeout=HANGS)
    assert not stderr, stderr
    result: dict[str, Any] = json.loads(stdout)
    assert process.returncode == (1 if result.get("failed") else 0)
    return result


def succeed(module: str, **options: Any) -> dict[str, Any]:
    result = finish(start(module, **options))
    assert not result.get("failed"), result
    return result


def fail(module: str, **options: Any) -> dict[str, Any]:
    result = finish(start(module, **options))
    assert result.get("failed"), result
    return result


def play(
    tasks: Sequence[Mapping[str, Any]],
    *arguments: str,
    env: Mapping[str, str] | None = None,
    **keywords: Any,
) -> Play:
    """A playbook of one play on localhost; `keywords` are the play's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "play.json")  # JSON is YAML
        path.write_text(json.dumps([{**LOCAL_PLAY, **keywords, "tasks": tasks}]))
        return playbook(path, *arguments, env=env)


def playbook(path: Path | str, *arguments: str, env: Mapping[str, str] | None = None) -> Play:
    with tempfile.NamedTemporaryFile("r") as results:
        extra = {
            "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "results",
            "RESULTS_FILE": results.name,
            **(env or {}),
        }
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(path), *arguments]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(**extra),
            capture_output=True,
            text=True,
            timeout=HANGS,
            check=False,
        )
        return Play(
            done.returncode, done.stdout, done.stderr, [json.loads(line) for line in results]
        )
