# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl_info.undeclared import (
    read_undeclared,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern

from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._acl.rights import entry, right

GROUP = Pattern("group", "app")
TOKEN = Binding("User:a", Pattern("delegation_token", "t"), "DESCRIBE")
ELSEWHERE = TOKEN._replace(principal="User:b")
DECLARED = right("a", "WRITE")
READ = right("a", "READ", GROUP)


@pytest.fixture
def cluster() -> FakeCluster:
    cluster = FakeCluster()
    cluster.groups["app"] = Group(frozenset({"orders"}), frozenset())
    cluster.acls = frozenset({DECLARED, READ, right("b"), TOKEN, ELSEWHERE})
    return cluster


def undeclared(cluster: FakeCluster, *acls: Any, **owned: Any) -> dict[str, Any]:
    options = ("owned_principals", "owned_principal_prefixes", "owned_prefixes")
    given = {**dict.fromkeys(options, ()), **(owned or {"owned_principals": ["User:a"]})}
    return read_undeclared(cluster.connect(), list(acls), **given)


def test_what_is_owned_and_not_declared_is_found(cluster: FakeCluster) -> None:
    found = undeclared(cluster, entry(DECLARED), entry(right("a", "READ", "missing")))
    assert found["acls"] == [{**entry(READ), "groups": {"app": ["User:a"]}}]
    assert [each["principal"] for each in found["unreadable"]] == ["User:a"]
    assert cluster.written() == 0


def test_what_is_declared_absent_is_declared(cluster: FakeCluster) -> None:
    absent = entry(READ, state="absent")
    assert undeclared(cluster, absent, entry(DECLARED))["acls"] == []
    more = READ._replace(operation="DELETE")
    cluster.acls |= {more}
    assert undeclared(cluster, absent, entry(DECLARED))["acls"] == [
        {**entry(more), "groups": {"app": ["User:a"]}}
    ]


def test_nothing_has_to_be_declared(cluster: FakeCluster) -> None:
    assert len(undeclared(cluster)["acls"]) == 2
    assert len(undeclared(cluster, owned_prefixes=["ord"])["acls"]) == 2


def test_groups_that_are_hidden_are_unknown(cluster: FakeCluster) -> None:
    gateway = cluster.connect()
    hidden = cluster.denied["DESCRIBE"]
    # the right goes after the ACLs were read
    cluster.before("describe_consumer_groups", lambda: hidden.add(CLUSTER))
    found = read_undeclared(gateway, [entry(DECLARED)], ["User:a"], [], [])
    assert [each["groups"] for each in found["acls"]] == ["unknown"]


def test_somebody_has_to_own_what_is_reported(cluster: FakeCluster) -> None:
    with pytest.raises(InvalidSpec, match="give owned_principals, owned_principal_prefixes or"):
        undeclared(cluster, owned_principals=[])
