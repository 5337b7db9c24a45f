# SPDX-License-Identifier: GPL-3.0-or-later
"""What one call of a module imports: each task starts a Python of its own and pays for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable

import pytest

PREFIX = "ansible_collections.omninode.kafka.plugins."
ROOMS = {"_ansible", "_cluster", "_core", "_kafka", "_topic", "_usage"}
MOST_FILES = 58
MOST_OTHERS = 6
# each serves only some calls: contracts, queries, replicas, the metadata of installed packages
LATE = (
    "asyncio",
    "attr",
    "hypothesis",
    "importlib.metadata",
    "jmespath",
    "jsonschema",
    "kafka",
    "re2",
    "referencing",
    "yaml",
)
# of applications
PARTS = ("_acl.", "_quota.", "_scram_user.", "_topic.")
# Ansible and the client library import what they need, whatever a module does
PROBE = """
import importlib, json, sys
import ansible.module_utils.basic, confluent_kafka.admin
given = set(sys.modules)
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(set(sys.modules) - given)))
"""


def imports_of(module: str) -> set[str]:
    """The modules that it imports beyond those of Ansible and the client library."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, f"{PREFIX}modules.{module}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def own(found: Iterable[str]) -> set[str]:
    """The collection's own files, such as _topic.plan; the packages that hold them do not count."""
    below = f"{PREFIX}module_utils."
    names = {name.removeprefix(below) for name in found if name.startswith(below)}
    return {name for name in names if not any(other.startswith(f"{name}.") for other in names)}


@pytest.fixture(scope="module", params=["topic", "topics"])
def found(request: pytest.FixtureRequest) -> set[str]:
    return imports_of(request.param)


def test_keeping_topics_imports_no_other_room(found: set[str]) -> None:
    rooms = {name.partition(".")[0] for name in own(found)}
    assert rooms <= ROOMS, f"a call that keeps topics has no use for {rooms - ROOMS}"


def test_keeping_topics_imports_few_files(found: set[str]) -> None:
    files = sorted(own(found))
    assert len(files) <= MOST_FILES, (
        f"each call reads {len(files)} files: import what only some calls need where they need it, "
        f"or raise MOST_FILES if every call needs it: {files}"
    )


def test_keeping_topics_imports_no_library_that_it_does_not_use(found: set[str]) -> None:
    unused = [name for name in LATE if name in found]
    assert not unused, f"import {unused} in the function that needs it, not at the top of a file"


def test_keeping_topics_imports_little_of_the_standard_library(found: set[str]) -> None:
    others = sorted(name for name in found if not name.startswith("ansible_collections"))
    assert len(others) <= MOST_OTHERS, (
        f"each call imports {others}, which neither Ansible nor the client library needs: "
        "import them in the function that needs them"
    )


def test_keeping_applications_imports_a_part_only_where_it_is_declared() -> None:
    found = imports_of("applications")
    parts = [name for name in own(found) if name.startswith(PARTS)]
    assert {name.partition(".")[2] for name in parts} == {"options"}
    assert not [name for name in LATE if name in found]


def test_the_probe_sees_what_a_module_imports() -> None:
    found = imports_of("event_publish")
    assert "_event.publish" in own(found)
    assert "uuid" in found
