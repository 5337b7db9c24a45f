# SPDX-License-Identifier: GPL-3.0-or-later
"""`make bench`: measures the collection, the floor and other tools in the same run, see
docs/benchmarks.md. Its options are the environment variables that `options` reads."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import yaml

from tests.benchmarks import plays
from tests.benchmarks.cases import PLAYBOOK, ROOT, Others
from tests.benchmarks.declared import KINDS, Kind
from tests.benchmarks.measure import environment, run
from tests.benchmarks.report import Row, tables
from tests.benchmarks.rounds import Rounds

INVENTORY = Path(__file__).with_name("inventory.yml")
RESULTS = ROOT / ".bench"
_DEFAULTS = ROOT / "roles/kafka_broker/defaults/main.yml"
KAFKA: str = yaml.safe_load(_DEFAULTS.read_text())["kafka_broker_version"]
# what kafka-topics.sh runs
_JAVA = ("java", "-cp", f"{ROOT}/.kafka/libs/{KAFKA}/*", "org.apache.kafka.tools.TopicCommand")


@dataclass(frozen=True, slots=True)
class Options:
    """`parts`: the names of kinds, `plays` and `records`. `cluster`: a host of inventory.yml."""

    sizes: Sequence[int]
    parts: Sequence[str]
    rounds: int
    cluster: str
    others: Others

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind in KINDS if kind.name in self.parts]


def options(given: Mapping[str, str]) -> Options:
    parts = [*(kind.name for kind in KINDS), "plays", "records"]
    return Options(
        sizes=[int(size) for size in (given.get("SIZES") or "10 100 1000").split()],
        parts=(given.get("PARTS") or " ".join(parts)).split(),
        rounds=int(given.get("ROUNDS") or 3),
        cluster=given.get("CLUSTER") or "one",
        others=Others(_JAVA, given.get("ADMIN", ""), given.get("TOPICCTL", "")),
    )


def main() -> None:
    chosen = options(os.environ)
    RESULTS.mkdir(exist_ok=True)
    rows: list[Row] = []
    try:
        with broker(chosen.cluster) as ports:
            for row in measured(chosen, ports):
                rows.append(row)
    finally:
        # also those of a run that is ended
        write(rows, chosen)


def measured(chosen: Options, ports: Sequence[int]) -> Iterator[Row]:
    for size in chosen.sizes:
        for kind in chosen.kinds:
            rounds = Rounds(kind, size, chosen.rounds, chosen.others, ports, RESULTS)
            yield from rounds.measured()
    bootstrap = f"127.0.0.1:{ports[0]}"
    if "records" in chosen.parts:
        yield from plays.reads(bootstrap, chosen.sizes, chosen.rounds)
    if "plays" in chosen.parts:
        yield from plays.measured(bootstrap, RESULTS / "plays", chosen.rounds)


@contextmanager
def broker(name: str) -> Iterator[list[int]]:
    """The ports of its nodes."""
    host = yaml.safe_load(INVENTORY.read_text())["kafka_embedded"]["hosts"][name]
    bring(name, "started")
    try:
        first = host["kafka_broker_port"]
        yield [first + node for node in range(host.get("kafka_broker_nodes", 1))]
    finally:
        bring(name, "absent")


def bring(name: str, state: str) -> None:
    how = ["-i", str(INVENTORY), "--limit", name, "-e", f"kafka_broker_state={state}"]
    run([PLAYBOOK, str(ROOT / "playbooks/broker.yml"), *how], environment(""))


def write(rows: Sequence[Row], chosen: Options) -> None:
    """As JSON and as Markdown."""
    about = {
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "machine": machine(),
        "load of 1, 5 and 15 minutes at the end": os.getloadavg(),
        "rounds": chosen.rounds,
        "cluster": chosen.cluster,
        "python": platform.python_version(),
        "ansible-core": version("ansible-core"),
        "confluent-kafka": version("confluent-kafka"),
        "kafka": KAFKA,
    }
    content = {**about, "rows": [asdict(row) for row in rows]}
    (RESULTS / "results.json").write_text(json.dumps(content, indent=1))
    lines = [f"- {name}: {value}" for name, value in about.items()] + tables(rows)
    (RESULTS / "results.md").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def machine() -> str:
    names = [
        line.partition(": ")[2]
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    cpu = names[0] if names else platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    return f"{os.cpu_count()} x {cpu}, {memory} GB, {platform.system()} {platform.release()}"


if __name__ == "__main__":
    main()
