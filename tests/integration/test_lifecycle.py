# SPDX-License-Identifier: GPL-3.0-or-later
"""Work that a playbook reports as a run: the events it leaves, and what its user sees, when it
succeeds, fails, or loses its host."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.run import NOWHERE, Play

PREFIX = "staging.omninode-bridge.test-generation."
CONTRACTS = run.ROOT / "roles/kafka_test_generation/files/contracts/v1"

Tasks = list[dict[str, Any]]
Work = Callable[..., Play]

RESULT = {
    "generated_files": ["tests/test_unit.py", "tests/test_contract.py"],
    "quality_score": 0.92,
    "metadata": {"unit_tests": 12},
}
GENERATE = {
    "name": "Generate",
    "ansible.builtin.set_fact": {"kafka_test_generation_result": RESULT},
}
NO_TEMPLATE = {
    "name": "Look for the template",
    "ansible.builtin.fail": {"msg": "there is no template test_contract.py.j2"},
}
NEXT = {"name": "Next", "ansible.builtin.debug": {"msg": "goes on"}}


@pytest.fixture(scope="module", autouse=True)
def _catalogue(broker: TestBroker, cluster: Cluster) -> Iterator[None]:
    variables = {"kafka_test_generation_environment": "staging"}
    role = {
        "ansible.builtin.include_role": {"name": "omninode.kafka.kafka_test_generation"},
        "vars": variables,
    }
    played = run.play([role], env={"OMNINODE_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap})
    assert played.returncode == 0, played.stdout
    yield
    cluster.delete(cluster.names(PREFIX))


@pytest.fixture
def correlation_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def work(broker: TestBroker, correlation_id: str, tmp_path: Path) -> Work:
    """Runs these tasks as the work of a run, between others of the play."""

    def do(
        tasks: Tasks, *arguments: str, bootstrap: str = broker.bootstrap, **keywords: Any
    ) -> Play:
        path = tmp_path / "work.yml"
        path.write_text(json.dumps(tasks))
        lifecycle = {
            "ansible.builtin.include_role": {
                "name": "omninode.kafka.kafka_test_generation",
                "tasks_from": "lifecycle",
            },
            "vars": {
                "kafka_test_generation_environment": "staging",
                "kafka_test_generation_work": str(path),
                "kafka_test_generation_contract_name": "postgres_crud_effect_tests",
                "kafka_test_generation_test_types": ["unit", "contract"],
                "kafka_test_generation_node_name": "postgres_crud_effect",
                "kafka_test_generation_output_directory": "./generated",
                "kafka_test_generation_correlation_id": correlation_id,
            },
        }
        defaults = {"group/omninode.kafka.all": {"bootstrap_servers": bootstrap, "timeout": 30}}
        return run.play([GONE, lifecycle, NEXT], *arguments, module_defaults=defaults, **keywords)

    return do


# nothing listens there
GONE = {
    "ansible.builtin.add_host": {
        "name": "gone",
        "groups": "away",
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_port": 1,
    }
}


@pytest.fixture
def events(broker: TestBroker, correlation_id: str) -> Callable[[], list[dict[str, Any]]]:
    """The run's events, started first, all of them valid."""

    def read() -> list[dict[str, Any]]:
        found = []
        for kind in ("started", "completed", "failed"):
            names = {"schema": kind, "envelope": "envelope"}
            contract = {
                part: json.loads((CONTRACTS / f"{name}.schema.json").read_text())
                for part, name in names.items()
            }
            contract["event_type"] = f"TEST_GENERATION_{kind.upper()}"
            topic = f"{PREFIX}{kind}.v1"
            read = run.succeed(
                "event_info",
                bootstrap_servers=broker.bootstrap,
                topic=topic,
                contract=contract,
                correlation_id=correlation_id,
            )
            assert [row["problems"] for row in read["events"] if not row["valid"]] == []
            found += [
                {"kind": kind, "envelope": row["envelope"], **row["event"]}
                for row in read["events"]
            ]
        return found

    return read


Events = Callable[[], list[dict[str, Any]]]


def done(played: Play) -> list[str]:
    return [result["task"] for result in played.results]


def test_work_that_succeeds(work: Work, events: Events) -> None:
    begin = time.monotonic()
    played = work([GENERATE])
    passed = time.monotonic() - begin

    assert played.returncode == 0, played.stdout
    assert done(played)[-1] == "Next"
    started, completed = events()
    assert (
        started.items()
        >= {
            "kind": "started",
            "test_types": ["unit", "contract"],
            "node_name": "postgres_crud_effect",
            "workflow_id": None,
        }.items()
    )
    assert completed.items() >= {"kind": "completed", **RESULT, "file_count": 2}.items()
    assert 0 <= completed["duration_seconds"] < passed
    assert (
        started["envelope"].items()
        >= {
            "source_node_id": "ansible",
            "source_service": "omninode-bridge",
            "environment": "staging",
            "correlation_id": started["correlation_id"],
        }.items()
    )


def test_work_that_fails(work: Work, events: Events) -> None:
    known = {
        "generated_files": ["tests/test_unit.py"],
        "error_code": "TEMPLATE_NOT_FOUND",
        "failed_test_type": "contract",
    }
    so_far = {
        "name": "Generate a part",
        "ansible.builtin.set_fact": {"kafka_test_generation_result": known},
    }

    played = work([so_far, NO_TEMPLATE])

    assert played.returncode == 2
    assert played.results[-1]["msg"] == NO_TEMPLATE["ansible.builtin.fail"]["msg"]
    started, failed = events()
    assert (started["kind"], failed["kind"]) == ("started", "failed")
    assert (
        failed.items()
        >= {
            "error_code": "TEMPLATE_NOT_FOUND",
            "error_message": played.results[-1]["msg"],
            "failed_test_type": "contract",
        }.items()
    )
    assert failed["partial_files_generated"] == ["tests/test_unit.py"]


