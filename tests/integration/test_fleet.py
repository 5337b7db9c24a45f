# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of stand-in clusters, in one answer: each is a host with a prefix of its own on the same
broker, and a dead one is a port that nobody listens on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.run import Play

Hosts = dict[str, dict[str, Any]]
CLUSTERS = 78
MOST_LINES = 100
DEAD = {"bootstrap_servers": "127.0.0.1:1", "timeout": 2}
COMPACT = {"ANSIBLE_DISPLAY_OK_HOSTS": "false"}
TOO_NARROW = {"name": "wide", "rule": "partitions >= `3`", "message": "is too narrow"}
# Ansible shows it nowhere
PASSWORD = "n0t-to-be-seen-3"


class Fleet:
    """Clusters named kafka-00 and so on, each of which declares one topic."""

    def __init__(self, folder: Path, broker: TestBroker, prefix: str) -> None:
        self.file = folder / "hosts.json"
        self.common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "kafka_connection": {"bootstrap_servers": broker.bootstrap},
        }
        self.prefix = prefix

    def topic(self, number: int) -> str:
        return f"{self.prefix}{number:02}.a"

    def hosts(self, count: int) -> Hosts:
        hosts = {}
        for number in range(count):
            declared = [{"name": self.topic(number), "partitions": 1}]
            hosts[f"kafka-{number:02}"] = {"kafka_topics_declared": declared}
        return hosts

    def play(
        self,
        hosts: Hosts,
        *arguments: str,
        playbook: str = "playbooks/fleet.yml",
        groups: Mapping[str, Sequence[str]] | None = None,
        compact: bool = True,
        **variables: Any,
    ) -> Play:
        given: dict[str, Any] = {"kafka_clusters": {"hosts": hosts, "vars": self.common}}
        for group, names in (groups or {}).items():
            given[group] = {"hosts": {name: {} for name in names}}
        self.file.write_text(json.dumps(given))
        extra = ["-e", json.dumps(variables)]
        return run.playbook(
            playbook, "-i", str(self.file), *extra, *arguments, env=COMPACT if compact else {}
        )


@pytest.fixture
def fleet(tmp_path: Path, broker: TestBroker, prefix: str) -> Fleet:
    return Fleet(tmp_path, broker, prefix)


def table(played: Play) -> list[str]:
    """The last one that was shown."""
    tables = [result["table"] for result in played.results if "table" in result]
    assert tables, played.stdout + played.stderr
    lines: list[str] = tables[-1]
    assert "\n".join(lines) in played.stdout
    return lines


def verdicts(played: Play) -> dict[str, str]:
    rows = [line.split("  ") for line in table(played)[1:-1]]
    return {row[0]: next(cell.strip() for cell in row[1:] if cell) for row in rows}


def shown(played: Play) -> list[str]:
    """What is printed before Ansible's own recap."""
    before, _recap, _hosts = played.stdout.partition("PLAY RECAP")
    return before.splitlines()


def test_a_cluster_is_compared_planned_applied_and_in_its_state(
    fleet: Fleet, cluster: Cluster
) -> None:
    hosts = fleet.hosts(2)
    for arguments in (
        ["-e", "kafka_fleet_mode=drift"],
        ["-e", "kafka_fleet_mode=plan"],
        ["-e", "kafka_fleet_mode=apply", "--check"],
    ):
        played = fleet.play(hosts, *arguments)
        assert played.returncode == 2, played.stdout
        assert verdicts(played) == {"kafka-00": "drifted", "kafka-01": "drifted"}
        assert "create=1" in table(played)[1]
        assert cluster.names(fleet.prefix) == []

    applied = fleet.play(hosts, kafka_fleet_mode="apply")
    assert applied.returncode == 0, applied.stdout
    assert verdicts(applied) == {"kafka-00": "changed", "kafka-01": "changed"}
    assert cluster.names(fleet.prefix) == [fleet.topic(0), fleet.topic(1)]

    again = fleet.play(hosts, kafka_fleet_mode="apply")
    assert again.returncode == 0, again.stdout
    assert table(again)[-1] == "2 of 2 clusters are in their state: 2 in state"
    # a fleet pays for each task of each cluster; the first one runs the tasks of the run, too
    tasks = [result["task"] for result in again.results if result["host"] == "kafka-01"]
    assert tasks == ["Judge the cluster"]


