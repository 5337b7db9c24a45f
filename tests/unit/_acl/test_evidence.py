# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl.change import AclChange
from ansible_collections.omninode.kafka.plugins.module_utils._acl.evidence import weigh
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern

from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._acl.rights import planned, right

GROUP = Pattern("group", "orders.app")
GROUPS = Pattern("group", "orders.", "prefixed")
OWN = [right(), right("a", "READ", GROUP)]


@pytest.fixture
def cluster() -> FakeCluster:
    """A member of the group orders.app reads the topic orders."""
    cluster = FakeCluster()
    cluster.groups["orders.app"] = Group(frozenset({"orders"}), frozenset({"orders"}))
    cluster.groups["orders.idle"] = Group(frozenset(), frozenset({"orders"}))
    return cluster


NOW = 1_800_000_000_000
DAY = 86_400_000


def weighed(
    cluster: FakeCluster, observed: list[Binding], **declared: list[Binding]
) -> Plan[AclChange]:
    plan = planned(observed=observed, **declared)  # type: ignore[arg-type]
    return weigh(cluster.connect(), plan, Observed(frozenset(observed)), lambda: NOW / 1000)


@pytest.mark.parametrize(
    ("observed", "declared", "groups"),
    [
        # its right on the group goes, or that on the topic
        (OWN, {"absent": [OWN[1]]}, {"orders.app": ("User:a",)}),
        (OWN, {"absent": [OWN[0]]}, {"orders.app": ("User:a",)}),
        (OWN, {"present": [right(permission="deny")]}, {"orders.app": ("User:a",)}),
        # another one may be the reader, too
        (
            [*OWN, right("b", "READ", GROUPS)],
            {"absent": [OWN[1]]},
            {"orders.app": ("User:a", "User:b")},
        ),
        # the right comes from elsewhere as well
        ([*OWN, right("a", "ALL", GROUPS)], {"absent": [OWN[1]]}, None),
        ([*OWN, right("*")], {"absent": [OWN[0]]}, None),
        (OWN, {"present": [right("a", "READ", "*")], "absent": [OWN[0]]}, None),
        # only from one host afterwards
        (
            OWN,
            {"present": [right(host="192.0.2.1")], "absent": [OWN[0]]},
            {"orders.app": ("User:a",)},
        ),
        # who may not read the group is not its reader
        ([OWN[0]], {"absent": [OWN[0]]}, None),
        # a topic that the group does not read, a group that is not active
        ([*OWN, right("a", "READ", "b")], {"absent": [right("a", "READ", "b")]}, None),
        (
            [right("a", "READ", Pattern("group", "orders.idle"))],
            {"absent": [right("a", "READ", Pattern("group", "orders.idle"))]},
            None,
        ),
    ],
)
def test_an_active_group_that_loses_a_right_is_evidence(
    cluster: FakeCluster, observed: list[Binding], declared: Any, groups: Any
) -> None:
    changes = weighed(cluster, observed, **declared).changes
    found = [change for change in changes if "in_use" in change.hazards]
    assert [change.evidence.groups for change in found] == ([groups] if groups else [])


def test_groups_that_cannot_be_read_may_be_stopped(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE"].add(CLUSTER)
    [change] = weighed(cluster, OWN, absent=[OWN[0]]).changes
    assert (change.hazards, change.facts) == (("in_use",), {"groups": "unknown"})
    assert change.told(change.facts) == {"groups": "unknown"}


def test_the_evidence_is_told_as_a_sentence(cluster: FakeCluster) -> None:
    [change] = weighed(cluster, OWN, absent=[OWN[1]]).changes
    assert change.told(change.facts) == {
        "groups": "only User:a may read group orders.app; it is active"
    }
    many = [*OWN, right("b", "READ", GROUP)]
    [change] = weighed(cluster, many, absent=[OWN[1]]).changes
    assert change.told(change.facts) == {
        "groups": "User:a, User:b may read group orders.app; it is active"
    }


def test_without_readers_brokers_may_still_be_stopped(cluster: FakeCluster) -> None:
    brokers = right("broker", "CLUSTER_ACTION", Pattern("cluster", "kafka-cluster"))
    both = [brokers, right("b", "READ", Pattern("group", "orders.idle"))]
    [on_cluster, on_group] = weighed(cluster, both, absent=both).changes[::-1]
    assert (on_cluster.hazards, on_group.hazards) == (("in_use",), ())


def test_groups_are_read_only_where_a_reader_may_lose_something(cluster: FakeCluster) -> None:
    weighed(cluster, [right("a", "WRITE")], absent=[right("a", "WRITE")])
    assert cluster.requests["describe_consumer_groups"] == 0
    weighed(cluster, OWN, absent=OWN)
    assert cluster.requests["describe_consumer_groups"] == 1


WRITES = right("a", "WRITE")
PREFIX = right("a", "WRITE", Pattern("topic", "ord", "prefixed"))


@pytest.mark.parametrize(
    ("observed", "absent", "age", "written"),
    [
        ([WRITES], [WRITES], 0, {"orders": "2027-01-15T08:00:00Z"}),
        ([PREFIX], [PREFIX], DAY, {"orders": "2027-01-14T08:00:00Z"}),
        # nobody wrote for longer
        ([WRITES], [WRITES], DAY + 1, None),
        # the right comes from elsewhere as well, or is one of another topic
        ([WRITES, PREFIX], [WRITES], 0, None),
        ([WRITES, right("*", "WRITE")], [WRITES], 0, None),
        ([right("a", "WRITE", "b")], [right("a", "WRITE", "b")], 0, None),
        # a record without a time
        ([WRITES], [WRITES], NOW + 1, {"orders": "unknown"}),
    ],
)
def test_a_topic_that_was_written_to_lately_is_evidence(
    cluster: FakeCluster, observed: list[Binding], absent: list[Binding], age: int, written: Any
) -> None:
    for name in ("orders", "b", "empty"):
        cluster.put(name)
    cluster.produce("orders", NOW - age)
    [change] = weighed(cluster, observed, absent=absent).changes
    assert change.evidence.written == written
    assert change.hazards == (("in_use",) if written else ())


def test_a_topic_that_may_not_be_described_may_have_been_written_to(cluster: FakeCluster) -> None:
    """Nobody tells whether it exists, so no name is asked for that a topic cannot have."""
    impossible = right("a", "WRITE", "not a topic!")
    cluster.denied["DESCRIBE"].add("orders")
    plan = weighed(cluster, [WRITES, impossible], absent=[WRITES, impossible])
    found = {change.name: change.evidence.written for change in plan.changes}
    assert found == {
        "User:a on topic orders": {"orders": "unknown"},
        "User:a on topic not a topic!": None,
    }


def test_who_wrote_is_said_to_be_unknown(cluster: FakeCluster) -> None:
    cluster.put("orders")
    cluster.produce("orders", NOW)
    [change] = weighed(cluster, [WRITES], absent=[WRITES]).changes
    assert change.told(change.facts) == {
        "written": "topic orders at 2027-01-15T08:00:00Z, by whom is not known"
    }


def test_a_denial_takes_the_right_to_write_too(cluster: FakeCluster) -> None:
    cluster.put("orders")
    cluster.produce("orders", NOW)
    denial = right("a", "ALL", permission="deny")
    [change] = weighed(cluster, [*OWN, WRITES], present=[denial]).changes
    assert change.evidence.groups == {"orders.app": ("User:a",)}
    assert change.evidence.written is not None
