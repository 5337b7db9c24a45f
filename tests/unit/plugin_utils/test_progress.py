# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.progress import (
    PROGRESS_FILE,
    tell,
)
from ansible_collections.omninode.kafka.plugins.plugin_utils import progress
from ansible_collections.omninode.kafka.plugins.plugin_utils.progress import ActionWithProgress

HANGS = 60  # seconds after which no line is to be expected
GIVEN = [{"PATH": "/bin"}]
HOST = {"inventory_hostname": "kafka-a"}
OFTEN = {**HOST, "kafka_progress_seconds": 0.01}
RESULT = {"changed": True}


class Screen:
    """Keeps the lines that are displayed on stderr."""

    def __init__(self) -> None:
        self.lines: Queue[str] = Queue()

    def display(self, text: str, stderr: bool = False) -> None:
        assert stderr
        self.lines.put(text)

    def await_line(self, part: str) -> str:
        while True:
            line = self.lines.get(timeout=HANGS)
            if part in line:
                return line


class Ticks:
    """The end of a module, which comes after so many looks at its progress."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.waited: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.waited.append(seconds)
        return len(self.waited) > self.looks


class Module:
    """Stands in for Ansible's way to run a module, and keeps the environment that it gives."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.environments: list[list[dict[str, str]]] = []
        self.tells = ""
        self.fails = False

    def run(self, action: ActionWithProgress) -> dict[str, Any]:
        environment = action._task.environment
        self.environments.append(environment)
        if self.tells:
            Path(environment[-1][PROGRESS_FILE]).write_text(self.tells)
            self.screen.await_line(f"[kafka-a] omninode.kafka.topics: {self.tells}")
        if self.fails:
            raise AnsibleActionFail("it fails")
        return RESULT


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    found = Screen()
    monkeypatch.setattr(progress, "display", found)
    return found


@pytest.fixture
def module(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> Module:
    found = Module(screen)
    monkeypatch.setattr(progress.AnyModule, "run", lambda action, *_arguments: found.run(action))
    return found


def template(value: object) -> object:
    return 0 if value == "{{ never }}" else value


def action(transport: str = "local", **fields: Any) -> ActionWithProgress:
    usual = {"action": "omninode.kafka.topics", "async_val": 0, "no_log": False}
    task = SimpleNamespace(**{**usual, "environment": GIVEN, **fields})
    connection = SimpleNamespace(transport=transport)
    templar = SimpleNamespace(template=template)
    return ActionWithProgress(task, connection, None, None, templar, None)


def test_shows_what_the_module_told_last(screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "told"
    with progress.shown(file, "[kafka-a] topics", 0.01):
        file.write_text("sending 3 changes")
        sending = screen.await_line("sending")
        file.write_text("2 of 3 changes show")
        showing = screen.await_line("show")

    assert re.fullmatch(r"\[kafka-a\] topics: sending 3 changes \(\d+ s\)", sending)
    assert re.fullmatch(r"\[kafka-a\] topics: 2 of 3 changes show \(\d+ s\)", showing)


@pytest.mark.parametrize(("looks", "lines"), [(0, 0), (1, 1), (3, 3)])
def test_shows_a_line_at_each_look(screen: Screen, tmp_path: Path, looks: int, lines: int) -> None:
    file = tmp_path / "told"
    file.write_text("sending 3 changes")
    ended = Ticks(looks)
    progress._watch(file, "[kafka-a] topics", 10, ended)  # type: ignore[arg-type]
    assert screen.lines.qsize() == lines
    assert set(ended.waited) == {10}


@pytest.mark.parametrize("make", [lambda _file: None, Path.touch, Path.mkdir])
def test_shows_nothing_where_nothing_is_told(screen: Screen, tmp_path: Path, make: Any) -> None:
    file = tmp_path / "told"
    make(file)
    progress._watch(file, "[kafka-a] topics", 10, Ticks(3))  # type: ignore[arg-type]
    assert screen.lines.empty()


def test_the_module_is_given_a_file_and_its_progress_is_shown(module: Module) -> None:
    module.tells = "sending 3 changes"
    running = action()

    assert running.run(None, OFTEN) == RESULT

    [environment] = module.environments
    assert environment[:-1] == GIVEN
    assert not Path(environment[-1][PROGRESS_FILE]).parent.exists()
    assert running._task.environment == GIVEN


def test_a_failure_leaves_the_task_as_it_was(module: Module) -> None:
    module.fails = True
    running = action()
    with pytest.raises(AnsibleActionFail, match="it fails"):
        running.run(None, OFTEN)
    assert running._task.environment == GIVEN


@pytest.mark.parametrize("seconds", [{}, {"kafka_progress_seconds": "7"}])
def test_it_is_shown_by_default_and_by_a_number(module: Module, seconds: dict[str, Any]) -> None:
    action().run(None, {**HOST, **seconds})
    assert PROGRESS_FILE in module.environments[0][-1]


@pytest.mark.parametrize(
    ("transport", "task", "variables"),
    [
        ("ssh", {}, OFTEN),
        ("local", {"async_val": 60}, OFTEN),
        ("local", {"no_log": True}, OFTEN),
        ("local", {}, {**HOST, "kafka_progress_seconds": 0}),
        ("local", {}, {**HOST, "kafka_progress_seconds": "{{ never }}"}),
    ],
)
def test_elsewhere_the_module_runs_as_always(
    module: Module, transport: str, task: dict[str, Any], variables: dict[str, Any]
) -> None:
    assert action(transport, **task).run(None, variables) == RESULT
    assert module.environments == [GIVEN]


@pytest.mark.parametrize("seconds", ["often", -1, None, [10], "nan", "inf", 1e9])
def test_a_wrong_number_of_seconds_is_named(module: Module, seconds: Any) -> None:
    with pytest.raises(AnsibleActionFail, match=r"kafka_progress_seconds: .* must be a number"):
        action().run(None, {**HOST, "kafka_progress_seconds": seconds})
    assert module.environments == []


def test_what_cannot_be_told_ends_no_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROGRESS_FILE, str(tmp_path / "gone" / "told"))
    tell("sending 3 changes")
    monkeypatch.delenv(PROGRESS_FILE)
    tell("sending 3 changes")
    assert list(tmp_path.iterdir()) == []