def test_each_end_of_a_cluster_is_told_and_stops_no_other(fleet: Fleet, cluster: Cluster) -> None:
    hosts = fleet.hosts(8)
    hosts["kafka-01"]["kafka_connection"] = DEAD
    hosts["kafka-02"]["kafka_topics_policies"] = [TOO_NARROW]
    hosts["kafka-03"]["kafka_topics_declared"] = "{{ not_there }}"
    hosts["kafka-04"]["kafka_topics_declared"] = None
    del hosts["kafka-05"]["kafka_topics_declared"]
    hosts["kafka-06"]["kafka_topics_declared"][0]["partitons"] = 1

    played = fleet.play(hosts, kafka_fleet_mode="apply")

    assert played.returncode == 2, played.stdout
    assert verdicts(played) == {
        "kafka-03": "failed",
        "kafka-04": "failed",
        "kafka-05": "failed",
        "kafka-06": "failed",
        "kafka-01": "unreachable",
        "kafka-02": "refused",
        "kafka-00": "changed",
        "kafka-07": "changed",
    }
    told = dict(zip(verdicts(played), table(played)[1:-1], strict=True))
    for name, why in {
        "kafka-01": "connection refused",
        "kafka-02": "policy wide",
        "kafka-03": "'not_there' is undefined",
        "kafka-04": "write [] to declare none",
        "kafka-05": "nothing is declared",
        "kafka-06": "did you mean 'partitions'",
    }.items():
        assert why in told[name]
    assert cluster.names(fleet.prefix) == [fleet.topic(0), fleet.topic(7)]
    assert f"msg: '{table(played)[-1]}'" in played.stdout


@pytest.fixture
def owned(broker: TestBroker, prefix: str) -> Iterator[str]:
    """Begins the names of users, who are deleted after the test, with their ACLs and quotas."""
    yield prefix
    purge = {"purge": True, "purge_to_empty": True, "allow": ["all"]}
    everything = {
        "acls": {**purge, "owned_principal_prefixes": [f"User:{prefix}"]},
        "quotas": {**purge, "owned_user_prefixes": [prefix]},
        "scram_users": {**purge, "owned_prefixes": [prefix]},
    }
    run.succeed("applications", bootstrap_servers=broker.bootstrap, **everything)


def test_each_kind_that_is_declared_is_kept_and_told(
    fleet: Fleet, cluster: Cluster, owned: str
) -> None:
    def user(name: str) -> dict[str, Any]:
        return {"name": f"{owned}{name}", "password": PASSWORD}

    rights = {"principal": f"User:{owned}a", "produce": [fleet.topic(0)]}
    quota = {"user": f"{owned}a", "quotas": {"producer_byte_rate": "1MiB"}}
    hosts = {
        "kafka-00": {
            **fleet.hosts(1)["kafka-00"],
            "kafka_scram_users_declared": [user("a")],
            "kafka_acls_declared": [rights],
            "kafka_quotas_declared": [quota],
        },
        "kafka-01": {
            "kafka_applications_declared": [
                {
                    "name": f"{owned}b",
                    "user": {"password": PASSWORD},
                    "topics": [{"name": fleet.topic(1)}],
                    "consume": [fleet.topic(1)],
                }
            ]
        },
    }
    authorized = {"kafka_authorized": ["kafka-00", "kafka-01"]}
    shown = ""
    for mode, ends in (("plan", "drifted"), ("apply", "changed"), ("drift", "in state")):
        played = fleet.play(hosts, "-vvv", "--diff", groups=authorized, kafka_fleet_mode=mode)
        assert verdicts(played) == {"kafka-00": ends, "kafka-01": ends}, played.stdout
        shown += played.stdout + played.stderr + json.dumps(played.results)
        head = table(played)[0].split()
        assert head[:7] == ["CLUSTER", "VERDICT", "TOPIC", "USER", "ACL", "QUOTA", "APPLICATIONS"]
        if mode == "plan":
            assert "topic.create=1,user.create=1,acl.create=" in table(played)[2]
            assert "quota=" in table(played)[1]
            assert f"+++ after: topic {fleet.topic(0)}" in played.stdout
    assert PASSWORD not in shown
    assert cluster.names(fleet.prefix) == [fleet.topic(0), fleet.topic(1)]


