# SPDX-License-Identifier: GPL-3.0-or-later
"""Others change what a run is about, between its plan and its writes, and while it writes."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka import KafkaAdminClient
from kafka import TopicPartition as Place

from tests.faults.eyes import Eyes
from tests.faults.jobs import BEFORE, Job
from tests.faults.trial import TIMEOUT, Met, Result, Trial, finished, meeting, waiting
from tests.integration import run
from tests.integration.cluster import Cluster, Written
from tests.integration.moving import replicas
from tests.integration.nodes import Nodes

# the plan is made and judged, and nothing is written
PLANNED = "validated"
ROUNDS = 3
JobOf = Callable[[str], Job]


@pytest.fixture
def eyes(nodes: Nodes) -> Iterator[Eyes]:
    """On what the cases make: any broker may be the one that a run asks."""
    found = Eyes(nodes.addresses(), "ft-")
    yield found
    found.close()


def named(job: Job, kind: str) -> str:
    """The first that the job makes, alters or removes."""
    return next(name for name in job.seen() if f".{kind}." in name)


def alter_topic(three: Cluster, job: Job) -> str:
    name = named(job, "altered")
    three.alter(name, {"flush.ms": "9"})
    return name


def alter_user(three: Cluster, job: Job) -> str:
    """It gets another password, and more iterations."""
    shown = named(job, "gone")
    name = shown.partition(" ")[0]
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192)
    altered = UserScramCredentialUpsertion(name, info, b"of another client")
    [answer] = three.admin.alter_user_scram_credentials([altered]).values()
    answer.result(run.HANGS)

    def is_shown() -> bool:
        found = three.admin.describe_user_scram_credentials([name])[name].result(run.HANGS)
        return bool(found.scram_credential_infos[0].iterations == info.iterations)

    three.await_(is_shown, "the other credential to be known")
    return shown


def alter_quota(_three: Cluster, job: Job) -> str:
    shown = named(job, "altered")
    entry = {"user": shown.partition(" ")[2], "quotas": {"producer_byte_rate": 3e9}}
    run.succeed("quotas", **job.connection, quotas=[entry], allow=["all"])
    return shown


@pytest.mark.parametrize(
    ("resource", "alter"),
    [
        pytest.param("topics", alter_topic, id="topics"),
        pytest.param("users", alter_user, id="users"),
        pytest.param("quotas", alter_quota, id="quotas"),
        pytest.param("applications", alter_topic, id="applications"),
    ],
)
def test_altered_after_the_plan(
    trial: Trial,
    three: Cluster,
    eyes: Eyes,
    job_of: JobOf,
    resource: str,
    alter: Callable[[Cluster, Job], str],
) -> None:
    """The plan is refused, and names what is altered."""
    job = job_of(resource)
    altered: list[str] = []

    def alter_everywhere() -> None:
        altered.append(alter(three, job))
        eyes.state()

    with trial.of(job):
        met = meeting(job, alter_everywhere, stage=PLANNED)
        assert_refused(met.result, altered)
        assert [name for name, seen in job.seen().items() if seen != BEFORE] in ([], altered)
        trial.judge(job, met)


def assert_refused(result: Result | None, names: list[str]) -> None:
    assert result
    assert (result["error"], result["changed"]) == ("PlanRefused", False), result
    assert "out of date (run again)" in result["msg"]
    assert {change["name"] for change in result["outcome"]["failed"]} == {*names}


def take_right(three: Cluster, job: Job) -> None:
    [taken, *_others] = [name for name in job.seen() if ".taken " in name]
    principal, _on, name = taken.partition(" on topic ")
    own = [right for right in three.rights() if (right.principal, right.name) == (principal, name)]
    three.disallow(own)


def remove_user(three: Cluster, job: Job) -> None:
    name = named(job, "gone").partition(" ")[0]
    gone = UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_512)
    [answer] = three.admin.alter_user_scram_credentials([gone]).values()
    answer.result(run.HANGS)


def delete_topic(three: Cluster, job: Job) -> None:
    three.delete([named(job, "gone")])


@pytest.mark.parametrize("stage", [PLANNED, "write 1"])
@pytest.mark.parametrize(
    ("resource", "make"),
    [
        pytest.param("topics", delete_topic, id="topics"),
        pytest.param("acls", take_right, id="acls"),
        pytest.param("users", remove_user, id="users"),
    ],
)
def test_made_by_others(
    trial: Trial,
    three: Cluster,
    job_of: JobOf,
    resource: str,
    make: Callable[[Cluster, Job], None],
    stage: str,
) -> None:
    """What somebody else has made as it is declared is no obstacle."""
    job = job_of(resource)
    with trial.of(job):
        met = meeting(job, lambda: make(three, job), stage=stage)
        assert met.result
        assert "failed" not in met.result, met.result
        trial.judge(job, met)


@pytest.mark.parametrize("kind", ["gone", "altered"])
def test_topic_made_again(
    trial: Trial, three: Cluster, eyes: Eyes, job_of: JobOf, kind: str
) -> None:
    """It is not the one that was planned for, and keeps its records."""
    job = job_of("topics")

    def make_again() -> None:
        three.delete([name])
        three.await_(lambda: not three.names(name), "the topic to be gone")
        # so that none takes the new one for the old one
        eyes.state()
        three.create({name: (1, {})})
        eyes.state()
        three.write(name, Written(0, b"k", b"v"))

    with trial.of(job):
        name = named(job, kind)
        met = meeting(job, make_again, stage=PLANNED)
        assert_refused(met.result, [name])
        assert "deleted it meanwhile, and made it again" in (met.result or {})["msg"]
        assert len(three.read(name)) == 1
        trial.judge(job, met)


@pytest.mark.parametrize("stage", [PLANNED, "written 2"])
def test_reassigned_by_others(trial: Trial, three: Cluster, job_of: JobOf, stage: str) -> None:
    """Another move before ours, and ours taken back on its way: the run names the topic."""
    job = job_of("moves")
    with trial.of(job):
        [name, _other] = job.seen()
        [leader] = replicas(three, name).leaders
        client = KafkaAdminClient(**job.connection)
        target = [leader, leader % 3 + 1] if stage == PLANNED else None

        def reassign() -> None:
            client.alter_partition_reassignments({Place(name, 0): target})

        # so slow that it has not arrived by then
        met = meeting(job, reassign, stage=stage, throttle="2MiB")
        assert met.result
        assert [change["name"] for change in met.result["outcome"]["failed"]] == [name], met.result
        assert "another" in met.result["msg"]
        three.await_(lambda: not client.list_partition_reassignments(), "the moves to end")
        client.close()
        trial.judge(job, met)


def other_values(job: Job) -> dict[str, Any]:
    """What another run declares of the same resources."""
    if job.module == "topics":
        names = [name for name in job.seen() if ".altered." in name]
        return {"profiles": {"altered": {"names": names, "config": {"flush.ms": 6}}}}
    if job.module == "quotas":
        names = [name.partition(" ")[2] for name in job.seen() if ".altered." in name]
        limit = {"producer_byte_rate": 3e9}
        return {"quotas": [{"user": name, "quotas": limit} for name in names], "allow": ["all"]}
    names = [name.partition(" ")[0] for name in job.seen() if ".made." in name]
    return {"users": [{"name": name, "password": "another"} for name in names]}


@pytest.mark.parametrize("resource", ["topics", "quotas", "users"])
def test_fight_lost(trial: Trial, job_of: JobOf, resource: str) -> None:
    """Another run declares other values, and makes them last: the first names each of them."""
    job = job_of(resource)
    kind = ".made." if resource == "users" else ".altered."
    with trial.of(job):
        contested = [name for name in job.seen() if kind in name]
        others = {**job.connection, **other_values(job)}
        met = meeting(job, lambda: run.succeed(job.module, **others), stage="verifying")
        assert met.result
        assert met.result.get("error") == "NotConverged", met.result
        lines = met.result["msg"].splitlines()
        for name in contested:
            assert any(name in line for line in lines), met.result["msg"]
        settled = [name for name in job.seen() if name not in contested]
        assert not any(name in met.result["msg"] for name in settled)
        again = run.succeed(job.module, **job.connection, **job.options)
        assert {change["name"] for change in again["changes"]} == {*contested}
        trial.judge(job, Met(again, met.seconds))


def test_fight(trial: Trial, three: Cluster, job_of: JobOf) -> None:
    """Two runs write at once, so often: what a run reports as made was made, and nothing else
    changed."""
    job = job_of("topics")
    with trial.of(job):
        names = [name for name in job.seen() if ".altered." in name]
        began = time.monotonic()
        for number in range(ROUNDS):
            results = fought(job, names, 10 + number, 20 + number)
            shown = {name: found["config"] for name, found in three.topics(names[0][:-1]).items()}
            for value, result in results.items():
                lost = {name for name in names if shown[name] != {"flush.ms": str(value)}}
                told = {name for name in names if name in result.get("msg", "")}
                # one that ended before the other wrote has nothing to tell
                assert told <= {*names}
                assert not told or told >= lost, (value, result, shown)
            assert any(not result.get("failed") for result in results.values()), results
        met = Met(run.succeed(job.module, **job.connection, **job.options), 0)
        trial.judge(job, met._replace(seconds=time.monotonic() - began))


def fought(job: Job, names: list[str], *values: int) -> dict[int, Result]:
    """The results of runs that declare these values, and write at the same moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        processes = {}
        held = []
        for value in values:
            declared = {"names": names, "config": {"flush.ms": value}}
            options: dict[str, Any] = {"profiles": {"altered": declared}, "timeout": TIMEOUT}
            port = server.getsockname()[1]
            process = run.start(job.module, meet=port, **job.connection, **options)
            processes[value] = process
            held.append(waiting(server, process))
        for connection in held:
            connection.close()
        results = {value: finished(process) for value, process in processes.items()}
    return {value: result for value, result in results.items() if result}
