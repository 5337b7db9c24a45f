# SPDX-License-Identifier: GPL-3.0-or-later
"""Brokers are killed and hang while a run writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import JOBS
from tests.faults.jobs import Job
from tests.faults.nodes import Nodes
from tests.faults.trial import Trial, meeting


@pytest.mark.parametrize("resource", JOBS)
@pytest.mark.parametrize("fault", ["kill", "freeze"])
@pytest.mark.parametrize("after", [None, 0.0, 0.02])
def test_controller(
    trial: Trial,
    nodes: Nodes,
    job_of: Callable[[str], Job],
    resource: str,
    fault: str,
    after: float | None,
) -> None:
    job = job_of(resource)
    victim = nodes.controller()
    with trial.of(job):
        met = meeting(job, lambda: getattr(nodes, fault)(victim), after=after)
        trial.judge(job, met)
