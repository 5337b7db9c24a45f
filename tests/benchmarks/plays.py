# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole plays beside pings (a fleet of clusters by the role, and site.yml), and reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.cases import PLAYBOOK, ROOT
from tests.benchmarks.declared import TOPICS, entries
from tests.benchmarks.measure import Command, environment, run, timed
from tests.benchmarks.report import Row
from tests.integration.cluster import Cluster

READS = Path(__file__).with_name("reads.py")
CLUSTERS = 10
TOPICS_EACH = 10
_LOCAL = {
    "ansible_connection": "local",
    "ansible_python_interpreter": sys.executable,
}


def measured(bootstrap: str, folder: Path, rounds: int) -> list[Row]:
    folder.mkdir(parents=True, exist_ok=True)
    env = environment("")
    fleet = fleet_commands(bootstrap, folder)
    dev = ["-i", str(ROOT / "inventories/dev"), "-e", f"@{_dev_broker(folder)}"]
    site = [PLAYBOOK, str(ROOT / "site.yml"), *dev]
    ping = [PLAYBOOK, *dev, str(folder / "ping.json")]
    cases: dict[tuple[int, str], Command] = {
        (CLUSTERS, "a fleet, by the role"): fleet["role"],
        (CLUSTERS, "a fleet, pinged"): fleet["ping"],
        (1, "site.yml: no-op"): site,
        (1, "a ping"): ping,
    }
    walls: dict[tuple[int, str], list[float]] = {case: [] for case in cases}
    try:
        # what there is to do is done
        run(fleet["role"], env)
        run(site, env)
        for _round in range(rounds):
            for case, wall in zip(cases, timed(list(cases.values()), env), strict=True):
                walls[case].append(wall)
    finally:
        broker = [PLAYBOOK, str(ROOT / "playbooks/broker.yml"), *dev]
        run([*broker, "-e", "kafka_broker_state=absent"], env)
    return [Row("plays", size, name, walls[size, name]) for size, name in cases]


def fleet_commands(bootstrap: str, folder: Path) -> dict[str, Command]:
    """Each cluster of the fleet is the same broker under another name."""
    hosts = {f"cluster-{number:02}": dict(_LOCAL) for number in range(CLUSTERS)}
    inventory = folder / "fleet.json"
    inventory.write_text(json.dumps({"kafka_clusters": {"hosts": hosts}}))
    role = {
        "role": "omninode.kafka.kafka_topics",
        "kafka_topics_declared": entries(TOPICS, TOPICS_EACH),
    }
    connection = {"group/omninode.kafka.all": {"bootstrap_servers": [bootstrap]}}
    contents: dict[str, dict[str, Any]] = {
        "role": {"roles": [role], "module_defaults": connection},
        "ping": {"tasks": [{"ansible.builtin.ping": None}]},
    }
    commands = {}
    for name, content in contents.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps([{"hosts": "kafka_clusters", "gather_facts": False, **content}]))
        commands[name] = [PLAYBOOK, "-i", str(inventory), str(path)]
    return commands


def _dev_broker(folder: Path) -> Path:
    """Beside the one that the user has."""
    path = folder / "dev.json"
    own = {
        "kafka_broker_name": "bench-dev",
        "kafka_broker_home": str(ROOT / ".kafka/bench/dev"),
        "kafka_broker_port": 25030,
        "kafka_broker_backend": "process",
    }
    path.write_text(json.dumps(own))
    return path


def reads(bootstrap: str, sizes: Sequence[int], rounds: int) -> list[Row]:
    topic, cluster = "bench-records", Cluster(bootstrap)
    cluster.create({topic: (1, {"retention.ms": "-1"})})
    cluster.produce({(topic, 0): [1] * max(sizes)})
    commands = [[sys.executable, str(READS), bootstrap, topic, str(size)] for size in sizes]
    found = [timed(commands, environment("")) for _round in range(rounds)]
    cluster.delete([topic])
    return [
        Row("records", size, "read one by one", walls)
        for size, walls in zip(sizes, zip(*found, strict=True), strict=True)
    ]
