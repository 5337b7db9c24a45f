# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster of three brokers on which every case runs, and the table at the end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.brokers.fixtures import TestBroker
from tests.faults.jobs import Acls, Applications, Job, Moves, Quotas, Topics, Users
from tests.faults.ledger import Row, table
from tests.faults.trial import Trial
from tests.faults.witness import Witness, witness
from tests.integration.cluster import Cluster
from tests.integration.nodes import Nodes

ROWS = pytest.StashKey[list[Row]]()
JOBS: dict[str, Callable[[TestBroker, Cluster, str], Job]] = {
    "topics": Topics,
    "acls": Acls,
    "users": Users,
    "quotas": Quotas,
    "moves": Moves,
    "applications": Applications,
}


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = terminalreporter.config.stash[ROWS]
    if rows:
        terminalreporter.section("faults")
        for line in table(rows):
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def nodes(brokers: TestBroker) -> Nodes:
    found = Nodes(brokers)
    found.heal()
    return found


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> list[Row]:
    """The rows of the table."""
    return request.config.stash[ROWS]


@pytest.fixture
def three(brokers: TestBroker, nodes: Nodes) -> Cluster:  # noqa: ARG001 # healed
    """Another client than ours, which did not see an earlier case."""
    return Cluster(brokers.bootstrap)


@pytest.fixture(scope="session")
def kept(brokers: TestBroker, nodes: Nodes) -> Iterator[Witness]:  # noqa: ARG001 # healed
    with witness(Cluster(brokers.bootstrap), brokers.bootstrap) as made:
        yield made


@pytest.fixture
def trial(request: pytest.FixtureRequest, nodes: Nodes, kept: Witness) -> Trial:
    """Named for the test, as its table shows it."""
    return Trial(request.node.name.removeprefix("test_"), nodes, kept, request.config.stash[ROWS])


@pytest.fixture
def job_of(brokers: TestBroker, three: Cluster) -> Callable[[str], Job]:
    """The job of a resource, with names of its own."""

    def made(resource: str) -> Job:
        return JOBS[resource](brokers, three, f"ft-{uuid.uuid4().hex[:8]}.")

    return made
