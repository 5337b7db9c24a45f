# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof as a whole, on the fake cluster: requests, records, results, failures."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._access.proof import Proof, parse_proof
from ansible_collections.omninode.kafka.plugins.module_utils._access.records import MARK
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ClusterUnreachable,
    NotAuthorized,
    StateError,
    Unsupported,
)
from ansible_collections.omninode.kafka.plugins.modules.access_proof import SPEC

from tests.fakes.cluster import WRITES
from tests.fakes.gateway import FakeCluster
from tests.fakes.logins import FakeApplication

DEFAULTS: dict[str, Any] = {name: option.get("default") for name, option in SPEC.items()}
APP = {"username": "app", "password": "hush"}
READ, WRITE = frozenset({"READ"}), frozenset({"WRITE"})


@pytest.fixture
def cluster() -> FakeCluster:
    """Of the application are `out`, which is compacted, and `in`; `theirs` is of others."""
    found = FakeCluster(authorizer_class_name="A")
    for name in ("in", "theirs", "__internal"):
        found.put(name)
    found.put("out", partitions=3, cleanup_policy="compact")
    may(found, out=WRITE, **{"in": READ, "g.*": READ})
    return found


def may(cluster: FakeCluster, **rights: frozenset[str]) -> None:
    cluster.applications["app"] = FakeApplication("hush", "SCRAM-SHA-512", rights)


def proof(warnings: list[str], **options: Any) -> Proof:
    does = {"produce": ["out"], "consume": ["in"], "groups": [{"prefixed": "g."}], "others": ["*"]}
    params = {**DEFAULTS, **APP, **does, **options}
    return parse_proof(params, 30, warnings.append)


def prove(cluster: FakeCluster, check: bool = False, **options: Any) -> dict[str, Any]:
    """The result, with its warnings."""
    warnings: list[str] = []
    gateway = cluster.connect()
    prepared = proof(warnings, **options).prepare(gateway)
    result = prepared.result() if check else prepared.send(gateway)
    return {**result, "warned": warnings}


def failure(cluster: FakeCluster, **options: Any) -> StateError:
    with pytest.raises(StateError) as raised:
        prove(cluster, **options)
    assert "hush" not in str(raised.value)
    assert "hush" not in json.dumps(raised.value.facts)
    return raised.value


def rows(result: Any) -> dict[str, tuple[str, Any]]:
    return {row["topic"]: (row["status"], row["read_by"]) for row in result["records"]}


def test_an_access_is_proved_without_a_write(cluster: FakeCluster) -> None:
    result = prove(cluster)
    assert (result["changed"], result["proved"], result["principal"]) == (False, True, "User:app")
    assert {row["resource_name"]: row["may"] for row in result["access"]} == {
        "in": ["describe", "read"],
        "out": ["describe", "write"],
        "theirs": [],
        "__internal": [],
        "g.": ["describe", "read"],
        "kafka-cluster": [],
    }
    assert (result["records"], result["warned"]) == ([], [])
    assert cluster.written() == 0
    assert not cluster.requests.keys() & {"publish", "read", *WRITES}


def test_the_number_of_requests_does_not_grow_with_the_topics(cluster: FakeCluster) -> None:
    prove(cluster)
    few = cluster.requests.copy()
    for number in range(500):
        cluster.put(f"more.{number}")
    cluster.requests.clear()
    prove(cluster)
    assert cluster.requests == few


def test_names_are_listed_only_for_patterns(cluster: FakeCluster) -> None:
    prove(cluster, groups=["g.1"], others=["theirs"])
    assert not cluster.requests.keys() & {"list_topics", "list_consumer_groups"}


def test_the_run_proves_itself_without_a_username(cluster: FakeCluster) -> None:
    error = failure(cluster, username=None, password=None)
    assert str(error).startswith("User:ANONYMOUS has another access than declared:\n")
    assert "- topic theirs: may ALTER, ALTER_CONFIGS, DELETE, READ, WRITE, although" in str(error)


def test_an_application_without_a_declared_access_can_log_in(cluster: FakeCluster) -> None:
    nothing: dict[str, Any] = {"produce": [], "consume": [], "groups": [], "others": []}
    result = prove(cluster, **nothing)
    assert result["proved"]
    assert [row["resource_type"] for row in result["access"]] == ["cluster"]
    with pytest.raises(NotAuthorized):
        prove(cluster, **nothing, password="wrong")


def test_a_wrong_password_is_told_as_one(cluster: FakeCluster) -> None:
    with pytest.raises(NotAuthorized, match="refuses user app with this password by SCRAM"):
        prove(cluster, password="wrong")


def test_a_cluster_without_an_authorizer_proves_nothing(cluster: FakeCluster) -> None:
    cluster.broker_config["authorizer.class.name"] = ""
    with pytest.raises(Unsupported, match="so everybody may do everything"):
        prove(cluster, username=None, password=None)


def test_every_difference_is_told_once(cluster: FakeCluster) -> None:
    may(cluster, out=READ, theirs=WRITE, **{"in": READ | WRITE})
    warnings: list[str] = []
    prepared = proof(warnings, records=True).prepare(cluster.connect())
    with pytest.raises(StateError) as raised:
        prepared.send(cluster.connect())
    error = raised.value
    told = str(error).splitlines()
    assert warnings == ["topic in: may also WRITE, which is not declared"]
    assert told[0] == "User:app has another access than declared:"
    assert [line.partition(":")[0] for line in told[1:]] == [
        "- topic out",
        "- topic theirs",
        "- groups that begin with g.",
    ]
    # no record is tried where the operations differ, so none is where it must not be
    assert rows(error.facts) == {}
    assert (error.facts["changed"], error.facts["proved"]) == (False, False)
    assert "publish" not in cluster.requests