def test_what_a_module_warns_of_is_shown(fleet: Fleet) -> None:
    hosts = fleet.hosts(1)
    hosts["kafka-00"]["kafka_topics_policies"] = [{**TOO_NARROW, "level": "warning"}]

    played = fleet.play(hosts, compact=False)

    told = " ".join((played.stdout + played.stderr).split())
    assert "[WARNING]: policy wide" in told


def test_the_catalogue_is_kept_beside_other_topics(fleet: Fleet) -> None:
    hosts = fleet.hosts(1)
    hosts["kafka-00"]["kafka_test_generation_environment"] = "staging"

    played = fleet.play(hosts)

    assert table(played)[0].split()[2:4] == ["CATALOGUE", "TOPIC"]
    [found] = [each["verdict"] for each in played.results if "verdict" in each]
    assert sum(found["kinds"]["catalogue"]["changes"].values()) in (0, 3)
    assert found["kinds"]["topic"]["changes"] == {"create": 1}


def test_only_what_a_limit_leaves_is_looked_at(fleet: Fleet) -> None:
    hosts = fleet.hosts(3)
    hosts["kafka-01"]["kafka_connection"] = DEAD

    played = fleet.play(hosts, "--limit", "kafka-02", kafka_fleet_mode="apply")

    assert played.returncode == 0, played.stdout
    assert verdicts(played) == {"kafka-02": "changed"}


def test_batches_of_a_serial_run_have_one_table(fleet: Fleet) -> None:
    hosts = fleet.hosts(3)
    hosts["kafka-00"]["kafka_connection"] = DEAD

    played = fleet.play(hosts, kafka_fleet_mode="apply", kafka_fleet_serial=1)

    assert played.returncode == 2
    assert played.stdout.count("clusters are in their state") == 3  # shown, and why it failed
    assert [*verdicts(played).values()] == ["unreachable", "changed", "changed"]


RINGS = [
    {
        "ansible.builtin.import_playbook": "omninode.kafka.fleet_ring",
        "vars": {"kafka_fleet_ring": "canary"},
    },
    {"ansible.builtin.import_playbook": "omninode.kafka.fleet"},
]


@pytest.mark.parametrize(
    ("variables", "ends", "others"),
    [
        ({"kafka_connection": DEAD}, "unreachable", True),
        ({"kafka_topics_policies": [TOO_NARROW]}, "refused", False),
    ],
    ids=["dead", "refused"],
)
def test_a_refusal_stops_the_next_ring_and_a_dead_cluster_does_not(
    fleet: Fleet,
    cluster: Cluster,
    tmp_path: Path,
    variables: dict[str, Any],
    ends: str,
    others: bool,
) -> None:
    hosts = fleet.hosts(3)
    hosts["kafka-01"] |= variables
    rings = tmp_path / "rings.yml"
    rings.write_text(json.dumps(RINGS))

    played = fleet.play(
        hosts,
        playbook=str(rings),
        groups={"canary": ["kafka-01"]},
        kafka_fleet_mode="apply",
    )

    assert played.returncode == 2
    assert verdicts(played)["kafka-01"] == ends
    assert cluster.names(fleet.prefix) == ([fleet.topic(0), fleet.topic(2)] if others else [])
    assert ("later rings are not tried" in played.stdout) == (not others)


def test_a_ring_that_no_group_is_fails(fleet: Fleet) -> None:
    played = fleet.play(
        fleet.hosts(1), playbook="playbooks/fleet_ring.yml", kafka_fleet_ring="canari"
    )

    assert played.returncode != 0
    assert "no host is in the group canari" in played.stdout + played.stderr


