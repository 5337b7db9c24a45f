# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._acl.apply import (
    apply_changes,
    seconds_to_show,
)
from ansible_collections.omninode.kafka.plugins.module_utils._acl.observe import (
    observe_all,
    observe_declared,
)
from ansible_collections.omninode.kafka.plugins.module_utils._acl.plan import plan_acls
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._acl.undo import undo
from ansible_collections.omninode.kafka.plugins.module_utils._acl.validate import validate_rights
from ansible_collections.omninode.kafka.plugins.module_utils._acl_info.acls import read_acls
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    InvalidSpec,
    NotAuthorized,
    Unsupported,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern

from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._acl.rights import entry, planned, right

TOKEN = Binding("User:a", Pattern("delegation_token", "t"), "DESCRIBE")


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def test_all_acls_are_read_with_one_request(cluster: FakeCluster) -> None:
    cluster.acls = frozenset({right(), TOKEN})
    observed = observe_all(cluster.connect())
    assert observed.bindings == {right()}
    [foreign] = observed.foreign
    assert (foreign.principal, foreign.pattern) == ("User:a", Pattern("unknown", "t"))
    assert (observed.cluster_id, observed.principal) == (
        "fake-cluster-id-000000",
        "User:ANONYMOUS",
    )
    assert sum(cluster.requests.values()) == 1


