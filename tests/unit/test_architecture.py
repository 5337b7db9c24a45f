# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules of docs/architecture.md, read from the syntax trees: who may import what, who may
read what, how long things may get."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[2]
Node = TypeVar("Node", bound=ast.AST)
COLLECTION = "ansible_collections.omninode.kafka."
UTILS = "plugins.module_utils."
# the same for what only the controller imports
CONTROLLER_UTILS = "plugins.plugin_utils."

ROOMS = ("_core", "_kafka", "_cluster", "_ansible")
# what resources ask: what is in the logs of topics, and how replicas are moved
SERVICES = ("_usage", "_move")
# what is written to logs, rather than brought to a state
DELIVERIES = ("_access", "_event")
# a resource that is composed of others, which are its parts
COMPOSED = {"_application": ("_topic", "_scram_user", "_acl", "_quota")}
# what it knows of a part that is no pure stage
OF_A_PART = frozenset({"options", "resource"})
# of what is known of many clusters: pure as a whole
FLEETS = ("_fleet",)
# a package that only reads is named for the resource that it reads: _topic_info
READER = "_info"
# of a resource; every other package under module_utils is one
PURE_STAGES = frozenset(
    {
        "change",
        "config",
        "config_keys",
        "draft",
        "entries",
        "export",
        "fields",
        "guards",
        "hazards",
        "moving",
        "placement",
        "plan",
        "policies",
        "proofs",
        "spec",
        "state",
        "undo",
    }
)
PURE_FILES = {
    "_access": frozenset({"judge", "targets"}),
    "_move": frozenset({"outcome", "progress"}),
    "_usage": frozenset({"metrics"}),
    "_event": frozenset({"decode", "envelope", "truncate"}),
    "_inventory": frozenset({"clusters", "csv_rows", "json_rows", "row", "yaml_rows"}),
}
# no clock, no files, no sockets, no chance
PURE_STDLIB = {
    "__future__", "abc", "bisect", "collections", "dataclasses", "decimal", "difflib", "enum",
    "functools", "ipaddress", "itertools", "json", "math", "operator", "re", "string", "types",
    "typing", "unicodedata",
}  # fmt: skip
IMPURE_BUILTINS = {"__import__", "eval", "exec", "input", "open", "print"}
# words that say nothing: a thing is named for what it is, a function for its stage
EMPTY_WORDS = {
    "data",
    "handle",
    "handler",
    "helper",
    "helpers",
    "manager",
    "process",
    "util",
    "utils",
}
# a resource that is also who answers for every other one
EVERYWHERE = {"_broker"}
RUN_MODE = {"_diff", "check_mode"}
# the runner, and what runs modules as the mode of the run, or its own, asks for
READERS_OF_THE_RUN_MODE = {UTILS + "_ansible.runner", "plugins.plugin_utils.verdict"}

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_MAIN = 15
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
LICENCE_OF_PLUGINS = (
    "GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)"
)
# written by tools
UNLICENSED = {"changelogs/changelog.yaml"}
NOT_OURS = {"build", "collections", "inventories/dev/host_vars"}


@cache
def syntax(text: str) -> tuple[ast.Module, list[ast.AST]]:
    """The tree and all of its nodes; read once, since each rule looks at every file."""
    tree = ast.parse(text)
    return tree, [*ast.walk(tree)]


class Source:
    """One Python file under plugins/, named as it is imported within the collection."""

    def __init__(self, root: Path, path: Path) -> None:
        self.name = ".".join(path.relative_to(root).with_suffix("").parts)
        self.where = str(path.relative_to(root))
        self.text = path.read_text()
        self.tree, self._nodes = syntax(self.text)
        kind, *rest = self.name.removeprefix("plugins.").split(".")
        self.room = rest[0] if len(rest) > 1 else kind
        self.stem = path.stem

    def all(self, kind: type[Node]) -> Iterator[Node]:
        return (node for node in self._nodes if isinstance(node, kind))

    def imports(self) -> list[str]:
        """Full names; those of our own module_utils begin with their room: `_core.plan`."""
        names = [alias.name for node in self.all(ast.Import) for alias in node.names]
        for node in self.all(ast.ImportFrom):
            package = self.name.split(".")[: -node.level] if node.level else []
            origin = short(".".join([*package, *([node.module] if node.module else [])]))
            # `from .._topic import plan` names a file by its last word, `from .plan import Plan` by
            # the one before
            names += (
                [f"{origin}.{alias.name}" for alias in node.names] if is_room(origin) else [origin]
            )
        return [short(name) for name in names]


