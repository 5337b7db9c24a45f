# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All parts by one plan, on the fake cluster."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._ansible import verification
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.pipeline import (
    Pipeline,
    Settings,
)
from ansible_collections.omninode.kafka.plugins.module_utils._application.options import parse_parts
from ansible_collections.omninode.kafka.plugins.module_utils._application.resource import (
    Applications,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ApplyFailed,
    ClusterUnreachable,
    InvalidSpec,
    PlanRefused,
    StateError,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.verify import await_converged
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import Entity
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import (
    Credential,
    Password,
    Upsertion,
)

from tests.fakes.cluster import WRITES
from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._acl.rights import entry, right

ID = "fake-cluster-id-000000"
SETTINGS = Settings(
    check=False,
    diff=True,
    diff_limit=100,
    by_broker=True,
    wait=True,
    expected_plan_id=None,
    undo_file=None,
    report_refused=False,
)
Declared = Mapping[str, Any]
PARTS = ("topics", "acls", "quotas")
NOTHING: Declared = {"topics": None, "scram_users": None, "users": [], "acls": None, "quotas": None}
SECRET = "n0t-to-be-seen"
RATE = "producer_byte_rate"
A, OLD = Entity(user="a"), Entity(user="old")


class Traced(FakeCluster):
    """Keeps the order in which writes arrive."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def arrive(self, kind: str) -> None:
        if kind in WRITES:
            self.writes.append(kind)
        super().arrive(kind)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Traced:
    """Time passes only where a run waits."""
    now = [0.0]
    waiting = partial(
        await_converged, clock=lambda: now[0], sleep=lambda seconds: now.append(now.pop() + seconds)
    )
    monkeypatch.setattr(verification, "await_converged", waiting)
    return Traced()


def resource(declared: Declared, wants_state: bool = False) -> Applications:
    run = {"wait": True, "undo_file": None}
    return Applications(parse_parts({**NOTHING, **run, **declared}), wants_state)


def bring(cluster: FakeCluster, declared: Declared, **settings: Any) -> dict[str, Any]:
    pipeline = Pipeline(cluster.connect(), resource(declared), SETTINGS._replace(**settings))
    return pipeline.run().result


def everything() -> Declared:
    """What one application needs."""
    return {
        "topics": {"topics": [{"name": "orders"}]},
        "users": [{"name": "a", "password": SECRET}],
        "acls": {"acls": [{"principal": "User:a", "produce": ["orders"]}]},
        "quotas": {"quotas": [{"user": "a", "quotas": {RATE: "1MiB"}}]},
    }


# one change of every part that creates, and one that deletes
EACH = {
    "topics": {"topics": [{"name": "orders"}, {"name": "old", "state": "absent"}]},
    "users": [{"name": "a", "password": SECRET}, {"name": "old", "state": "absent"}],
    "acls": {"acls": [entry(right()), entry(right("old"), state="absent")]},
    "quotas": {"quotas": [{"user": "a", "quotas": {RATE: 1}}, {"user": "old", "state": "absent"}]},
}


IN_ORDER = [
    "create_topics",
    "upsert_users",
    "create_acls",
    "alter_quotas",
    "alter_quotas",
    "delete_acls",
    "delete_users",
    "delete_topics",
]


def with_old(cluster: FakeCluster) -> None:
    credential = Credential("old")
    cluster.put("old")
    cluster.acls = frozenset({right("old")})
    cluster.quotas = {OLD: {RATE: 7.0}}
    cluster.users = {credential: Upsertion(credential, 4096, Password(SECRET))}


def brief(changes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(change["kind"], change["operation"]) for change in changes]


def test_what_depends_on_nothing_comes_first_and_goes_last(cluster: Traced) -> None:
    with_old(cluster)
    result = bring(cluster, EACH)
    assert brief(result["changes"]) == [
        ("topic", "create"),
        ("user", "create"),
        ("acl", "create"),
        ("quota", "create"),
        ("quota", "delete"),
        ("acl", "delete"),
        ("user", "delete"),
        ("topic", "delete"),
    ]
    assert cluster.writes == IN_ORDER
    assert result["summary"] == (
        f"cluster {ID}: topics: create 1, delete 1; users: create 1, delete 1;"
        " ACLs: create 1, delete 1; quotas: create 1, delete 1"
    )
    assert cluster.quotas == {A: {RATE: 1.0}}
    assert cluster.acls == {right()}
    assert cluster.topics.keys() == {"orders"}


def test_the_second_run_changes_nothing(cluster: Traced) -> None:
    bring(cluster, everything())
    cluster.writes.clear()
    again = bring(cluster, everything())
    assert (again["changed"], again["changes"], cluster.writes) == (False, [], [])
    assert again["summary"] == (
        f"cluster {ID}: topics: unchanged 1; users: unchanged 1; ACLs: unchanged 1;"
        " quotas: unchanged 1"
    )


def test_the_plan_is_the_same_in_check_mode(cluster: Traced) -> None:
    with_old(cluster)
    check = bring(cluster, EACH, check=True)
    assert cluster.writes == []
    real = bring(cluster, EACH, expected_plan_id=check["plan_id"])
    assert real == check
    assert [pair.get("before_header") for pair in check["diff"]] == [
        "acl User:a on topic orders",
        "acl User:old on topic orders",
        "quota user a",
        "quota user old",
        "topic old",
        "topic orders",
        "user a (SCRAM-SHA-512)",
        "user old (SCRAM-SHA-512)",
        None,
    ]


def test_another_plan_of_any_part_has_another_id(cluster: Traced) -> None:
    with_old(cluster)
    ids = {bring(cluster, EACH, check=True)["plan_id"]}
    for part in EACH:
        declared = {part: EACH[part], "scram_users": {"allow": ["in_use"]}}
        ids.add(bring(cluster, declared, check=True)["plan_id"])
    cluster.put("old", partitions=2)
    ids.add(bring(cluster, EACH, check=True)["plan_id"])
    assert len(ids) == 6


def test_the_undo_takes_all_parts_back(cluster: Traced) -> None:
    with_old(cluster)
    acls, quotas, old = cluster.acls, cluster.quotas, cluster.topics["old"]
    undo = bring(cluster, EACH)["undo"]
    assert undo.keys() == {"cluster_id", "not_undone", "users", *PARTS}
    lost = "the password of user old (SCRAM-SHA-512) is not known to Kafka: declare it again"
    assert undo["not_undone"] == [lost]
    cluster.writes.clear()
    declared = {part: {part: undo[part]} for part in PARTS}
    bring(cluster, {**declared, "users": undo["users"]})
    assert cluster.writes == [kind for kind in IN_ORDER if kind != "upsert_users"]
    assert not cluster.users
    again = {"old": old._replace(topic_id=cluster.topics["old"].topic_id)}
    assert (cluster.acls, cluster.quotas, cluster.topics) == (acls, quotas, again)


def test_the_undo_has_only_the_parts_that_are_changed(cluster: Traced) -> None:
    cluster.put("orders")
    undo = bring(cluster, everything())["undo"]
    assert undo.keys() == {"cluster_id", "not_undone", "users", "acls", "quotas"}


def test_what_cannot_be_undone_of_any_part_is_told_in_one_list(cluster: Traced) -> None:
    cluster.put("orders")
    cluster.acls = frozenset({right("a", host="broker.example")})
    declared = {
        "topics": {"topics": [{"name": "orders", "partitions": 2, "allow": ["key_order"]}]},
        "acls": {"acls": [entry(right("a", host="broker.example"), state="absent")]},
    }
    topic, acl = bring(cluster, declared, check=True)["undo"]["not_undone"]
    assert "topic orders keeps its 2 partitions" in topic
    assert "does not come back" in acl


@pytest.mark.parametrize("part", PARTS)
def test_a_guard_of_one_part_stops_all(cluster: Traced, part: str) -> None:
    cluster.put("old")
    cluster.produce("old", 1_700_000_000_000)
    refused = {
        "topics": {"topics": [{"name": "old", "state": "absent"}], "owned_prefixes": ["orders"]},
        "acls": {"acls": [entry(right("*"))]},
        "quotas": {"quotas": [{"user": "a", "quotas": {RATE: 1}}], "owned_user_prefixes": ["old"]},
    }
    with pytest.raises(PlanRefused) as caught:
        bring(cluster, {**everything(), part: refused[part]})
    assert cluster.writes == []
    facts = caught.value.facts
    assert len(facts["changes"]) == 1  # type: ignore[arg-type]
    assert "; refused 1" in str(facts["summary"])


def test_the_refusals_of_all_parts_are_told_together(cluster: Traced) -> None:
    cluster.put("old")
    declared = {
        "topics": {"topics": [{"name": "old", "state": "absent"}], "owned_prefixes": ["orders"]},
        "acls": {"acls": [entry(right("*"))]},
    }
    with pytest.raises(
        PlanRefused, match=r"(?s)guard owned_prefixes.*guard allow: hazard widening"
    ):
        bring(cluster, declared)


def test_what_a_broker_refuses_of_one_part_stops_all(cluster: Traced) -> None:
    cluster.policy = lambda _kind, name, _config: f"no {name} here"
    with pytest.raises(PlanRefused, match="no orders here"):
        bring(cluster, everything())
    assert cluster.writes == []


def failure(cluster: FakeCluster, declared: Declared) -> tuple[StateError, list[tuple[str, str]]]:
    """What became of each change, in the order of what is told."""
    with pytest.raises(ApplyFailed) as caught:
        bring(cluster, declared)
    outcome: Any = caught.value.facts["outcome"]
    told = []
    for status, changes in outcome.items():
        told += [(status, f"{change['operation']} {change['kind']}") for change in changes]
    return caught.value, told


def test_after_a_failure_the_later_parts_stay_pending(cluster: Traced) -> None:
    with_old(cluster)
    cluster.before("create_topics", lambda: cluster.denied["CREATE"].add("orders"))
    error, told = failure(cluster, EACH)
    assert told == [
        ("failed", "create topic"),
        ("pending", "create user"),
        ("pending", "create acl"),
        ("pending", "create quota"),
        ("pending", "delete quota"),
        ("pending", "delete acl"),
        ("pending", "delete user"),
        ("pending", "delete topic"),
    ]
    assert error.facts["changed"] is False
    assert cluster.acls == {right("old")}


def test_a_failure_of_a_later_part_leaves_what_was_applied(cluster: Traced) -> None:
    with_old(cluster)
    cluster.before("create_acls", lambda: cluster.denied["ALTER"].add(CLUSTER))
    error, told = failure(cluster, EACH)
    assert told == [
        ("applied", "create topic"),
        ("applied", "create user"),
        ("failed", "create acl"),
        ("pending", "create quota"),
        ("pending", "delete quota"),
        ("pending", "delete acl"),
        ("pending", "delete user"),
        ("pending", "delete topic"),
    ]
    assert error.facts["changed"] is True
    assert "old" in cluster.topics


def test_a_lost_answer_is_unknown_and_stops_the_later_parts(cluster: Traced) -> None:
    cluster.fates["create_topics"] = ["dropped"]
    error, told = failure(cluster, everything())
    assert told == [
        ("pending", "create user"),
        ("pending", "create acl"),
        ("pending", "create quota"),
        ("unknown", "create topic"),
    ]
    assert "they may still be made; run again" in str(error)


def test_a_lost_answer_of_what_was_made_is_found_out(cluster: Traced) -> None:
    cluster.fates["alter_quotas"] = ["applied"]
    assert bring(cluster, everything())["changed"] is True
    assert cluster.quotas


def test_what_was_applied_is_told_when_a_later_part_raises(cluster: Traced) -> None:
    def fall_silent() -> None:
        raise ClusterUnreachable("cannot reach fake:1: timed out")

    cluster.before("create_acls", fall_silent)
    error, told = failure(cluster, everything())
    assert told == [
        ("applied", "create topic"),
        ("applied", "create user"),
        ("pending", "create quota"),
        ("unknown", "create acl"),
    ]
    assert "cannot reach fake:1: timed out" in str(error)


def test_a_user_whose_rights_go_with_it_puts_nothing_at_stake(cluster: Traced) -> None:
    with_old(cluster)
    users = {"users": [{"name": "old", "state": "absent"}]}
    with pytest.raises(PlanRefused, match="in_use"):
        bring(cluster, users)
    # of two rights, one stays
    cluster.acls = frozenset({right("old"), right("old", "WRITE")})
    acls = {"acls": {"acls": [entry(right("old"), state="absent")]}}
    with pytest.raises(PlanRefused, match="in_use"):
        bring(cluster, {**users, **acls})
    cluster.acls = frozenset({right("old")})
    assert brief(bring(cluster, {**users, **acls})["changes"]) == [
        ("acl", "delete"),
        ("user", "delete"),
    ]


def test_no_password_is_in_what_is_returned(cluster: Traced) -> None:
    with_old(cluster)
    cluster.users[Credential("a")] = Upsertion(Credential("a"), 4096, Password("another"))
    cluster.before("create_acls", lambda: cluster.denied["ALTER"].add(CLUSTER))
    checked = bring(cluster, EACH, check=True)
    error, _told = failure(cluster, EACH)
    assert "not as declared" in str(checked["diff"])
    assert SECRET not in f"{checked} {error} {error.facts}"


def test_another_client_in_between_is_noticed_for_each_part(cluster: Traced) -> None:
    cluster.put("orders")
    cluster.acls = frozenset({right("old")})
    declared = {
        "topics": {"topics": [{"name": "orders", "config": {"flush.ms": 5}}]},
        "acls": {"acls": [entry(right())]},
    }
    cluster.before("describe_acls", lambda: cluster.put("orders", flush_ms="7"), call=2)
    cluster.before("describe_topics", lambda: cluster.put("orders", flush_ms="7"), call=2)
    with pytest.raises(PlanRefused, match="alter config of topic orders: another client changed"):
        bring(cluster, declared)
    assert cluster.writes == []


def test_a_part_of_which_nothing_is_declared_is_not_read(cluster: Traced) -> None:
    cluster.denied["DESCRIBE"].add(CLUSTER)
    result = bring(cluster, {"topics": {"topics": [{"name": "orders"}]}, "acls": {"acls": []}})
    assert result["summary"] == f"cluster {ID}: topics: create 1"
    unread = ("describe_acls", "describe_quotas", "describe_users", "log_in")
    assert sum(cluster.requests[kind] for kind in unread) == 0


def test_a_purge_reads_what_is_not_declared(cluster: Traced) -> None:
    cluster.acls = frozenset({right()})
    options = {"purge": True, "purge_to_empty": True, "owned_principals": ["User:a"]}
    bring(cluster, {"acls": options})
    assert cluster.acls == set()


def test_nothing_declared_is_nothing_done(cluster: Traced) -> None:
    result = bring(cluster, {})
    assert result["summary"] == f"cluster {ID}: nothing is declared"
    assert (result["changed"], sum(cluster.requests.values())) == (False, 0)


def test_the_state_of_all_parts_is_returned_on_request(cluster: Traced) -> None:
    pipeline = Pipeline(cluster.connect(), resource(everything(), wants_state=True), SETTINGS)
    state = pipeline.run().result["state"]
    assert [topic["name"] for topic in state["topics"]] == ["orders"]
    assert [acl["principal"] for acl in state["acls"]] == ["User:a"]
    assert [quota["user"] for quota in state["quotas"]] == ["a"]
    assert [user["name"] for user in state["users"]] == ["a"]


def test_the_mistakes_of_all_parts_are_told_together() -> None:
    declared = {
        "topics": {"topics": [{"name": "a/b"}], "purge": "perhaps", "topcis": []},
        "acls": {"acls": [entry(right()), {"principal": "a", "consume": ["a"]}], "allow": ["all"]},
        "quotas": {"quotas": [{"user": "a", "quotas": {RATE: 0}}]},
        "users": [{"name": "a", "pasword": SECRET}],
        "scram_users": {"users": [SECRET], "prove": "perhaps"},
    }
    with pytest.raises(InvalidSpec) as caught:
        resource(declared)
    errors: Any = caught.value.facts["errors"]
    places = [(error["where"], error["field"]) for error in errors]
    assert places == [
        ("topics", "topcis"),
        ("topics", "purge"),
        ("topics: topic 'a/b'", "name"),
        ("scram_users", "users"),
        ("scram_users", "prove"),
        ("users: users[0] (a)", "pasword"),
        ("acls: acls[1] (a)", "principal"),
        ("quotas: quotas[0] (user a)", RATE),
    ]
    assert "unknown option (did you mean 'topics'?)" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_an_option_that_is_null_counts_as_not_given() -> None:
    options = {"topics": [{"name": "a"}], "purge": None, "defaults": None, "allow": None}
    assert resource({"topics": options}) == resource({"topics": {"topics": [{"name": "a"}]}})


def test_the_options_of_the_run_reach_the_parts() -> None:
    run = {**NOTHING, "wait": False, "undo_file": "/tmp/undo.json"}
    parts: Any = parse_parts({**run, "topics": {"topics": [{"name": "a"}]}})
    brake = parts["topics"].declared.brake
    assert (brake.wait, brake.folder) == (False, "/tmp")