def test_without_the_right_nothing_is_taken_for_absent(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE"].add(CLUSTER)
    with pytest.raises(NotAuthorized, match="needs the ACL operation DESCRIBE on the cluster"):
        observe_all(cluster.connect())


def test_without_an_authorizer_there_is_nothing_to_keep() -> None:
    cluster = FakeCluster(authorizer_class_name="")
    with pytest.raises(Unsupported, match=r"no authorizer \(authorizer.class.name is not set\)"):
        observe_all(cluster.connect())


def test_who_may_not_read_the_config_has_met_an_authorizer(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE_CONFIGS"].add(CLUSTER)
    assert observe_all(cluster.connect()).bindings == frozenset()


@pytest.mark.parametrize("state", ["present", "absent"])
def test_what_the_client_library_cannot_write_is_refused(cluster: FakeCluster, state: str) -> None:
    declared = parse_acl_set([entry(TOKEN, state=state), entry(right())])
    with pytest.raises(Unsupported) as caught:
        observe_declared(cluster.connect(), declared)
    assert str(caught.value) == (
        "cannot keep acl User:a on delegation_token t: the client library confluent-kafka has no"
        " word for its resource type or operation; use the program kafka-acls of Kafka for it"
    )
    assert sum(cluster.requests.values()) == 0


def applied(cluster: FakeCluster) -> tuple[list[tuple[str, str]], list[str]]:
    """A creation of two and a deletion: what became of each, and why."""
    plan = planned([right(), right("b")], [right("c")], observed=[right("c")])
    cluster.acls |= {right("c")}
    outcomes = apply_changes(cluster.connect(), plan, Observed(cluster.acls)).outcomes
    told = [(outcome.change.subject.principal, outcome.status) for outcome in outcomes]
    return told, [outcome.cause for outcome in outcomes]


def test_all_is_written_with_two_requests(cluster: FakeCluster) -> None:
    statuses = [("User:a", "applied"), ("User:b", "applied"), ("User:c", "applied")]
    assert applied(cluster) == (statuses, ["", "", ""])
    assert cluster.acls == {right(), right("b")}
    assert (cluster.requests["create_acls"], cluster.requests["delete_acls"]) == (1, 1)


def test_nothing_is_deleted_after_a_failure(cluster: FakeCluster) -> None:
    cluster.denied["ALTER"].add(CLUSTER)
    statuses, causes = applied(cluster)
    assert statuses == [("User:a", "failed"), ("User:b", "failed"), ("User:c", "pending")]
    assert causes[0] == (
        "CLUSTER_AUTHORIZATION_FAILED (the principal needs the ACL operation ALTER on the cluster)"
    )
    assert causes[2] == "not tried, since nothing is deleted after a failure"
    assert cluster.requests["delete_acls"] == 0


@pytest.mark.parametrize("fate", ["applied", "dropped"])
def test_a_lost_answer_proves_nothing(cluster: FakeCluster, fate: str) -> None:
    cluster.fates["create_acls"] = [fate]  # type: ignore[list-item]
    statuses, _causes = applied(cluster)
    assert statuses == [("User:a", "unknown"), ("User:b", "unknown"), ("User:c", "pending")]


def test_without_an_authorizer_on_the_controller_the_remedy_is_told() -> None:
    cluster = FakeCluster(authorizer_class_name="")
    _statuses, causes = applied(cluster)
    assert "set authorizer.class.name on every controller" in causes[0]


def test_a_change_of_which_one_binding_is_refused_has_failed(cluster: FakeCluster) -> None:
    """The change is one, so it is told as what it is not: made."""
    plan = planned([right()])
    [change] = plan.changes
    broken = change._replace(subject=change.subject._replace(host=""), operations=("READ", "WRITE"))
    [outcome] = apply_changes(
        cluster.connect(), type(plan)((broken,)), Observed(frozenset())
    ).outcomes
    assert (outcome.status, outcome.cause) == (
        "failed",
        "INVALID_REQUEST: Host pattern cannot be null or empty",
    )


def many(who: str, number: int) -> list[Binding]:
    return [right(who, "WRITE", f"t{each}") for each in range(number)]


@pytest.mark.parametrize(
    ("created", "deleted", "requests"),
    [
        (9_900, 0, (1, 0)),
        (9_901, 0, (2, 0)),
        # the controller compares each with all that there are
        (0, 1_000, (0, 1)),
        (0, 2_000, (0, 2)),
        (1_000, 1_000, (1, 1)),
    ],
)
def test_the_controller_takes_every_request(
    cluster: FakeCluster, created: int, deleted: int, requests: tuple[int, int]
) -> None:
    old, new = many("old", deleted), many("new", created)
    cluster.acls = frozenset(old)
    plan = planned(new, old, observed=old)
    outcomes = apply_changes(cluster.connect(), plan, Observed(cluster.acls)).outcomes
    assert {outcome.status for outcome in outcomes} == {"applied"}
    assert cluster.acls == frozenset(new)
    assert (cluster.requests["create_acls"], cluster.requests["delete_acls"]) == requests


def test_nothing_is_sent_to_a_cluster_that_has_stopped_answering(cluster: FakeCluster) -> None:
    plan = planned(many("new", 9_901))
    cluster.fates["create_acls"] = ["dropped"]
    outcomes = apply_changes(cluster.connect(), plan, Observed(frozenset())).outcomes
    assert [outcome.status for outcome in outcomes] == ["unknown"] * 9_900 + ["pending"]
    assert outcomes[-1].cause == "not tried, since answers were lost (run again)"
    assert cluster.requests["create_acls"] == 1


def test_more_acls_get_more_time_to_show() -> None:
    few = planned([right()])
    assert seconds_to_show(few) < 11
    assert seconds_to_show(planned(many("a", 1000))) == 30


@pytest.mark.parametrize(
    ("operations", "by_broker", "refused"),
    [
        (frozenset({"DESCRIBE"}), True, True),
        (frozenset({"DESCRIBE"}), False, False),
        (frozenset({"ALTER"}), True, False),
        (None, True, False),
    ],
)
def test_the_right_to_alter_is_looked_up(
    operations: frozenset[str] | None, by_broker: bool, refused: bool
) -> None:
    plan = planned([right()])
    observed = Observed(frozenset(), operations=operations)
    validation = validate_rights(plan, observed, by_broker)
    assert [item.name for item in validation.unvalidated] == ["User:a on topic orders"]
    assert [refusal.why for refusal in validation.refusals] == (
        [
            "create acl User:a on topic orders (gains READ): the principal needs the ACL operation"
            " ALTER on the cluster"
        ]
        if refused
        else []
    )
    assert all(refusal.stops(plan.changes[0]) for refusal in validation.refusals)


def test_the_undo_is_a_declaration() -> None:
    plan = planned([right()], [right("b")], observed=[right("b")])
    undone = undo(plan)
    assert undone == {
        "acls": [entry(right(), state="absent"), entry(right("b"))],
        "not_undone": [],
    }
    back = plan_acls(parse_acl_set(undone["acls"]), Observed(frozenset({right()})))
    assert [change.title for change in back.changes] == [
        "User:b gains READ on topic orders",
        "User:a loses READ on topic orders",
    ]


def test_what_nobody_may_declare_is_not_undone() -> None:
    odd = right(host="not an address")
    plan = planned(absent=[odd], observed=[odd])
    undone = undo(plan)
    assert undone["acls"] == []
    [sentence] = undone["not_undone"]  # type: ignore[misc]
    assert str(sentence).startswith(
        "acl User:a on topic orders (from not an address) does not come back: must be an IP"
    )


def test_acls_are_read_by_principal_and_by_what_they_apply_to(cluster: FakeCluster) -> None:
    literal, prefixed = right(), right("b", "READ", Pattern("topic", "ord", "prefixed"))
    every = right("a", "WRITE", "*")
    group = right("a", "READ", Pattern("group", "orders"))
    cluster.acls = frozenset({literal, prefixed, every, group, TOKEN})
    gateway = cluster.connect()

    def read(**asked: object) -> list[object]:
        found = read_acls(gateway, **asked)  # type: ignore[arg-type]
        assert len(found["unreadable"]) == 1
        return list(found["acls"])

    assert len(read()) == 4
    assert read(principals=["User:b"]) == [entry(prefixed)]
    assert read(resource_type="group") == [entry(group)]
    on_orders = read(resource_type="topic", resource_name="orders")
    assert on_orders == [entry(every), entry(literal), entry(prefixed)]
    assert read(resource_type="topic", resource_name="other") == [entry(every)]
    assert read(principals=[]) == []
    with pytest.raises(InvalidSpec, match="needs resource_type"):
        read_acls(gateway, resource_name="a")