def short(name: str) -> str:
    own = name.removeprefix(COLLECTION).removeprefix(UTILS)
    below = own.removeprefix(CONTROLLER_UTILS)
    return below if below.startswith("_") else own


def is_room(name: str) -> bool:
    return name == UTILS.rstrip(".") or (
        name.startswith("_") and not name.startswith("__") and "." not in name
    )


def sources(root: Path) -> list[Source]:
    return [Source(root, path) for path in sorted((root / "plugins").rglob("*.py"))]


def packages(root: Path) -> set[str]:
    folders = (root / "plugins" / "module_utils").glob("_*")
    return {path.name for path in folders if path.is_dir() and path.name != "__pycache__"}


def resources(root: Path) -> set[str]:
    return {
        name
        for name in packages(root) - {*ROOMS, *SERVICES, *DELIVERIES, *FLEETS}
        if not name.endswith(READER)
    }


def pure_files(room: str, root: Path) -> frozenset[str]:
    return PURE_STAGES if room in resources(root) else PURE_FILES.get(room, frozenset())


def is_pure(source: Source, root: Path) -> bool:
    return source.room in ("_kafka", *FLEETS) or source.stem in pure_files(source.room, root)


def libraries(source: Source) -> set[str]:
    """Each is known to one file, a client library to the folder of its adapters."""
    if source.name.startswith(f"{UTILS}_cluster.confluent."):
        return {"confluent_kafka"}
    if source.name.startswith(f"{UTILS}_cluster.kafka_python."):
        return {"kafka"}
    return {
        ("_core", "query"): {"jmespath", "re2"},
        ("_event", "contract"): {"jsonschema", "referencing"},
        ("_inventory", "csv_rows"): {"csv", "io"},
        ("_inventory", "yaml_rows"): {"yaml"},
        ("filter", "metrics_textfile"): {"prometheus_client"},
    }.get((source.room, source.stem), set())


def doors(source: Source, root: Path) -> set[str]:
    """What the file may import: full names or their beginnings."""
    stdlib = {*sys.stdlib_module_names}
    room = source.room
    own = {f"{room}.{stem}" for stem in pure_files(room, root)}
    parts = COMPOSED.get(room, ())
    own |= {f"{part}.{stem}" for part in parts for stem in PURE_STAGES}
    if room == "_kafka":
        return {*PURE_STDLIB, "datetime", "_kafka"}
    if room in FLEETS:
        return {*PURE_STDLIB, "_core", room}
    if is_pure(source, root):
        return {*PURE_STDLIB, "_core", "_kafka", *own, *libraries(source)}
    through_gateway = {*stdlib, "_core", "_kafka", "_cluster.gateway", room}
    if room in resources(root):
        bound = {f"{part}.{stem}" for part in parts for stem in OF_A_PART}
        allowed = {*through_gateway, *SERVICES, *libraries(source), *own, *bound}
        # the options of its modules, in which are those that every module has
        return {*allowed, "_ansible.options"} if source.stem == "options" else allowed
    if room.endswith(READER):
        return {*through_gateway, *SERVICES, room.removesuffix(READER)}
    if room in (*SERVICES, *DELIVERIES):
        return {*through_gateway, *libraries(source)}
    pure = {f"{resource}.{stem}" for resource in resources(root) for stem in PURE_STAGES}
    return {
        "_core": {*stdlib, "_core", *libraries(source)},
        "_cluster": {*stdlib, "_core", "_kafka", "_cluster", *libraries(source)},
        "_ansible": {*stdlib, "_core", "_kafka", "_cluster", "_ansible", "ansible.module_utils"},
        "modules": {
            "__future__",
            "ansible.module_utils.basic",
            "_ansible",
            *packages(root) - {*ROOMS, *FLEETS},
        },
        "doc_fragments": {"__future__"},
        "action": {"__future__", "plugins.plugin_utils"},
        "plugin_utils": {*stdlib, "ansible", "_ansible.progress", "_core.foreign", *FLEETS},
        "inventory": {*stdlib, "_core.errors", "_inventory", "ansible"},
        "_inventory": {
            *stdlib,
            "_core",
            "_kafka",
            "_ansible.options.connection",
            "_inventory",
            "ansible.module_utils",
        },
        "lookup": {*stdlib, "_core", "ansible"},
        "filter": {*stdlib, "_core", "_kafka", "ansible", *libraries(source), *pure, *FLEETS},
    }.get(room, set())