def test_a_command_that_fails_in_a_loop(work: Work, events: Events) -> None:
    command = {
        "ansible.builtin.command": {"argv": ["sh", "-c", "echo why >&2; exit {{ item }}"]},
        "loop": [0, 3],
    }

    assert work([command]).returncode == 2
    _started, failed = events()
    assert failed["error_code"] == "TASK_FAILED"
    assert "non-zero return code" in failed["error_message"]
    assert "why" in failed["stack_trace"]


def test_a_result_that_is_no_valid_event_is_a_failure_of_the_work(
    work: Work, events: Events
) -> None:
    played = work(
        [
            {
                "ansible.builtin.set_fact": {
                    "kafka_test_generation_result": {**RESULT, "quality_score": 1.7}
                }
            }
        ]
    )

    assert played.returncode == 2
    assert "quality_score" in played.results[-1]["msg"]
    _started, failed = events()
    assert failed["error_message"] == played.results[-1]["msg"]


def test_what_no_log_hides_stays_hidden(work: Work, events: Events) -> None:
    played = work([{"ansible.builtin.fail": {"msg": "hunter2"}, "no_log": True}])

    assert "hunter2" not in json.dumps(events())
    assert (
        events()[-1]["error_message"]
        == played.results[-1]["msg"]
        == "a task failed whose result is hidden by no_log"
    )


def test_a_host_that_is_unreachable(work: Work, events: Events) -> None:
    played = work(
        [
            {"ansible.builtin.command": "hostname", "delegate_to": "gone"},
            {"name": "Go on without it", "ansible.builtin.debug": {}},
        ]
    )

    assert played.returncode == 2
    assert "UNREACHABLE" in played.stdout
    assert "Go on without it" not in done(played)
    assert done(played)[-1] == "Fail as the work did"
    _started, failed = events()
    assert failed["error_code"] == "HOST_UNREACHABLE"


def test_a_failure_before_the_run_is_not_taken_for_its_own(work: Work, events: Events) -> None:
    earlier = {"block": [NO_TEMPLATE], "rescue": [NEXT]}
    played = work(
        [{"ansible.builtin.command": "hostname", "delegate_to": "gone"}], pre_tasks=[earlier]
    )

    assert played.returncode == 2
    assert events()[-1]["error_code"] == "HOST_UNREACHABLE"


def test_work_may_rescue_itself(work: Work, events: Events) -> None:
    played = work([{"block": [NO_TEMPLATE], "rescue": [GENERATE]}])

    assert played.returncode == 0, played.stdout
    assert [event["kind"] for event in events()] == ["started", "completed"]


@pytest.mark.parametrize(
    ("tasks", "code", "last"),
    [([GENERATE], 0, "goes on"), ([NO_TEMPLATE], 2, NO_TEMPLATE["ansible.builtin.fail"]["msg"])],
)
def test_events_that_cannot_be_published_change_nothing_else(
    work: Work, tasks: Tasks, code: int, last: str
) -> None:
    played = work(tasks, bootstrap=NOWHERE)

    assert (played.returncode, played.results[-1]["msg"]) == (code, last)
    told = [
        result["msg"]
        for result in played.results
        if result["task"] == "Show why the event is not published"
    ]
    assert len(told) == 2
    assert all("host name not resolved" in msg for msg in told)


def test_a_failure_of_one_host_is_none_of_the_others(
    work: Work, events: Events, tmp_path: Path
) -> None:
    inventory = tmp_path / "hosts.json"
    inventory.write_text(
        json.dumps(
            {"all": {"hosts": {name: {"ansible_connection": "local"} for name in ("one", "two")}}}
        )
    )

    played = work(
        [{**NO_TEMPLATE, "when": "inventory_hostname == 'one'"}, GENERATE],
        "-i",
        str(inventory),
        hosts="one,two",
    )

    assert played.returncode == 2
    assert sorted(event["kind"] for event in events()) == [
        "completed",
        "failed",
        "started",
        "started",
    ]


def test_beside_other_hosts_work_that_looks_at_its_result_may_lose_a_host(
    work: Work, events: Events, tmp_path: Path
) -> None:
    inventory = tmp_path / "hosts.json"
    inventory.write_text(
        json.dumps(
            {"all": {"hosts": {name: {"ansible_connection": "local"} for name in ("one", "two")}}}
        )
    )
    step = {
        "ansible.builtin.command": "hostname",
        "delegate_to": "gone",
        "when": "inventory_hostname == 'one'",
        "ignore_unreachable": True,
        "register": "step",
    }
    look = {"ansible.builtin.fail": {"msg": "gone is unreachable"}, "when": "step is unreachable"}

    played = work([step, look, GENERATE], "-i", str(inventory), hosts="one,two")

    assert played.returncode == 2
    assert sorted(event.get("error_message", event["kind"]) for event in events()) == [
        "completed",
        "gone is unreachable",
        "started",
        "started",
    ]


def test_check_mode_publishes_nothing(work: Work, events: Events) -> None:
    played = work([GENERATE], "--check")

    assert played.returncode == 0, played.stdout
    assert events() == []
    wrong = work([{"ansible.builtin.set_fact": {"kafka_test_generation_result": {}}}], "--check")
    assert "quality_score" in wrong.results[-1]["msg"]