def test_more_rights_on_its_own_are_a_warning(cluster: FakeCluster) -> None:
    may(cluster, out=WRITE, **{"in": READ | WRITE, "g.*": READ, "kafka-cluster": {"ALTER"}})
    result = prove(cluster)
    assert not result["proved"]
    assert result["warned"] == [
        "topic in: may also WRITE, which is not declared",
        "the cluster: may also ALTER, which is not declared",
    ]


def test_what_is_unknown_is_neither_proved_nor_a_failure(cluster: FakeCluster) -> None:
    may(cluster, out=WRITE, gone=READ, **{"in": READ, "g.*": READ})
    result = prove(cluster, consume=["in", "gone"], transactional_ids=["id"])
    assert not result["proved"]
    unknown = [row["resource_name"] for row in result["access"] if row["status"] == "unknown"]
    assert unknown == ["gone", "id"]
    # of transactional IDs nobody can ever know more
    [warning] = result["warned"]
    assert warning.startswith("topic gone: it does not exist")


def test_records_are_written_refused_and_read_back(cluster: FakeCluster) -> None:
    promised = prove(cluster, check=True, records=True)
    assert promised["changed"]
    assert set(rows(promised)) == {"in", "out", "theirs"}
    assert {row["status"] for row in promised["records"]} == {"skipped"}
    assert not cluster.requests["publish"]

    result = prove(cluster, records=True)
    assert (result["changed"], result["proved"]) == (True, True)
    assert rows(result) == {
        "in": ("proved", None),
        # the application may not read it
        "out": ("proved", "run"),
        "theirs": ("proved", None),
    }
    [written] = [row for row in result["records"] if row["expected"] == "written"]
    messages = cluster.topics["out"].logs[written["partition"]].messages
    message = messages[written["offset"]]
    [(header, mark)] = message.headers
    # a compacted topic takes no record without a key
    assert (message.key, header) == (MARK.encode(), MARK)
    assert json.loads(message.value) == {MARK: (mark or b"").decode()}


def test_who_may_read_reads_its_record_back_itself(cluster: FakeCluster) -> None:
    may(cluster, out=READ | WRITE, **{"in": READ, "g.*": READ})
    result = prove(cluster, records=True, consume=["in", "out"])
    assert rows(result)["out"] == ("proved", "application")


def test_a_record_that_is_not_refused_is_told_with_its_place(cluster: FakeCluster) -> None:
    """The rights grow after the cluster was asked for the operations."""
    rights = {"out": WRITE, "in": READ, "g.*": READ, "theirs": WRITE}
    cluster.before("publish", lambda: cluster.applications["app"].may.update(rights))  # type: ignore[attr-defined]
    error = failure(cluster, records=True)
    where = "topic theirs, partition 0, offset 0"
    assert f"{where}: a record was written that has to be refused" in str(error)
    assert rows(error.facts)["theirs"] == ("excess", "run")
    assert error.facts["changed"]


def test_a_record_that_is_refused_is_told(cluster: FakeCluster) -> None:
    cluster.before("publish", lambda: cluster.applications["app"].may.pop("out"), call=2)  # type: ignore[attr-defined]
    error = failure(cluster, records=True)
    assert "topic out: a record that may be written was refused: TOPIC_AUTH" in str(error)
    assert not error.facts["changed"]


@pytest.mark.parametrize("fate", ["applied", "dropped"])
def test_a_lost_answer_is_unknown(cluster: FakeCluster, fate: Any) -> None:
    cluster.fates["publish"] = [fate]
    result = prove(cluster, records=True)
    # it may have been written
    assert (result["changed"], result["proved"]) == (True, False)
    assert rows(result)["out"] == ("unknown", None)
    [warning] = result["warned"]
    assert warning == "the record for topic out: _TIMED_OUT: not acknowledged within 30 s"


def test_a_record_that_nobody_may_read_back_is_unknown(cluster: FakeCluster) -> None:
    cluster.denied["READ"].add("out")
    result = prove(cluster, records=True)
    assert rows(result)["out"] == ("unknown", None)
    assert (
        "it was written, but not read back: the principal of the run may not: TOPIC"
        in (result["warned"][0])
    )


@pytest.mark.parametrize("another", [False, True])
def test_a_record_that_is_gone_is_unknown(cluster: FakeCluster, another: bool) -> None:
    """Whether or not there is another one where reading begins then."""

    def gone() -> None:
        for partition in cluster.topics["out"].logs:
            if another:
                cluster.produce("out", 1, partition=partition)
            cluster.delete_records("out", 1, partition)

    cluster.before("read", gone)
    result = prove(cluster, records=True)
    assert rows(result)["out"] == ("unknown", None)


def test_a_cluster_out_of_reach_is_asked_no_more_and_what_was_done_is_told(
    cluster: FakeCluster,
) -> None:
    def unreachable() -> None:
        raise ClusterUnreachable("cannot reach it")

    cluster.before("publish", unreachable, call=3)
    cluster.before("read", unreachable)
    cluster.put("zz")
    result = prove(cluster, records=True)
    assert cluster.requests["publish"] == 3
    assert rows(result) == {
        "in": ("proved", None),
        "out": ("unknown", None),
        "theirs": ("unknown", None),
        "zz": ("unknown", None),
    }
    assert result["changed"]
