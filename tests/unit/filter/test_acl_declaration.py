# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live ACLs as the variable that declares them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.plugins.filter.core import to_nice_yaml
from ansible_collections.omninode.kafka.plugins.filter.acl_declaration import (
    FilterModule,
    acl_declaration,
)
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import declarations
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._acl.rights import CLUSTER, right

BINDINGS = st.builds(
    Binding,
    st.sampled_from(["User:a", "User:*"]),
    st.sampled_from(
        [Pattern("topic", "a"), Pattern("topic", "a", "prefixed"), Pattern("group", "é *")]
    ),
    st.sampled_from(["READ", "DESCRIBE", "ALL"]),
    st.sampled_from(["allow", "deny"]),
    st.sampled_from(["*", "192.0.2.1", "2001:db8:0:0:0:0:0:1"]),
)


def exported(*bindings: Binding) -> Any:
    return acl_declaration(declarations(bindings))["kafka_acls_declared"]  # type: ignore[arg-type]


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"acl_declaration": acl_declaration}


def test_what_is_the_default_is_not_said() -> None:
    short = {"principal": "User:a", "resource_type": "topic", "resource_name": "orders"}
    both = right(), right("a", "DESCRIBE")
    assert exported(*both) == [{**short, "operations": ["describe", "read"]}]
    assert exported(right("a", "ALTER", CLUSTER)) == [
        {"principal": "User:a", "resource_type": "cluster", "operations": ["alter"]}
    ]
    narrow = right(permission="deny", host="192.0.2.1", what=Pattern("topic", "b", "prefixed"))
    assert exported(narrow) == [
        {
            **short,
            "resource_name": "b",
            "pattern_type": "prefixed",
            "operations": ["read"],
            "permission": "deny",
            "host": "192.0.2.1",
        }
    ]


def test_what_a_principal_does_is_said_so() -> None:
    rights = right(), right("a", "WRITE"), right("a", "READ", Pattern("group", "g.", "prefixed"))
    does = {"produce": ["orders"], "consume": ["orders"], "groups": [{"prefixed": "g."}]}
    assert exported(*rights) == [{"principal": "User:a", **does}]


@given(st.frozensets(BINDINGS, max_size=8))
def test_the_text_declares_the_same_acls(bindings: frozenset[Binding]) -> None:
    text = to_nice_yaml(exported(*bindings), sort_keys=False)
    assert parse_acl_set(yaml.safe_load(text)).bindings.keys() == bindings


def test_a_mistake_that_a_broker_took_is_left_out() -> None:
    assert exported(right(host="kafka.example"), right("a", "CLUSTER_ACTION")) == []


@pytest.mark.parametrize("wrong", [3, [3], [{"principal": "User:a"}]])
def test_only_acls_are_declared(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"give the acls that omninode\.kafka\.acl_info returns"):
        acl_declaration(wrong)


@pytest.mark.parametrize("kind", ["literal", "prefixed"])
@pytest.mark.parametrize(
    ("operation", "field"), [("READ", "groups"), ("DESCRIBE", "resource_name")]
)
def test_what_ansible_would_evaluate_is_refused(kind: str, operation: str, field: str) -> None:
    group = right("a", operation, Pattern("group", "{{ x }}", kind))
    with pytest.raises(ValueError, match=rf"{field} of an ACL: .* taken for a template"):
        exported(group)