def forbidden_imports(root: Path) -> Iterator[str]:
    for source in sources(root):
        allowed = doors(source, root)
        for name in source.imports():
            if not any(name == door or name.startswith(door + ".") for door in allowed):
                yield f"{source.where} imports {name}"


def modules_of_two_packages(root: Path) -> Iterator[str]:
    for source in sources(root):
        used = {name.split(".")[0] for name in source.imports()} & packages(root) - {*ROOMS}
        # a reader of a resource takes the declaration of it as well
        if source.room == "modules" and len(used) > 1:
            yield f"{source.where} imports {' and '.join(sorted(used))}"


def impure_calls(root: Path) -> Iterator[str]:
    for source in sources(root):
        if not is_pure(source, root):
            continue
        yield from (
            f"{source.where} uses {node.id}"
            for node in source.all(ast.Name)
            if node.id in IMPURE_BUILTINS
        )
        yield from (
            f"{source.where} takes module" for node in source.all(ast.arg) if node.arg == "module"
        )


def run_mode_readers(root: Path) -> Iterator[str]:
    for source in sources(root):
        if source.name in READERS_OF_THE_RUN_MODE:
            continue
        words = {node.attr for node in source.all(ast.Attribute)} | {
            node.value for node in source.all(ast.Constant)
        }
        yield from (f"{source.where} reads {name}" for name in sorted(RUN_MODE & words))


def resources_known_by_name(root: Path) -> Iterator[str]:
    """_core and _ansible serve every resource, so they name none, in messages neither."""
    nouns = [resource.strip("_").split("_") for resource in resources(root) - EVERYWHERE]
    for source in sources(root):
        if source.room not in ("_core", "_ansible"):
            continue
        for text in [*identifiers(source), *messages(source)]:
            words = [word.lower().rstrip("s") for word in re.findall("[A-Za-z]+", text)]
            if any(is_within(noun, words) for noun in nouns):
                yield f"{source.where} knows {text}"


def identifiers(source: Source) -> Iterator[str]:
    for node in source.all(ast.AST):
        names = (getattr(node, field, None) for field in ("id", "attr", "arg", "name"))
        yield from (name for name in names if isinstance(name, str))


def messages(source: Source) -> Iterator[str]:
    """The texts that are no docstrings."""
    bodies = [source.tree, *source.all(ast.ClassDef), *source.all(ast.FunctionDef)]
    docstrings = {id(body.body[0].value) for body in bodies if isinstance(body.body[0], ast.Expr)}
    for node in source.all(ast.Constant):
        if isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def is_within(noun: list[str], words: list[str]) -> bool:
    return any(words[start : start + len(noun)] == noun for start in range(len(words)))


def logic_in_modules(root: Path) -> Iterator[str]:
    for source in sources(root):
        if source.room != "modules":
            continue
        definitions = [*source.all(ast.FunctionDef), *source.all(ast.ClassDef)]
        yield from (
            f"{source.where} defines {node.name}" for node in definitions if node.name != "main"
        )


def empty_names(root: Path) -> Iterator[str]:
    for source in sources(root):
        names = [
            source.stem,
            *(node.name for kind in (ast.FunctionDef, ast.ClassDef) for node in source.all(kind)),
        ]
        for name in names:
            words = re.findall("[a-z]+|[A-Z][a-z]*", name)
            yield from (
                f"{source.where} calls something {name}"
                for word in words
                if word.lower() in EMPTY_WORDS
            )


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(root: Path) -> Iterator[str]:
    for source in sources(root):
        # the documentation that a module carries as strings is no code
        documentation = sum(
            length(node)
            for node in source.tree.body
            if source.room == "modules" and isinstance(node, ast.Assign)
        )
        lines = source.text.count("\n") - documentation
        if lines >= MOST_LINES_OF_A_FILE:
            yield f"{source.where} has {lines} lines"
        for function in source.all(ast.FunctionDef):
            most = (
                MOST_LINES_OF_MAIN
                if source.room == "modules" and function.name == "main"
                else MOST_LINES_OF_A_FUNCTION
            )
            if length(function) >= most:
                yield f"{source.where}: {function.name} has {length(function)} lines"


