# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures all cases of a kind and a size: each round has every case, so that noise hits all."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.cases import CREATE, DELETE, Case, Others, Place, creations, steady
from tests.benchmarks.declared import TOPICS, Kind, entries
from tests.benchmarks.measure import INTERPRETER, created, environment, run, timed, weighed
from tests.benchmarks.report import Row, Weighed

_SASL_PORTS = 100  # above those of PLAINTEXT
_SUPER_USER = {
    "security_protocol": "SASL_PLAINTEXT",
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_username": "admin",
    "sasl_password": "admin-secret",
}


class Rounds:
    def __init__(
        self, kind: Kind, size: int, count: int, others: Others, ports: Sequence[int], folder: Path
    ) -> None:
        """`count`: of rounds. `ports`: of the brokers."""
        self._kind, self._size, self._count, self._others = kind, size, count, others
        self._place = Place(folder / f"{kind.name}-{size}", kind, size, others)
        shift = _SASL_PORTS if kind.sasl else 0
        bootstrap = ",".join(f"127.0.0.1:{port + shift}" for port in ports)
        login = _SUPER_USER if kind.sasl else {}
        self._connection = {"bootstrap_servers": bootstrap, **login}
        self._env = environment(others.admin)

    def measured(self) -> Iterator[Row]:
        self._do(DELETE)
        yield from self._creations()
        self._do(CREATE)
        yield from self._steady()
        self._do(DELETE)

    def _creations(self) -> Iterator[Row]:
        """Another client looks on while topics are created."""
        watched = entries(TOPICS, self._size) if self._kind == TOPICS else []
        names = [topic["name"] for topic in watched]
        cases = creations(self._kind, self._size, self._others)
        seen: dict[str, list[float]] = {case.name: [] for case in cases}
        walls: dict[str, list[float]] = {case.name: [] for case in cases}
        for round_ in range(self._count):
            for case in _due(cases, round_):
                self._tell(round_, case.name)
                command = self._place.command(case, self._connection)
                bootstrap = self._connection["bootstrap_servers"]
                looked, ended = created(command, self._env, bootstrap, names)
                seen[case.name].append(looked)
                walls[case.name].append(ended)
                self._do(DELETE)
        for case in cases:
            weight = None if case.slow else self._weigh(case)
            seconds = seen[case.name] if names else ()
            yield self._row(case, walls[case.name], weight, seconds)
            self._do(DELETE)

    def _steady(self) -> Iterator[Row]:
        cases = steady(self._kind, self._size, self._others)
        walls: dict[str, list[float]] = {case.name: [] for case in cases}
        for round_ in range(self._count):
            self._tell(round_, "what is there")
            due = _due(cases, round_)
            commands = [self._place.command(case, self._connection) for case in due]
            for case, wall in zip(due, timed(commands, self._env), strict=True):
                walls[case.name].append(wall)
        for case in cases:
            weight = None if case.slow else self._weigh(case)
            yield self._row(case, walls[case.name], weight)

    def _row(
        self,
        case: Case,
        walls: Sequence[float],
        weight: Weighed | None,
        seen: Sequence[float] = (),
    ) -> Row:
        return Row(self._kind.name, self._size, case.name, walls, weight, seen)

    def _do(self, case: Case) -> None:
        run(self._place.command(case, self._connection), self._env)

    def _weigh(self, case: Case) -> Weighed:
        return weighed(
            lambda through: self._place.command(case, through, INTERPRETER),
            self._connection,
            environment(self._others.admin, case.python or sys.executable),
            case.changes,
        )

    def _tell(self, round_: int, what: str) -> None:
        where = f"{self._kind.name}, {self._size:,}, round {round_ + 1} of {self._count}"
        print(f"{time.strftime('%H:%M:%S')} {where}: {what}", file=sys.stderr)


def _due(cases: Sequence[Case], round_: int) -> list[Case]:
    return [case for case in cases if not case.slow or round_ == 0]
