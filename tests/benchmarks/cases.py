# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, a case a row: which play, on which declaration, how; pure but for the files."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.declared import TOPICS, Entry, Kind, absent, compact, entries, policies

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PLAYBOOK = str(Path(sys.executable).with_name("ansible-playbook"))
ADMIN_API = "4.0.0"  # ansible-kafka-admin cannot tell the version of newer brokers
_ALLOWED = {"allow": ["all"]}


@dataclass(frozen=True, slots=True)
class Case:
    """`play`: the name of a play or of another program. `data`: the name of a declaration. `most`:
    entries beyond which it would take too long.

    `changes`: whether it is to change anything. `slow`: it has one round, and is not weighed.
    `python`: which runs its modules.
    """

    name: str
    play: str
    data: str = "verbose"
    flags: tuple[str, ...] = ()
    most: int = 1_000_000
    only_topics: bool = False
    changes: bool = False
    slow: bool = False
    python: str = ""


@dataclass(frozen=True, slots=True)
class Others:
    """What kafka-topics.sh runs, and where other tools are installed: empty where they are not."""

    kafka_topics: tuple[str, ...]
    admin: str = ""
    topicctl: str = ""

    @property
    def admin_python(self) -> str:
        return f"{self.admin}/.venv/bin/python"


CHECK = ("--check",)
OURS = (
    Case("nothing", "nothing"),
    Case("raw client", "raw"),
    Case("no-op", "keep"),
    Case("check mode", "keep", flags=CHECK),
    Case("one change in a hundred", "keep", "changed", changes=True),
    Case("the change taken back", "keep", changes=True),
    Case("ten policies", "policies"),
    Case("export", "export"),
    Case("undeclared", "undeclared"),
    Case("nothing, compact", "nothing", "compact", only_topics=True),
    Case("no-op, compact", "keep", "compact", only_topics=True),
    Case("check mode, compact", "keep", "compact", CHECK, only_topics=True),
    Case("loop over the module topic", "loop", most=100, only_topics=True, slow=True),
)
CREATE = Case("create", "keep", changes=True)
CREATE_COMPACT = Case("create, compact", "keep", "compact", changes=True)
DELETE = Case("delete", "keep", "absent")


def steady(kind: Kind, size: int, others: Others) -> list[Case]:
    """The cases that leave a cluster as it is, or change it to and fro."""
    cases = [case for case in OURS if size <= case.most]
    if kind != TOPICS:
        return [case for case in cases if not case.only_topics]
    if others.admin:
        python = others.admin_python
        cases.append(Case("ansible-kafka-admin: no-op", "admin", "admin", python=python))
        cases.append(
            Case("ansible-kafka-admin: check mode", "admin", "admin", CHECK, python=python)
        )
    if others.topicctl and size <= 100:
        cases.append(Case("topicctl apply: no-op", "topicctl", slow=True))
    cases.append(Case("kafka-topics.sh --describe", "describe"))
    return cases


def creations(kind: Kind, size: int, others: Others) -> list[Case]:
    if kind != TOPICS:
        return [CREATE]
    cases = [CREATE, CREATE_COMPACT]
    if others.admin:
        python = others.admin_python
        cases.append(
            Case("ansible-kafka-admin: create", "admin", "admin", changes=True, python=python)
        )
    if size <= 10:
        cases.append(Case("loop over the module topic: create", "loop", slow=True))
        if others.topicctl:
            cases.append(Case("topicctl apply: create", "topicctl", slow=True))
        cases.append(Case("kafka-topics.sh --create, one by one", "create_one_by_one", slow=True))
    return cases