def own_files(root: Path) -> Iterator[Path]:
    """The files of the project: hidden folders hold what tools and running brokers keep."""
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if name == ".ci" or not name.startswith(".")]
        where = Path(folder).relative_to(root)
        # git ignores these, too
        below[:] = [name for name in below if str(where / name) not in NOT_OURS]
        yield from (Path(folder, name) for name in names)


def unlicensed(root: Path) -> Iterator[str]:
    for path in sorted(own_files(root)):
        where = path.relative_to(root)
        if str(where) in UNLICENSED:
            continue
        head = path.read_bytes()[:600]
        if path.suffix not in {".java", ".py", ".yaml", ".yml"} and not head.startswith(b"#!"):
            continue
        if LICENCE.encode() not in head:
            yield f"{where} names no licence"
        if where.parts[0] == "plugins" and LICENCE_OF_PLUGINS.encode() not in head:
            yield f"{where} lacks the licence line that ansible-test asks for"


def judges_by_elapsed_time(root: Path) -> Iterator[str]:
    """A busy machine fails such a test, so only a benchmark may be one."""
    for path in sorted((root / "tests").rglob("*.py")):
        where = path.relative_to(root)
        if "benchmarks" in where.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Assert):
                continue
            differences = [
                part
                for part in ast.walk(node)
                if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub)
            ]
            if any("monotonic()" in ast.unparse(part) for part in differences):
                yield f"{where} judges by elapsed time in line {node.lineno}"


RULES = (
    forbidden_imports,
    modules_of_two_packages,
    impure_calls,
    run_mode_readers,
    resources_known_by_name,
    logic_in_modules,
    empty_names,
    too_long,
    unlicensed,
    judges_by_elapsed_time,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Callable[[Path], Iterator[str]]) -> None:
    assert list(rule(ROOT)) == []


def test_the_rules_read_the_real_house() -> None:
    rooms = {source.room for source in sources(ROOT)}
    assert rooms >= {"_core", "_cluster", "_ansible", "_topic", "modules"}
    assert "_core.change" in {name for source in sources(ROOT) for name in source.imports()}


