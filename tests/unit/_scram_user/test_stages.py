# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.pipeline import (
    Done,
    Pipeline,
    Settings,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ApplyFailed,
    InvalidSpec,
    NotAuthorized,
    PlanRefused,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import (
    MECHANISMS,
    SCRAM_SHA_256,
    Credential,
    Password,
    Upsertion,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.observe import Proofs
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.resource import ScramUsers
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.spec import (
    parse_scram_user_set,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user_info.undeclared import (
    read_undeclared,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user_info.users import (
    read_users,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.gateway import CLUSTER, FakeCluster

A = Credential("own-a")
USER = {"name": "own-a", "password": "right"}


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


def put(cluster: FakeCluster, *credentials: Credential, password: str = "right") -> None:
    for credential in credentials:
        cluster.users[credential] = Upsertion(credential, 4096, Password(password))


def run(cluster: FakeCluster, *users: Any, check: bool = False, **options: Any) -> Done:
    slept: list[float] = options.pop("slept", [])
    how = Settings(check, True, 100, True, options.pop("wait", True), None, None, False)
    declared = parse_scram_user_set(list(users), **options)
    resource = ScramUsers(declared, True, proofs=Proofs({}, slept.append))
    return Pipeline(cluster.connect(), resource, how).run()


def test_a_run_proves_each_password_once_and_what_it_sets_once_more(cluster: FakeCluster) -> None:
    b = Credential("own-b")
    put(cluster, A, b)
    slept: list[float] = []

    done = run(cluster, USER, {"name": "own-b", "password": "new"}, allow=["all"], slept=slept)

    assert done.result["changed"] is True
    assert cluster.users[b].password == Password("new")
    # the look just before the write costs no failed login
    assert cluster.logins == [A, b, b]
    assert slept == []
    cluster.logins.clear()
    again = run(cluster, USER, {"name": "own-b", "password": "new"})
    assert (again.result["changed"], again.warnings) == (False, [])
    assert cluster.logins == [A, b]


def test_check_mode_proves_too(cluster: FakeCluster) -> None:
    put(cluster, A, password="other")
    done = run(cluster, USER, check=True, allow=["all"])
    assert done.result["changes"][0]["before"] == {"password": "not as declared"}
    assert (cluster.logins, cluster.written()) == ([A], 0)


def test_who_is_not_asked_does_not_log_in(cluster: FakeCluster) -> None:
    put(cluster, A)
    done = run(cluster, USER, prove=False)
    assert cluster.logins == []
    assert "prove is false" in done.warnings[0]
    run(cluster, {"name": "own-a"})
    run(cluster, {**USER, "state": "absent"}, check=True, allow=["all"])
    assert cluster.logins == []


def test_what_is_absent_is_not_proved(cluster: FakeCluster) -> None:
    run(cluster, USER, check=True)
    assert cluster.logins == []


def test_a_password_that_another_client_sets_meanwhile_is_told(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cluster, A, password="old")
    monkeypatch.setattr(
        "ansible_collections.omninode.kafka.plugins.module_utils._scram_user.apply._SECONDS_TO_SHOW",
        0,
    )
    monkeypatch.setattr(
        "ansible_collections.omninode.kafka.plugins.module_utils._scram_user.apply._USERS_PER_SECOND",
        100,
    )
    slept: list[float] = []
    # the second login is that after the write
    cluster.before("log_in", lambda: put(cluster, A, password="third"), call=2)
    done = run(cluster, USER, allow=["all"], slept=slept)
    assert "accepted, but not visible yet" in done.warnings[0]
    # between two looks at the same password
    assert set(slept) <= {1.0}


@pytest.mark.parametrize("change", ["create", "delete"])
def test_a_plan_that_is_out_of_date_is_refused(cluster: FakeCluster, change: str) -> None:
    put(cluster, A, password="old")

    def meanwhile() -> None:
        if change == "create":
            cluster.users[A] = Upsertion(A, 8192, Password("x"))
        else:
            del cluster.users[A]

    cluster.before("describe_users", meanwhile, call=2)
    with pytest.raises(PlanRefused, match="out of date"):
        run(cluster, {**USER, "iterations": 4096}, allow=["all"])
    assert cluster.written() == 0


@pytest.mark.parametrize(
    ("rights", "authorizer", "hazards", "evidence"),
    [
        (2, "x", ["in_use"], {"rights": 2, "mechanisms": ["SCRAM-SHA-256"]}),
        (0, "x", [], {}),
        (0, "", ["in_use"], {"rights": "unknown", "mechanisms": ["SCRAM-SHA-256"]}),
    ],
)
def test_the_hazard_follows_the_rights(
    rights: int, authorizer: str, hazards: list[str], evidence: Any
) -> None:
    cluster = FakeCluster(authorizer_class_name=authorizer)
    put(cluster, A, Credential("own-a", "SCRAM-SHA-256"))
    names = [("User:own-a", f"t{number}") for number in range(rights)] + [("User:b", "t")]
    if authorizer:
        cluster.acls = frozenset(
            Binding(who, Pattern("topic", name), "READ") for who, name in names
        )
    gone = {"name": "own-a", "state": "absent"}
    [change] = run(cluster, gone, check=True, allow=["all"]).result["changes"]
    assert (change["hazards"], change["evidence"]) == (hazards, evidence)
    if hazards:
        with pytest.raises(PlanRefused, match="hazard in_use"):
            run(cluster, gone)


def test_a_user_keeps_no_mechanism_that_goes_too(cluster: FakeCluster) -> None:
    put(cluster, *(Credential("own-a", mechanism) for mechanism in MECHANISMS))
    cluster.acls = frozenset({Binding("User:own-a", Pattern("topic", "t"), "READ")})
    gone = [{"name": "own-a", "mechanism": each, "state": "absent"} for each in MECHANISMS]
    changes = run(cluster, *gone, check=True, allow=["all"]).result["changes"]
    assert [change["evidence"]["mechanisms"] for change in changes] == [[], []]


def test_without_rights_nothing_is_taken_for_absent(cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE"].add(CLUSTER)
    with pytest.raises(NotAuthorized, match="needs the ACL operation DESCRIBE on the cluster"):
        run(cluster, USER)


def test_without_the_right_to_alter_the_plan_is_refused(cluster: FakeCluster) -> None:
    cluster.denied["ALTER"].add(CLUSTER)
    with pytest.raises(PlanRefused, match="needs the ACL operation ALTER on the cluster"):
        run(cluster, USER)


def test_nothing_is_deleted_after_a_failure(cluster: FakeCluster) -> None:
    put(cluster, Credential("own-b"))
    cluster.before("upsert_users", lambda: cluster.denied["ALTER"].add(CLUSTER))
    with pytest.raises(ApplyFailed) as caught:
        run(cluster, USER, {"name": "own-b", "state": "absent"}, allow=["all"])
    outcome: Any = caught.value.facts["outcome"]
    assert {key: len(found) for key, found in outcome.items()} == {
        "applied": 0,
        "failed": 1,
        "pending": 1,
        "unknown": 0,
    }
    assert Credential("own-b") in cluster.users


def test_who_is_deleted_by_another_client_meanwhile_is_gone(cluster: FakeCluster) -> None:
    put(cluster, A, Credential("own-b"), Credential("own-b", SCRAM_SHA_256))
    names = [{"name": "own-b"}, {"name": "own-b", "mechanism": SCRAM_SHA_256}, {"name": A.name}]
    cluster.before("delete_users", lambda: cluster.users.pop(Credential("own-b")))
    done = run(cluster, *[{**user, "state": "absent"} for user in names], allow=["all"])
    assert (done.result["changed"], cluster.users) == (True, {})


@pytest.mark.parametrize(("fate", "shown"), [("applied", True), ("dropped", False)])
@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("reachable", [True, False])
def test_a_lost_answer_is_settled_by_what_is_proved(
    cluster: FakeCluster, fate: str, shown: bool, exists: bool, reachable: bool
) -> None:
    if exists:
        put(cluster, A, password="old")
    if not reachable:
        cluster.unreachable = "connection refused"
    cluster.fates["upsert_users"] = [fate]  # type: ignore[list-item]
    options: dict[str, Any] = {"allow": ["all"], "set_unproved": True, "wait": False}
    # that a user exists proves a creation; only a login proves an alteration
    is_proved = shown and (reachable or not exists)
    if is_proved and reachable:
        assert run(cluster, USER, **options).result["changed"] is True
        return
    with pytest.raises(ApplyFailed) as caught:
        run(cluster, USER, **options)
    outcome: Any = caught.value.facts["outcome"]
    assert len(outcome["unknown"]) == 1


def test_each_request_has_a_user_once(cluster: FakeCluster) -> None:
    users = [{**USER, "mechanism": mechanism} for mechanism in MECHANISMS]
    run(cluster, *users)
    assert cluster.requests["upsert_users"] == 2
    gone = [{**user, "state": "absent"} for user in users]
    run(cluster, *gone, allow=["all"])
    assert (cluster.requests["delete_users"], cluster.users) == (2, {})


def test_many_are_written_in_requests_of_a_second(cluster: FakeCluster) -> None:
    many = [{"name": f"own-{number}", "password": "x"} for number in range(250)]
    run(cluster, *many)
    assert cluster.requests["upsert_users"] == 3
    strong = [{**user, "iterations": 16384} for user in many[:50]]
    run(cluster, *strong)
    assert cluster.requests["upsert_users"] == 5


def test_what_is_read_and_what_is_undeclared(cluster: FakeCluster) -> None:
    put(cluster, A, Credential("own-b"), Credential("other"))
    cluster.acls = frozenset({Binding("User:own-b", Pattern("topic", "t"), "READ")})
    gateway = cluster.connect()
    entries = [
        {"name": name, "mechanism": "SCRAM-SHA-512", "iterations": 4096}
        for name in ("other", "own-a", "own-b")
    ]
    assert read_users(gateway)["users"] == entries
    assert read_users(gateway, prefix="own-")["users"] == entries[1:]
    assert read_users(gateway, names=["other"], prefix="o")["users"] == entries[:1]
    assert read_undeclared(gateway, [USER], ["own-"])["users"] == [{**entries[2], "rights": 1}]
    absent = [{**USER, "state": "absent"}]
    assert len(read_undeclared(gateway, absent, ["own-"])["users"]) == 1
    with pytest.raises(InvalidSpec, match="give owned_prefixes"):
        read_undeclared(gateway, [USER], [])
    assert cluster.logins == []


CREDENTIALS = st.builds(
    Credential, st.sampled_from(["own-a", "own-b", "other"]), st.sampled_from(MECHANISMS)
)
LIVE = st.dictionaries(CREDENTIALS, st.sampled_from(["x", "y"]))
DECLARED = st.dictionaries(
    CREDENTIALS,
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(["present", "absent"]),
            "password": st.sampled_from(["x", "y"]),
            "iterations": st.sampled_from([None, 4096, 8192]),
        }
    ),
    max_size=4,
)


@given(LIVE, DECLARED, st.booleans())
def test_any_declaration_is_reached_and_then_stays(live: Any, declared: Any, purge: bool) -> None:
    cluster = FakeCluster()
    for credential, password in live.items():
        put(cluster, credential, password=password)
    users = [{**how, **credential._asdict()} for credential, how in declared.items()]
    options: dict[str, Any] = {"allow": ["all"]}
    if purge:
        owned = [user for user in users if user["name"].startswith("own-")]
        users = owned
        options |= {"purge": True, "purge_to_empty": True, "owned_prefixes": ["own-"]}

    promised = run(cluster, *users, check=True, **options).result
    done = run(cluster, *users, **options).result

    assert promised["changes"] == done["changes"]
    assert promised["plan_id"] == done["plan_id"]
    for user in users:
        credential = Credential(user["name"], user["mechanism"])
        stored = cluster.users.get(credential)
        if user["state"] == "absent":
            assert stored is None
            continue
        assert stored is not None
        assert stored.password == Password(user["password"])
        assert user["iterations"] in (None, stored.iterations)
    left = {each for each in cluster.users if each.name.startswith("own-")}
    if purge:
        assert left <= {Credential(user["name"], user["mechanism"]) for user in users}
    assert run(cluster, *users, **options).result["changed"] is False