class Place:
    """A folder with all that the commands of a kind and a size need."""

    def __init__(self, folder: Path, kind: Kind, size: int, others: Others) -> None:
        self.folder, self.kind, self.size, self.others = folder, kind, size, others
        folder.mkdir(parents=True, exist_ok=True)
        for name, variables in declarations(kind, size).items():
            self._write(name, variables)
        hosts = {"bench": {"ansible_connection": "local"}}
        self._write("inventory", {"kafka_clusters": {"hosts": hosts}})
        for name, tasks in plays(kind).items():
            play = {"hosts": "kafka_clusters", "gather_facts": False, "tasks": tasks}
            defaults = {"group/omninode.kafka.all": "{{ kafka_connection }}"}
            self._write(f"play-{name}", [{**play, "module_defaults": defaults}])

    def command(self, case: Case, connection: Mapping[str, Any], python: str = "") -> list[str]:
        """`python`: which runs the modules, in place of the case's."""
        data = self.folder / f"{case.data}.json"
        bootstrap = connection["bootstrap_servers"]
        if case.play == "raw":
            raw = [sys.executable, str(HERE / "raw.py"), self.kind.name]
            return [*raw, json.dumps(connection), str(data)]
        if case.play in _TOOLS:
            return _TOOLS[case.play](self, bootstrap)
        variables = self._write("connection", {"kafka_connection": connection})
        extra = ["-e", f"@{variables}"]
        path = self.folder / f"play-{case.play}.json"
        if case.play == "export":
            path = ROOT / f"playbooks/{self.kind.info}.yml"
            extra += ["-e", f"kafka_export_file={self.folder / 'exported.yml'}"]
        else:
            extra += ["-e", f"@{data}"]
        extra += ["-e", f"ansible_python_interpreter={python or case.python or sys.executable}"]
        return [PLAYBOOK, "-i", f"{self.folder}/inventory.json", *extra, *case.flags, str(path)]

    def _write(self, name: str, content: object) -> str:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(content))
        return str(path)

    def topicctl(self, bootstrap: str) -> list[str]:
        meta = {"environment": "bench", "region": "bench"}
        cluster = {"meta": {"name": "bench", **meta}, "spec": {"bootstrapAddrs": [bootstrap]}}
        topics = self.folder / "topicctl"
        topics.mkdir(exist_ok=True)
        for topic in entries(TOPICS, self.size):
            spec = {
                "partitions": topic["partitions"],
                "replicationFactor": topic["replication_factor"],
                "placement": {"strategy": "any"},
                "settings": topic["config"],
            }
            about = {"name": topic["name"], "cluster": "bench", **meta}
            (topics / f"{topic['name']}.yaml").write_text(json.dumps({"meta": about, "spec": spec}))
        config = self._write("cluster", cluster)
        how = ["apply", "--skip-confirm", "--cluster-config", config]
        return [self.others.topicctl, *how, str(topics / "*.yaml")]

    def describe(self, bootstrap: str) -> list[str]:
        which = ["--describe", "--topic", "bench[.].*"]
        return [*self.others.kafka_topics, "--bootstrap-server", bootstrap, *which]

    def create_one_by_one(self, bootstrap: str) -> list[str]:
        script = self.folder / "create.sh"
        lines = ["set -e", 'program="$*"']
        for topic in entries(TOPICS, self.size):
            config = " ".join(f"--config {key}={value}" for key, value in topic["config"].items())
            lines.append(
                f"$program --create --if-not-exists --topic {topic['name']} --partitions 1"
                f" --replication-factor 1 {config}"
            )
        script.write_text("\n".join(lines))
        return [
            "/bin/sh",
            "-f",
            str(script),
            *self.others.kafka_topics,
            "--bootstrap-server",
            bootstrap,
        ]


_TOOLS = {
    "topicctl": Place.topicctl,
    "describe": Place.describe,
    "create_one_by_one": Place.create_one_by_one,
}


def declarations(kind: Kind, size: int) -> dict[str, dict[str, Any]]:
    """Variables by name."""
    declared: dict[str, dict[str, Any]] = {
        "verbose": {"declared": entries(kind, size), "profiles": {}},
        "changed": {"declared": entries(kind, size, changed=True), "profiles": {}},
        "absent": {"declared": absent(kind, size), "profiles": {}},
    }
    if kind == TOPICS:
        declared["compact"] = {"declared": [], "profiles": compact(size)}
        declared["admin"] = {"declared": [for_admin(topic) for topic in entries(kind, size)]}
    return declared


def plays(kind: Kind) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Tasks by name."""
    module, undeclared = (
        f"omninode.kafka.{kind.name}",
        f"omninode.kafka.undeclared_{kind.name}_info",
    )
    options: dict[str, Any] = {kind.option: "{{ declared }}"}
    if kind == TOPICS:
        options["profiles"] = "{{ profiles }}"
    tasks: dict[str, Sequence[Mapping[str, Any]]] = {
        "nothing": [{"nothing": options}],
        "keep": [{module: {**options, **_ALLOWED}}],
        "policies": [{module: {**options, **_ALLOWED, "policies": policies(kind)}}],
        "undeclared": [{undeclared: {**options, **kind.owned}}],
    }
    if kind == TOPICS:
        topic = {field: f"{{{{ item.{field} }}}}" for field in entries(TOPICS, 1)[0]}
        tasks["loop"] = [{"omninode.kafka.topic": topic, "loop": "{{ declared }}"}]
        tasks["admin"] = [{"kafka_topics": _ADMIN}]
    return tasks


def for_admin(topic: Entry) -> Entry:
    """As ansible-kafka-admin calls its fields."""
    return {
        "name": topic["name"],
        "partitions": topic["partitions"],
        "replica_factor": topic["replication_factor"],
        "options": topic["config"],
        "state": "present",
    }


_ADMIN = {
    "bootstrap_servers": "{{ kafka_connection.bootstrap_servers }}",
    "api_version": ADMIN_API,
    "topics": "{{ declared }}",
}