U = "plugins/module_utils/"
BREACHES = [
    (
        forbidden_imports,
        U + "_core/plan.py",
        "from .._cluster.gateway.gateway import Gateway",
        "imports _cluster.gateway.gateway",
    ),
    (forbidden_imports, U + "_core/plan.py", "from .. import _topic", "imports _topic"),
    (
        forbidden_imports,
        U + "_core/plan.py",
        "from ansible.module_utils.basic import AnsibleModule",
        "imports ansible.module_utils.basic",
    ),
    (
        forbidden_imports,
        U + "_core/plan.py",
        "def f():\n    import confluent_kafka",
        "imports confluent_kafka",
    ),
    (
        forbidden_imports,
        U + "_topic/plan.py",
        "from .._cluster.gateway.gateway import Gateway",
        "imports _cluster.gateway.gateway",
    ),
    (forbidden_imports, U + "_topic/plan.py", "import time", "imports time"),
    (forbidden_imports, U + "_topic/spec.py", "import os.path", "imports os.path"),
    (forbidden_imports, U + "_topic/spec.py", "from . import observe", "imports _topic.observe"),
    (
        forbidden_imports,
        U + "_topic/apply.py",
        "from .._cluster import confluent",
        "imports _cluster.confluent",
    ),
    (forbidden_imports, U + "_topic/apply.py", "import confluent_kafka", "imports confluent_kafka"),
    (
        forbidden_imports,
        U + "_topic/apply.py",
        "from .._acl.state import AclState",
        "imports _acl.state",
    ),
    (forbidden_imports, U + "_topic/apply.py", "import jmespath", "imports jmespath"),
    (forbidden_imports, U + "_core/policies.py", "import re2", "imports re2"),
    (
        forbidden_imports,
        U + "_topic/apply.py",
        "from .._cluster.confluent import log",
        "imports _cluster.confluent",
    ),
    (
        forbidden_imports,
        U + "_topic/confluent.py",
        "import confluent_kafka",
        "imports confluent_kafka",
    ),
    (
        forbidden_imports,
        U + "_topic/apply.py",
        "from .._ansible.runner import run",
        "imports _ansible.runner",
    ),
    (
        forbidden_imports,
        U + "_topic/apply.py",
        "from .._ansible.options.guards import guards_spec",
        "imports _ansible.options.guards",
    ),
    (
        forbidden_imports,
        U + "_application/spec.py",
        "from .._topic.resource import Topics",
        "imports _topic.resource",
    ),
    (
        forbidden_imports,
        U + "_application/apply.py",
        "from .._topic.apply import apply_changes",
        "imports _topic.apply",
    ),
    (
        forbidden_imports,
        U + "_application/resource.py",
        "from .._broker.resource import Drained",
        "imports _broker.resource",
    ),
    (
        forbidden_imports,
        U + "_topic/resource.py",
        "from .._application.resource import Applications",
        "imports _application.resource",
    ),
    (
        forbidden_imports,
        U + "_topic/options.py",
        "from .._ansible.runner import run",
        "imports _ansible.runner",
    ),
    (
        forbidden_imports,
        U + "_cluster/connection.py",
        "from confluent_kafka.admin import AdminClient",
        "imports confluent_kafka.admin",
    ),
    (
        forbidden_imports,
        U + "_cluster/confluent/topics.py",
        "from ..._topic.spec import TopicSpec",
        "imports _topic.spec",
    ),
    (
        forbidden_imports,
        U + "_ansible/runner.py",
        "from .._topic import resource",
        "imports _topic.resource",
    ),
    (
        forbidden_imports,
        "plugins/modules/topic.py",
        f"from {COLLECTION}{UTILS}_core.plan import Plan",
        "imports _core.plan",
    ),
    (forbidden_imports, "plugins/modules/topic.py", "import json", "imports json"),
    (forbidden_imports, "plugins/action/topic.py", "import json", "imports json"),
    (
        forbidden_imports,
        "plugins/plugin_utils/progress.py",
        "from ..module_utils._ansible.runner import run",
        "imports _ansible.runner",
    ),
    (
        forbidden_imports,
        "plugins/plugin_utils/progress.py",
        "from ..module_utils._core.plan import Plan",
        "imports _core.plan",
    ),
    (
        forbidden_imports,
        "plugins/inventory/clusters.py",
        "from ..module_utils._topic.spec import parse_topic_set",
        "imports _topic.spec",
    ),
    (
        forbidden_imports,
        "plugins/plugin_utils/_inventory/clusters.py",
        "from .command import output",
        "imports _inventory.command",
    ),
    (
        forbidden_imports,
        "plugins/plugin_utils/_inventory/json_rows.py",
        "import yaml",
        "imports yaml",
    ),
    (
        forbidden_imports,
        "plugins/plugin_utils/_inventory/read.py",
        "from ansible.template import Templar",
        "imports ansible.template",
    ),
    (
        modules_of_two_packages,
        "plugins/modules/topic.py",
        "from ..module_utils._topic.plan import a\nfrom ..module_utils._acl.plan import b",
        "_acl and _topic",
    ),
    (impure_calls, U + "_topic/state.py", "text = open('/etc/hosts').read()", "uses open"),
    (impure_calls, U + "_acl/plan.py", "def plan(module): ...", "takes module"),
    (run_mode_readers, U + "_topic/apply.py", "def f(x): return x.check_mode", "reads check_mode"),
    (
        run_mode_readers,
        "plugins/modules/topic.py",
        "def main(): return getattr(module, '_diff')",
        "reads _diff",
    ),
    (forbidden_imports, U + "_fleet/table.py", "import time", "imports time"),
    (
        forbidden_imports,
        U + "_fleet/table.py",
        "from .._topic.plan import plan",
        "imports _topic.plan",
    ),
    (impure_calls, U + "_fleet/merge.py", "text = open('/etc/hosts').read()", "uses open"),
    (resources_known_by_name, U + "_core/plan.py", "def plan_topics(): ...", "knows plan_topics"),
    (resources_known_by_name, U + "_ansible/runner.py", "acl = None", "knows acl"),
    (resources_known_by_name, U + "_ansible/pipeline.py", "acl = None", "knows acl"),
    (logic_in_modules, "plugins/modules/topic.py", "def parse(): ...", "defines parse"),
    (logic_in_modules, "plugins/modules/topic.py", "class Topic: ...", "defines Topic"),
    (empty_names, U + "_topic/topic_utils.py", "", "calls something topic_utils"),
    (empty_names, U + "_topic/plan.py", "class TopicManager: ...", "calls something TopicManager"),
    (empty_names, U + "_topic/plan.py", "def handle_topic(): ...", "calls something handle_topic"),
    (
        too_long,
        "plugins/modules/topic.py",
        "def main():\n" + "    pass\n" * 14,
        "main has 15 lines",
    ),
    (too_long, U + "_core/plan.py", "def plan():\n" + "    pass\n" * 39, "plan has 40 lines"),
    (too_long, U + "_core/plan.py", "x = 1\n" * 401, "has 401 lines"),
    (unlicensed, "roles/x/tasks/main.yml", "---\n", "names no licence"),
    (unlicensed, "tests/run", "#!/bin/sh\n", "names no licence"),
    (unlicensed, "plugins/modules/topic.py", f"# {LICENCE}\n", "lacks the licence line"),
    (
        judges_by_elapsed_time,
        "tests/x.py",
        "assert time.monotonic() - begin < 4",
        "judges by elapsed time in line 1",
    ),
]


