# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several modules say is said in the same words, and what they share speaks of no resource."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.module_utils._acl.fields import (
    INTENT,
    RIGHT,
    SETTINGS,
)
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.guards import (
    guards_spec,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import KEYS
from ansible_collections.omninode.kafka.plugins.module_utils._quota import fields as quota_fields
from ansible_collections.omninode.kafka.plugins.module_utils._quota.spec import parse_quota_set
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.fields import (
    FIELDS as USER_FIELDS,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.options import (
    declared_users_spec,
    scram_users_spec,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import (
    TopicSpec,
    parse_topic_set,
)

PLUGINS = Path(__file__).parents[2] / "plugins"
MODULES = {path.stem: path for path in sorted((PLUGINS / "modules").glob("*.py"))}
# the fragments that the modules of every resource extend
SHARED_FRAGMENTS = ["attributes", "connection", "guards", "reconcile"]
_OF_TOPICS = re.compile(r"\b(topic|partition|record)s?\b", re.IGNORECASE)


class Value(NamedTuple):
    """A returned value, as one module documents it."""

    module: str
    description: str
    type: str


# keys under which two modules return different things, each with what sets these apart
DIFFERENT = {
    "acls": "acl_info returns what was asked for, acls what was declared or is owned",
    "quotas": "quota_info returns what was asked for, quotas what was declared or is owned",
    "unreadable": "acl_info returns all, undeclared_acls_info those that are owned",
    "changes.kind": "each kind of resource has its own",
    "changes.name": "a topic has a name, a right of a principal is told by its parts",
    "changes.operation": "each kind of resource has its own",
    "changes.before": "each kind of resource is declared in its own form",
    "changes.after": "each kind of resource is declared in its own form",
    "changes.hazards": "each kind of resource has its own",
    "changes.evidence": "topics lose what is read from the cluster, ACLs also what is declared",
    "changes.evidence.groups": "a topic has readers, an ACL those whom it lets read",
    "events": "event_info returns the events that it read, event_publish those that it published",
    "outcome": "event_publish tells what became of events, the others what became of changes",
    "topics": "each module returns other topics",
    "undo": "the undo of a broker needs more than topics, that of applications is of several kinds",
    "undo.topics": "the undo of a broker has only their replicas",
    "users": "each module returns other users",
    "topics.records": "topic_metrics_info counts records in three spans, the others all records",
}


def documented(module: str, block: str = "RETURN") -> Mapping[str, Any]:
    """A block of a module's documentation."""
    for node in ast.parse(MODULES[module].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == block:
            values: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return values
    raise AssertionError(f"{module} has no {block}")


def values(fields: Mapping[str, Any], module: str, prefix: str = "") -> Iterator[tuple[str, Value]]:
    """Each value by its path, such as `outcome.applied`, with those that it contains."""
    for name, field in fields.items():
        path = prefix + name
        text = field["description"]
        description = text if isinstance(text, str) else "\n".join(text)
        yield path, Value(module, description, field["type"])
        yield from values(field.get("contains", {}), module, f"{path}.")


def by_path(returns: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    for module, fields in returns.items():
        for path, value in values(fields, module):
            found.setdefault(path, []).append(value)
    return found


def unequal(returns: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The paths that two modules describe in different words, or with different types."""
    found = set()
    for path, described in by_path(returns).items():
        if len({(value.description, value.type) for value in described}) > 1:
            found.add(path)
    return found


RETURNS = {module: documented(module) for module in MODULES}
SHARED = [path for path, described in by_path(RETURNS).items() if len(described) > 1]


def test_the_same_value_is_described_in_the_same_words() -> None:
    assert unequal(RETURNS) == DIFFERENT.keys()


@pytest.mark.parametrize("path", sorted(set(SHARED) - DIFFERENT.keys()))
def test_a_text_that_is_changed_in_one_module_is_found(path: str) -> None:
    module = by_path(RETURNS)[path][0].module
    changed = yaml.safe_load(yaml.safe_dump(RETURNS[module]))
    *parents, name = path.split(".")
    fields = changed
    for parent in parents:
        fields = fields[parent]["contains"]
    fields[name]["description"] = "Another text."

    assert path in unequal({**RETURNS, module: changed})


@pytest.mark.parametrize("fragment", SHARED_FRAGMENTS)
def test_a_fragment_of_every_resource_speaks_of_none(fragment: str) -> None:
    text = (PLUGINS / "doc_fragments" / f"{fragment}.py").read_text(encoding="utf-8")

    assert _OF_TOPICS.findall(text) == []


def test_fragments_that_several_modules_extend_are_held_to_that() -> None:
    """A fragment of one kind of resource says so by its name."""
    fragments = {path.stem for path in (PLUGINS / "doc_fragments").glob("*.py")}

    guards = {"acl_guards", "quota_guards", "scram_user_guards", "topic_guards"}
    assert fragments - guards - {"contract", "moves"} == set(SHARED_FRAGMENTS)


def test_the_fields_of_an_acl_are_those_that_are_parsed() -> None:
    fields = documented("acls", "DOCUMENTATION")["options"]["acls"]["suboptions"]

    assert fields.keys() == {*SETTINGS, *RIGHT, *INTENT}


def test_the_fields_of_a_user_are_those_that_are_parsed() -> None:
    for module in ("scram_users", "undeclared_scram_users_info"):
        fields = documented(module, "DOCUMENTATION")["options"]["users"]["suboptions"]
        assert fields.keys() == USER_FIELDS.keys()
        assert fields.keys() == declared_users_spec()["users"]["options"].keys()


def test_the_options_of_users_have_the_guards_of_every_run() -> None:
    assert scram_users_spec().items() >= guards_spec().items()


def test_a_field_of_an_acl_that_is_not_set_has_the_documented_default() -> None:
    fields = documented("acls", "DOCUMENTATION")["options"]["acls"]["suboptions"]
    right = {"principal": "User:a", "resource_type": "topic", "resource_name": "a"}
    does = {"principal": "User:a", "consume": ["a"]}
    for given, others in (({**right, "operations": ["read"]}, INTENT), (does, RIGHT)):
        defaults = {
            name: field["default"]
            for name, field in fields.items()
            if "default" in field and name not in others
        }
        assert parse_acl_set([{**defaults, **given}]) == parse_acl_set([given])


def fields_of_a_quota() -> Mapping[str, Any]:
    options = documented("quotas", "DOCUMENTATION")["options"]
    fields: dict[str, Any] = options["quotas"]["suboptions"]
    return fields


def test_the_fields_of_a_quota_are_those_that_are_parsed() -> None:
    fields = fields_of_a_quota()

    assert fields.keys() == {
        *quota_fields.NAMES,
        *quota_fields.DEFAULTS,
        *quota_fields.SETTINGS,
    }
    assert fields["quotas"]["suboptions"].keys() == KEYS.keys()


def test_a_field_of_a_quota_that_is_not_set_has_the_documented_default() -> None:
    fields = fields_of_a_quota()
    defaults = {name: field["default"] for name, field in fields.items() if "default" in field}
    quota = {"user": "a", "quotas": {"producer_byte_rate": 1}}

    assert parse_quota_set([{**defaults, **quota}]) == parse_quota_set([quota])


def documented_fields() -> Mapping[str, Any]:
    """The fields of a topic, by name."""
    options = documented("topics", "DOCUMENTATION")["options"]
    fields: dict[str, Any] = options["topics"]["suboptions"]
    return fields


def test_the_fields_of_a_topic_are_those_that_are_parsed() -> None:
    values = {"str": "present", "int": 3, "bool": True, "list": [], "dict": {}}
    for name, field in documented_fields().items():
        value = field["choices"][0] if "choices" in field else values[field["type"]]

        parse_topic_set([{"name": "a", name: value}])

    parsed = {*TopicSpec._fields, "profiles"}
    assert documented_fields().keys() == parsed


def test_a_field_that_is_not_set_has_the_documented_default() -> None:
    defaults = {
        name: field["default"] for name, field in documented_fields().items() if "default" in field
    }

    assert parse_topic_set([{"name": "a", **defaults}]) == parse_topic_set([{"name": "a"}])


@pytest.mark.parametrize(
    ("resource", "fragments"),
    [
        ("topics", ["guards", "moves", "reconcile", "topic_guards"]),
        ("acls", ["guards", "reconcile", "acl_guards"]),
        ("quotas", ["guards", "reconcile", "quota_guards"]),
        ("scram_users", ["guards", "reconcile", "scram_user_guards"]),
    ],
)
def test_a_variable_of_the_role_has_the_default_of_the_option_that_it_sets(
    resource: str, fragments: list[str]
) -> None:
    prefix = f"kafka_{resource}_"
    options = documented(resource, "DOCUMENTATION")["options"]
    for fragment in fragments:
        options |= documented_fragment(fragment)["options"]
    path = PLUGINS.parent / f"roles/kafka_{resource}/meta/argument_specs.yml"
    variables = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"][
        "options"
    ]
    defaults = {
        name: options[name.removeprefix(prefix)].get("default")
        for name in variables.keys() - {f"{prefix}declared", f"{prefix}connection"}
    }

    assert defaults == {name: variables[name].get("default") for name in defaults}


ROLES = [
    "kafka_acls",
    "kafka_applications",
    "kafka_broker",
    "kafka_quotas",
    "kafka_scram_users",
    "kafka_topics",
]


@pytest.mark.parametrize("role", ROLES)
def test_a_default_of_a_role_is_documented(role: str) -> None:
    """One that is made from other variables is documented as what it comes to, or in words."""
    folder = PLUGINS.parent / "roles" / role
    defaults = yaml.safe_load((folder / "defaults/main.yml").read_text(encoding="utf-8"))
    specs = yaml.safe_load((folder / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]
    documented = {name: options[name].get("default") for name in defaults}
    made = {name for name, value in defaults.items() if "{{" in str(value)}

    assert {name for name, value in documented.items() if value is None} == set()
    assert {name: documented[name] for name in defaults.keys() - made} == {
        name: defaults[name] for name in defaults.keys() - made
    }


# what is set for a run of all kinds, rather than for one of them
OF_THE_RUN = {"expected_plan_id", "report_refused", "undo_file", "validate", "wait"}


@pytest.mark.parametrize("part", ["topics", "scram_users", "acls", "quotas"])
def test_applications_are_kept_with_the_variables_of_each_role(part: str) -> None:
    """An option that the role of a kind passes on is passed on with applications too."""
    alone = module_call(f"kafka_{part}/tasks/{part}.yml", part)
    together = module_call("kafka_applications/tasks/applications.yml", "applications")
    if part == "scram_users":
        # they have an option of their own, which hides passwords
        del alone["users"]
        assert together["users"] == "{{ kafka_applications_merged.users }}"
    else:
        alone[part] = f"{{{{ kafka_applications_merged.{part} }}}}"

    assert together[part] == {name: alone[name] for name in alone.keys() - OF_THE_RUN}
    for name in OF_THE_RUN:
        assert together[name] == f"{{{{ kafka_applications_{name} | default(omit) }}}}"


@pytest.mark.parametrize("part", ["topics", "scram_users", "acls", "quotas", "applications"])
def test_a_fleet_is_kept_with_the_variables_of_each_role(part: str) -> None:
    """An option that a role passes on is passed on for each cluster of a fleet too."""
    alone = module_call(f"kafka_{part}/tasks/{part}.yml", part)
    path = PLUGINS.parent / "roles/kafka_fleet/vars/main.yml"
    text = path.read_text(encoding="utf-8").replace(
        "kafka_fleet_merged", "kafka_applications_merged"
    )
    options = yaml.safe_load(text)
    together = options[f"kafka_fleet_{part}"]

    assert together.pop("connection") == f"{{{{ kafka_{part}_connection | default({{}}) }}}}"
    # an option of the module that the role sets in drift.yml only, and the fleet always
    assert together == {name: alone[name] for name in alone.keys() - {"report_refused"}}


def test_a_fleet_keeps_the_catalogue_as_its_role_does() -> None:
    path = PLUGINS.parent / "roles/kafka_test_generation/tasks/main.yml"
    passed = yaml.safe_load(path.read_text(encoding="utf-8"))[0]["vars"]
    path = PLUGINS.parent / "roles/kafka_fleet/vars/main.yml"
    options = yaml.safe_load(path.read_text(encoding="utf-8"))
    catalogue = options["kafka_fleet_catalogue"]
    named = {"kafka_topics_declared": "topics"}

    own = {named.get(name, name.removeprefix("kafka_topics_")): passed[name] for name in passed}
    assert catalogue == {**options["kafka_fleet_topics"], **own}


def module_call(tasks: str, module: str) -> dict[str, Any]:
    """The options that the first task of a role gives its module."""
    path = PLUGINS.parent / "roles" / tasks
    first = yaml.safe_load(path.read_text(encoding="utf-8"))[0]
    options: dict[str, Any] = first[f"omninode.kafka.{module}"]
    return options


def documented_fragment(name: str) -> Mapping[str, Any]:
    tree = ast.parse((PLUGINS / "doc_fragments" / f"{name}.py").read_text(encoding="utf-8"))
    [fragment] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    [block] = [node for node in fragment.body if isinstance(node, ast.Assign)]
    documentation: dict[str, Any] = yaml.safe_load(ast.literal_eval(block.value))
    return documentation