def test_verdicts_in_a_folder_are_merged(fleet: Fleet, tmp_path: Path) -> None:
    hosts = fleet.hosts(3)
    hosts["kafka-01"]["kafka_connection"] = DEAD
    folder = tmp_path / "verdicts"
    for name in hosts:
        fleet.play(hosts, "--check", "--limit", name, kafka_fleet_folder=str(folder))
    assert len([*folder.iterdir()]) == len(hosts)

    files = {"kafka_fleet_files": [f"{folder}/*.jsonl"]}
    merged = fleet.play(hosts, playbook="playbooks/fleet_merge.yml", **files)
    assert merged.returncode == 2
    assert [*verdicts(merged).values()] == ["unreachable", "drifted", "drifted"]
    assert table(merged) == table(fleet.play(hosts))

    next(folder.iterdir()).unlink()
    lacking = fleet.play(hosts, playbook="playbooks/fleet_merge.yml", **files)
    assert lacking.returncode == 2
    assert "1 not tried" in table(lacking)[-1]

    damaged = folder / "verdicts.jsonl"
    damaged.write_text('{"cluster": "kafka-00", "verdict": "fine"}')
    refused = fleet.play(hosts, playbook="playbooks/fleet_merge.yml", **files)
    assert refused.returncode == 2
    assert "the verdict on kafka-00 is damaged: 'fine' is none of" in refused.stdout


def test_the_statistics_of_jobs_are_merged(fleet: Fleet) -> None:
    """As a workflow hands them on: as extra variables of its last job."""
    hosts = fleet.hosts(1)
    found = fleet.play(hosts)
    [statistics] = [each["statistics"] for each in found.results if "statistics" in each]

    merged = fleet.play(hosts, playbook="playbooks/fleet_merge.yml", **statistics)

    assert table(merged) == table(found)


def slices(folder: Path, given: Mapping[str, Any], hosts: Hosts, count: int) -> list[str]:
    """Runs the slices side by side, each by a worker of ansible-runner that gets all by a pipe.

    Returns patterns of the files in which the events come back."""
    runner = str(Path(sys.executable).with_name("ansible-runner"))
    commands = []
    for number in range(count):
        sent = folder / f"{number}"
        for name in ("project", "inventory"):
            (sent / name).mkdir(parents=True)
        playbook = [{"ansible.builtin.import_playbook": "omninode.kafka.fleet"}]
        (sent / "project/fleet.yml").write_text(json.dumps(playbook))
        some = {name: hosts[name] for name in [*hosts][number::count]}
        inventory = {"kafka_clusters": {**given, "hosts": some}}
        (sent / "inventory/hosts.json").write_text(json.dumps(inventory))
        worked = folder / f"worker-{number}"
        commands.append(
            f"{runner} transmit {sent} -p fleet.yml | {runner} worker --private-data-dir {worked}"
            f" | {runner} process {folder}/back-{number}"
        )
    env = run.environment(ANSIBLE_COLLECTIONS_PATH=str(run.ROOT / ".ansible/collections"))
    started = [
        subprocess.Popen(["bash", "-c", command], env=env, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    for process in started:
        output, _nothing = process.communicate(timeout=run.HANGS)
        # the table crosses too
        assert "clusters are in their state" in output
    return [f"{folder}/back-{number}/artifacts/job_events/*.json" for number in range(count)]


def test_the_slices_of_a_fleet_on_three_workers_merge_into_the_table_of_one_run(
    fleet: Fleet, cluster: Cluster, tmp_path: Path
) -> None:
    """As many clusters as a large fleet has: few lines, and the same table whole or sliced."""
    hosts = fleet.hosts(CLUSTERS)
    cluster.create({fleet.topic(number): (1, {}) for number in range(CLUSTERS)})
    same = fleet.play(hosts)
    assert same.returncode == 0, same.stdout
    assert len(shown(same)) < MOST_LINES, same.stdout

    hosts["kafka-07"]["kafka_connection"] = DEAD
    hosts["kafka-08"]["kafka_topics_policies"] = [TOO_NARROW]
    cluster.delete([fleet.topic(9)])
    whole = fleet.play(hosts)
    assert whole.returncode == 2
    assert [*verdicts(whole).values()][:4] == ["unreachable", "refused", "drifted", "in state"]

    files = slices(tmp_path, {"vars": fleet.common}, hosts, 3)
    merged = fleet.play(hosts, playbook="playbooks/fleet_merge.yml", kafka_fleet_files=files)
    assert merged.returncode == 2
    assert table(merged) == table(whole)