@pytest.mark.parametrize(
    ("rule", "path", "text", "expected"),
    BREACHES,
    ids=[f"{breach[1]} {breach[3]}" for breach in BREACHES],
)
def test_a_breach_is_found(
    house: Path, rule: Callable[[Path], Iterator[str]], path: str, text: str, expected: str
) -> None:
    assert list(rule(house)) == []
    target = house / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    assert any(expected in breach for breach in rule(house))


def test_a_new_resource_needs_no_change_elsewhere(house: Path) -> None:
    assert resources(house) == {"_topic", "_acl"}
    assert [breach for rule in RULES for breach in rule(house)] == []


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house that keeps all rules: two resources, one of them new."""
    for path, lines in HOUSE.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join([f"# {LICENCE_OF_PLUGINS}", f"# {LICENCE}", *lines, ""]))
    return tmp_path


RESOURCE = {
    "plan": ["from .._core.plan import Plan", "from . import state", "from .state import State"],
    "state": ["import re"],
    "observe": [
        "import time",
        "from .._cluster.gateway.gateway import Gateway",
        "from . import plan",
    ],
}
RUNNER = [
    "from ansible.module_utils.basic import AnsibleModule",
    "from .._cluster import confluent",
    "def run(m): return m.check_mode, m._diff",
]
IMPORTS_OF_A_MODULE = [
    f"from {COLLECTION}{UTILS}_ansible.runner import run",
    f"from {COLLECTION}{UTILS}_topic.observe import observe",
]
HOUSE = {
    U + "_core/plan.py": ["import re"],
    U + "_cluster/gateway/topics.py": [
        "from typing import Protocol",
        "from .._core.errors import Unsupported",
    ],
    U + "_cluster/confluent/topics.py": [
        "from confluent_kafka.admin import AdminClient",
        "from .gateway import Gateway",
    ],
    U + "_ansible/runner.py": RUNNER,
    "plugins/modules/topic.py": [
        "DOCUMENTATION = '''",
        *["text"] * 500,
        "'''",
        *IMPORTS_OF_A_MODULE,
        "def main(): run(observe, supports_check_mode=True)",
    ],
    "plugins/modules/acl.py": ["from ..module_utils._acl.observe import observe"],
    "roles/x/tasks/main.yml": ["---"],
    **{
        f"{U}{resource}/{stem}.py": lines
        for resource in ("_topic", "_acl")
        for stem, lines in RESOURCE.items()
    },
}
