# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules as Ansible runs them, on the fake cluster."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.testing import patch_module_args
from ansible_collections.omninode.kafka.plugins.module_utils._ansible import runner, verification
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.connection import (
    REDACTED,
)
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.progress import PROGRESS_FILE
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.configs import Config
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import ClusterUnreachable
from ansible_collections.omninode.kafka.plugins.module_utils._core.verify import await_converged
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import Answers
from ansible_collections.omninode.kafka.plugins.modules import (
    cluster_info,
    topic,
    topic_info,
    topics,
)

from tests.fakes.configs import FakeConfigs
from tests.fakes.gateway import FakeCluster
from tests.fakes.paths import NO_FILES, NO_FOLDERS, lay_out

CLUSTER_ID = "fake-cluster-id-000000"
EVERY_OPERATION = [
    {"name": "new", "partitions": 2, "config": {"retention.ms": "7d"}},
    {"name": "grown", "partitions": 2, "allow": ["key_order"]},
    {"name": "altered", "config": {"flush.ms": 5, "segment.ms": None}},
    {"name": "deleted", "state": "absent"},
    {"name": "same"},
]
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def cluster() -> FakeCluster:
    found = FakeCluster(brokers=3)
    for name in ("grown", "deleted", "same"):
        found.put(name)
        found.produce(name, 1_700_000_000_000)
    found.put("altered", segment_ms="1000")
    return found


@pytest.fixture
def run(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a module's main() and returns what it prints; time passes only where it waits."""
    now = [0.0]
    waiting = partial(
        await_converged, clock=lambda: now[0], sleep=lambda seconds: now.append(now.pop() + seconds)
    )
    monkeypatch.setattr(verification, "await_converged", waiting)
    monkeypatch.setattr(
        runner, "ConfluentGateway", lambda _connection, _journal_features: cluster.connect()
    )
    warned: list[str] = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, text: warned.append(text))

    def call(
        module: Any, check: bool = False, diff: bool = False, **options: Any
    ) -> dict[str, Any]:
        arguments = {
            "_ansible_check_mode": check,
            "_ansible_diff": diff,
            "bootstrap_servers": ["fake:1"],
            **options,
        }
        with patch_module_args(arguments), pytest.raises(SystemExit) as caught:
            module.main()
        result: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert caught.value.code == (1 if result.get("failed") else 0)
        result.pop(
            "invocation", None
        )  # from ansible-core 2.21 on only when the controller wants it
        if warned:
            result["warnings"] = warned.copy()
            warned.clear()
        return result

    return call


def fall_silent() -> None:
    raise ClusterUnreachable("cannot read from fake:1: timed out")


def interrupt() -> None:
    signal.raise_signal(signal.SIGTERM)


def brief(changes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(change["operation"], change["name"]) for change in changes]


def test_the_real_run_does_and_returns_what_check_mode_said(run: Run, cluster: FakeCluster) -> None:
    before = cluster.topics
    check = run(topics, topics=EVERY_OPERATION, check=True, diff=True)
    assert cluster.topics == before
    assert cluster.written() == 0
    assert run(topics, topics=EVERY_OPERATION, diff=True) == check
    assert check["changed"] is True
    assert brief(check["changes"]) == [
        ("create", "new"),
        ("add_partitions", "grown"),
        ("alter_config", "altered"),
        ("delete", "deleted"),
    ]
    assert check["changes"][2] == {
        "kind": "topic",
        "name": "altered",
        "operation": "alter_config",
        "before": {"config": {"flush.ms": None, "segment.ms": "1000"}},
        "after": {"config": {"flush.ms": "5", "segment.ms": None}},
        "hazards": [],
        "evidence": {},
    }
    assert check["cluster_id"] == CLUSTER_ID
    summary = (
        f"cluster {CLUSTER_ID}: create 1, add_partitions 1, alter_config 1, delete 1, unchanged 1;"
        " hazards: key_order 1, delete 1"
    )
    assert check["summary"] == summary
    assert check["not_validated"] == [
        {
            "name": "deleted",
            "operation": "delete",
            "why": "Kafka validates no deletion; the right to delete was looked up",
        }
    ]
    assert [pair.get("before_header") for pair in check["diff"]] == [
        "topic altered",
        "topic deleted",
        "topic grown",
        "topic new",
        None,
    ]
    assert set(check) == {
        "changed",
        "changes",
        "summary",
        "cluster_id",
        "not_validated",
        "diff",
        "plan_id",
        "undo",
    }


def test_a_real_run_tells_how_far_it_is(
    run: Run, cluster: FakeCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "progress"
    monkeypatch.setenv(PROGRESS_FILE, str(file))
    told = []
    cluster.before("create_topics", lambda: told.append(file.read_text()))

    run(topics, topics=EVERY_OPERATION, check=True)
    assert not file.exists()
    run(topics, topics=EVERY_OPERATION)

    assert told == ["sending 4 changes"]
    assert file.read_text() == "4 of 4 changes show"


def test_both_runs_tell_what_is_at_stake(run: Run, cluster: FakeCluster) -> None:
    cluster.groups["billing"] = Group(frozenset({"deleted"}), frozenset({"deleted", "grown"}))
    check, real = [
        run(topics, topics=EVERY_OPERATION, allow=["delete"], check=check, diff=True)
        for check in (True, False)
    ]
    at = {"records": 1, "oldest": "2023-11-14T22:13:20Z", "newest": "2023-11-14T22:13:20Z"}
    assert [change["evidence"] for change in check["changes"]] == [
        {},
        {**at, "groups": {"active": [], "committed": ["billing"]}, "compacted": False},
        {},
        {**at, "groups": {"active": ["billing"], "committed": ["billing"]}},
    ]
    assert (real["changes"], real["diff"]) == (check["changes"], check["diff"])
    headers = [pair.get("after_header", "") for pair in check["diff"]]
    assert headers[1].startswith("topic deleted (hazards: delete; records: 1; ")
    assert headers[1].endswith("; groups: active billing, committed billing)")


@pytest.mark.parametrize("check", [True, False])
def test_what_puts_nothing_at_stake_is_no_hazard(
    run: Run, cluster: FakeCluster, check: bool
) -> None:
    cluster.put("deleted")
    result = run(topics, topics=[{"name": "deleted", "state": "absent"}], check=check, diff=True)
    assert (result["changes"][0]["hazards"], result["changes"][0]["evidence"]["records"]) == ([], 0)
    assert (result["summary"], result["diff"][0]["after_header"]) == (
        f"cluster {CLUSTER_ID}: delete 1, unchanged 0",
        "topic deleted",
    )


def test_a_refused_plan_has_the_evidence_too(run: Run) -> None:
    result = run(
        topics,
        topics=[
            {"name": "grown", "partitions": 2},
            {"name": "altered", "replication_factor": 4},
        ],
    )
    evidence = {change["name"]: change["evidence"] for change in result["changes"]}
    assert (result["error"], evidence["grown"]["records"]) == ("PlanRefused", 1)


def test_the_next_run_finds_nothing_and_returns_little(run: Run, cluster: FakeCluster) -> None:
    run(topics, topics=EVERY_OPERATION)
    cluster.requests.clear()
    result = run(topics, topics=EVERY_OPERATION, diff=True)
    assert result == {
        "changed": False,
        "changes": [],
        "summary": f"cluster {CLUSTER_ID}: unchanged 5",
        "cluster_id": CLUSTER_ID,
        "not_validated": [],
        "plan_id": result["plan_id"],
    }
    # the one for the value that an unset key would fall back to is part of the constant
    assert cluster.requests == {
        "describe_topics": 1,
        "describe_configs": 1,
        "describe_broker_config": 1,
    }


def test_the_diff_is_made_only_when_asked_for_and_is_limited(run: Run) -> None:
    assert "diff" not in run(topics, topics=EVERY_OPERATION, check=True)
    limited = run(topics, topics=EVERY_OPERATION, check=True, diff=True, diff_limit=1)["diff"]
    assert len(limited) == 2
    assert limited[1]["prepared"].startswith("... and 3 more, not shown (diff_limit: 1)\ncluster ")
    assert (
        len(run(topics, topics=EVERY_OPERATION, check=True, diff=True, diff_limit=-1)["diff"]) == 1
    )


@pytest.mark.parametrize("check", [True, False])
def test_observed_topics_on_request(run: Run, check: bool) -> None:
    found = run(topics, topics=EVERY_OPERATION[:2], return_topics=True, check=check)["topics"]
    grown: dict[str, Any] = {
        "name": "grown",
        "partitions": 1 if check else 2,
        "replication_factor": 1,
        "config": {},
    }
    new = {
        "name": "new",
        "partitions": 2,
        "replication_factor": 1,
        "config": {"retention.ms": "604800000"},
    }
    assert found == ([grown] if check else [grown, new])


def test_requests_of_a_run_that_changes_something(run: Run, cluster: FakeCluster) -> None:
    run(topics, topics=[{"name": f"t{number}"} for number in range(501)], wait=False)
    # the one for what the broker's defaults give a new topic is part of the constant, and so is the
    # one for the right to read its config; the topics are looked at again before they are written
    assert cluster.requests == {
        "describe_topics": 2,
        "describe_broker_config": 2,
        "describe_configs": 1,
        "create_topics validate_only": 1,
        "create_topics": 1,
    }


def test_validation_can_be_left_out(run: Run, cluster: FakeCluster) -> None:
    result = run(topics, topics=EVERY_OPERATION, validate="local", check=True)
    assert [item["why"] for item in result["not_validated"]] == [
        "validate is local: not shown to the broker"
    ] * 4
    assert not [kind for kind in cluster.requests if "validate_only" in kind]


def test_a_wrong_declaration_ends_before_anything_is_asked(run: Run, cluster: FakeCluster) -> None:
    result = run(topics, topics=[{"name": "a", "partitions": 0}])
    assert (result["failed"], result["error"]) == (True, "InvalidSpec")
    assert result["msg"].startswith(
        "1 error in the declaration, nothing was read or changed: topic 'a': partitions: "
    )
    assert [(error["where"], error["field"]) for error in result["errors"]] == [
        ("topic 'a'", "partitions")
    ]
    assert not cluster.requests


def test_wrong_connection_options_end_before_anything_is_asked(
    run: Run, cluster: FakeCluster
) -> None:
    result = run(topics, topics=EVERY_OPERATION, security_protocol="SSL", ca_cert="/nowhere")
    assert (result["error"], result["msg"]) == (
        "InvalidSpec",
        "cannot connect to fake:1: ca_cert: cannot read file /nowhere",
    )
    assert not cluster.requests


@pytest.mark.parametrize("check", [True, False])
def test_a_refused_plan_writes_nothing(run: Run, cluster: FakeCluster, check: bool) -> None:
    before = cluster.topics
    result = run(
        topics, topics=[{"name": "new"}, {"name": "altered", "replication_factor": 4}], check=check
    )
    assert (result["error"], result["changes"]) == ("PlanRefused", [])
    assert result["msg"] == (
        "refused the plan, nothing was changed: move replicas of topic altered: 4 replicas need as"
        " many brokers, and 3 are alive"
    )
    outcome = result["outcome"]
    assert (
        outcome["applied"],
        [item["name"] for item in outcome["failed"]],
        outcome["pending"],
    ) == ([], ["altered"], [])
    assert result["summary"] == f"cluster {CLUSTER_ID}: create 1, unchanged 0; refused 1"
    assert cluster.topics == before
    assert [kind for kind in cluster.requests if "create" in kind] == []


@pytest.mark.parametrize("check", [True, False])
def test_what_the_broker_would_refuse_fails_before_the_first_write(
    run: Run, cluster: FakeCluster, check: bool
) -> None:
    cluster.policy = lambda _kind, name, _config: "not that one" if name == "b" else None
    result = run(topics, topics=[{"name": name} for name in "abc"], check=check)
    assert result["error"] == "PlanRefused"
    assert (
        result["msg"]
        == "the broker refused the plan, nothing was changed: create topic b: POLICY_VIOLATION: not"
        " that one"
    )
    assert brief(result["changes"]) == [("create", "b")]
    # what could be validated matters no longer
    assert "not_validated" not in result
    assert cluster.written() == 0


@pytest.mark.parametrize("kind", ["guard", "broker", "expected plan", "undo file"])
def test_a_refused_plan_can_be_reported_in_check_mode_with_all_its_changes(
    run: Run, cluster: FakeCluster, kind: str
) -> None:
    declared = [{"name": "new"}, {"name": "grown", "partitions": 2}]
    options: dict[str, Any] = {"topics": declared, "report_refused": True}
    if kind == "broker":
        cluster.policy = lambda _kind, name, _config: "not that one" if name == "new" else None
        options["allow"] = ["key_order"]
    if kind == "expected plan":
        options["expected_plan_id"] = "other"
    if kind == "undo file":
        options |= {"undo_file": "/nowhere/undo.json", "allow": ["key_order"]}

    reported = run(topics, check=True, diff=True, **options)
    refused = run(topics, **options)

    assert (reported["changed"], brief(reported["changes"])) == (
        True,
        [("create", "new"), ("add_partitions", "grown")],
    )
    assert {pair["after_header"].split()[1] for pair in reported["diff"][:-1]} == {"new", "grown"}
    for key in ("error", "msg", "outcome"):
        assert reported[key] == refused[key]
    # a real run has to stop
    assert (refused["failed"], refused["changed"]) == (True, False)
    assert cluster.written() == 0


def test_other_changes_of_a_topic_that_the_broker_refuses_are_not(run: Run) -> None:
    result = run(
        topics,
        topics=[{"name": "grown", "partitions": 2, "config": {"flush.ms": -1}}],
        allow=["key_order"],
    )
    assert (result["error"], [item["name"] for item in result["outcome"]["failed"]]) == (
        "PlanRefused",
        ["grown"],
    )
    assert brief(result["changes"]) == [("alter_config", "grown")]


def test_a_deletion_that_the_brokers_forbid_fails_in_check_mode_too(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.broker_config["delete.topic.enable"] = "false"
    result = run(topics, topics=EVERY_OPERATION, check=True)
    assert (
        result["msg"]
        == "the broker refused the plan, nothing was changed: delete topic deleted: the brokers"
        " forbid it (delete.topic.enable=false)"
    )


def test_a_plan_that_could_not_be_validated_writes_nothing(run: Run, cluster: FakeCluster) -> None:
    cluster.fates["create_partitions validate_only"].append("dropped")
    result = run(topics, topics=EVERY_OPERATION)
    assert (result["error"], cluster.written()) == ("ClusterUnreachable", 0)
    assert result["msg"].startswith(
        "cannot have the plan validated: add partitions to topic grown: _TIMED_OUT: "
    )


def test_a_failure_tells_what_was_applied_what_failed_and_what_is_pending(
    run: Run, cluster: FakeCluster
) -> None:
    def forbid() -> None:
        cluster.policy = lambda _kind, name, _config: "not that one" if name == "b" else None

    cluster.before("create_topics", forbid)
    result = run(
        topics,
        topics=[*[{"name": name} for name in "abc"], {"name": "deleted", "state": "absent"}],
        diff=True,
    )
    assert (result["failed"], result["changed"], result["error"]) == (True, True, "ApplyFailed")
    assert (
        result["msg"]
        == "not all of 4 changes were made (2 applied, 1 failed, 1 pending): create topic b:"
        " POLICY_VIOLATION: not that one"
    )
    outcome = result["outcome"]
    assert brief(outcome["applied"]) == [("create", "a"), ("create", "c")]
    assert [(item["name"], item["operation"], item["why"]) for item in outcome["failed"]] == [
        ("b", "create", "create topic b: POLICY_VIOLATION: not that one"),
    ]
    assert brief(outcome["pending"]) == [("delete", "deleted")]
    assert (
        outcome["pending"][0]["why"]
        == "delete topic deleted: not tried, since nothing is deleted after a failure"
    )
    assert brief(result["changes"]) == [
        ("create", "a"),
        ("create", "b"),
        ("create", "c"),
        ("delete", "deleted"),
    ]
    assert set(cluster.topics) == {"a", "c", "deleted", "grown", "altered", "same"}
    assert {"summary", "cluster_id", "diff", "not_validated"} <= result.keys()


def test_nothing_applied_is_nothing_changed(run: Run, cluster: FakeCluster) -> None:
    cluster.before("create_topics", lambda: cluster.denied["CREATE"].add("a"))
    result = run(topics, topics=[{"name": "a"}])
    assert (result["error"], result["changed"], result["outcome"]["applied"]) == (
        "ApplyFailed",
        False,
        [],
    )


def test_a_missing_right_names_the_acl(run: Run, cluster: FakeCluster) -> None:
    cluster.denied["DESCRIBE"].add("same")
    result = run(topics, topics=EVERY_OPERATION)
    assert result["error"] == "NotAuthorized"
    assert (
        "cannot describe topic same: the principal needs the ACL operation DESCRIBE"
        in result["msg"]
    )
    assert cluster.written() == 0


def test_waits_until_every_view_shows_the_change(run: Run, cluster: FakeCluster) -> None:
    cluster.lags = [3, 0, 2]
    assert "warnings" not in run(topics, topics=[{"name": "a"}])
    # for the plan, and before the write; then of each view as many as it lags behind, and the one
    # that shows it
    assert cluster.requests["describe_topics"] == 2 + (3 + 1) + (0 + 1) + (2 + 1)
    assert cluster.lags == []


def test_one_broker_has_one_view(run: Run, cluster: FakeCluster) -> None:
    cluster.brokers = cluster.brokers[:1]
    run(topics, topics=[{"name": "a"}])
    assert cluster.requests["describe_topics"] == 2 + 1


def test_a_view_is_asked_again_only_for_what_it_lacks(
    run: Run, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    describe = FakeConfigs.describe_configs

    def noted(configs: FakeConfigs, names: Sequence[str]) -> Answers[Config]:
        asked.append(len(names))
        return describe(configs, names)

    monkeypatch.setattr(FakeConfigs, "describe_configs", noted)
    # while the first view is looked at, another client changes one of the topics, and then back
    cluster.before("describe_configs", lambda: cluster.put("t0", flush_ms="7"), call=2)
    cluster.before("describe_configs", lambda: cluster.put("t0", flush_ms="5"), call=3)
    assert "failed" not in run(
        topics, topics=[{"name": f"t{number}", "config": {"flush.ms": 5}} for number in range(9)]
    )
    # for the right to read them, all in each of three views, and once more the one topic
    assert asked == [9, 9, 1, 9, 9]


def test_without_wait_nothing_is_read_again(run: Run, cluster: FakeCluster) -> None:
    cluster.lags = [99]
    assert run(topics, topics=[{"name": "a"}], wait=False)["changed"] is True
    assert cluster.requests["describe_topics"] == 2


def test_a_last_look_that_fails_loses_nothing_of_what_was_applied(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.before("describe_topics", fall_silent, call=3)
    result = run(topics, topics=[{"name": "a"}, {"name": "same"}], wait=False, return_topics=True)
    assert (
        result["changed"],
        brief(result["changes"]),
        [topic["name"] for topic in result["topics"]],
    ) == (True, [("create", "a")], ["same"])
    assert result["warnings"] == [
        "the state is returned as it was before the changes: cannot read from fake:1: timed out"
    ]


def test_what_stays_invisible_is_a_warning(run: Run, cluster: FakeCluster) -> None:
    cluster.lags = [999]
    result = run(topics, topics=[{"name": "a"}])
    assert (result.get("failed"), result["changed"]) == (None, True)
    assert result["warnings"] == ["accepted, but not visible yet after 10 s: create topic a"]


def test_lacking_replicas_of_what_was_written_are_told(run: Run, cluster: FakeCluster) -> None:
    cluster.before("describe_topics", lambda: cluster.put("a", replicas=3, in_sync=2), call=3)
    result = run(topics, topics=[{"name": "a", "replication_factor": 3}])
    assert (result["changed"], result["warnings"]) == (
        True,
        ["fewer in-sync replicas than replicas: topic a (2 of 3)"],
    )


def test_a_warning_is_told_once(run: Run, cluster: FakeCluster) -> None:
    cluster.put("a", replicas=3, in_sync=2)
    result = run(topics, topics=[{"name": "a", "config": {"flush.ms": 5}}])
    # it held before the change and holds after it
    assert (result["changed"], result["warnings"]) == (
        True,
        ["fewer in-sync replicas than replicas: topic a (2 of 3)"],
    )


def degraded(cluster: FakeCluster) -> None:
    cluster.put("same", replicas=3, in_sync=2)
    cluster.notices.append(THROTTLED)


THROTTLED = "broker 1 throttled the request for 5.0 s"
WARNED = ["fewer in-sync replicas than replicas: topic same (2 of 3)"]


@pytest.mark.parametrize(
    ("error", "declared", "break_it", "warned"),
    [
        ("PlanRefused", {"name": "grown", "replication_factor": 4}, lambda _cluster: None, WARNED),
        (
            "PlanRefused",
            {"name": "new", "config": {"retention.mss": 1}},
            lambda _cluster: None,
            WARNED,
        ),
        (
            "ApplyFailed",
            {"name": "new"},
            lambda cluster: cluster.fates["create_topics"].append("dropped"),
            WARNED,
        ),
        (
            "NotConverged",
            {"name": "new", "partitions": 2},
            lambda cluster: cluster.before("describe_topics", lambda: cluster.put("new"), call=3),
            WARNED,
        ),
        # without a plan there is nothing to warn of
        (
            "NotAuthorized",
            {"name": "grown"},
            lambda cluster: cluster.denied["DESCRIBE"].add("grown"),
            None,
        ),
    ],
)
def test_warnings_are_told_beside_a_failure(
    run: Run,
    cluster: FakeCluster,
    error: str,
    declared: dict[str, Any],
    break_it: Callable[[FakeCluster], Any],
    warned: list[str] | None,
) -> None:
    degraded(cluster)
    break_it(cluster)
    result = run(topics, topics=[{"name": "same"}, declared])
    assert (result["error"], result.get("warnings")) == (error, warned)
    # what a quota held back is the first to know
    assert result["msg"].startswith(f"{THROTTLED}: ")


def test_what_contradicts_the_declared_value_is_a_failure(run: Run, cluster: FakeCluster) -> None:
    cluster.before("describe_topics", lambda: cluster.put("altered", flush_ms="7"), call=3)
    result = run(topics, topics=[{"name": "altered", "config": {"flush.ms": 5}}])
    assert (result["error"], result["changed"]) == ("NotConverged", True)
    assert (
        result["msg"]
        == "the cluster contradicts what was applied: topic altered shows {'config': {'flush.ms':"
        " '7'}}, declared is {'config': {'flush.ms': '5'}}: another client changed it meanwhile"
    )
    assert brief(result["outcome"]["applied"]) == [("alter_config", "altered")]


def test_a_contradiction_is_told_beside_a_failure(run: Run, cluster: FakeCluster) -> None:
    cluster.before("create_topics", lambda: cluster.denied["CREATE"].add("new"))
    cluster.before("describe_topics", lambda: cluster.put("altered", flush_ms="7"), call=3)
    result = run(topics, topics=[{"name": "new"}, {"name": "altered", "config": {"flush.ms": 5}}])
    assert result["error"] == "ApplyFailed"
    head, failure, contradiction = result["msg"].splitlines()
    assert head == "not all of 2 changes were made (1 applied, 1 failed, 0 pending):"
    assert failure.startswith("- create topic new: TOPIC_AUTHORIZATION_FAILED: ")
    assert contradiction.startswith(
        "- topic altered shows {'config': {'flush.ms': '7'}}, declared is {'config': {'flush.ms':"
        " '5'}}: "
    )


def test_what_cannot_be_verified_is_a_warning(run: Run, cluster: FakeCluster) -> None:
    for call in range(3, 99):
        cluster.before("describe_topics", fall_silent, call)
    result = run(topics, topics=[{"name": "a"}])
    assert result["changed"] is True
    assert result["warnings"] == [
        "could not verify what was applied: cannot read from fake:1: timed out"
    ]


@pytest.mark.parametrize(
    "request_", ["describe_topics", "create_topics validate_only", "describe_configs"]
)
def test_a_signal_before_the_first_write_changes_nothing(
    run: Run, cluster: FakeCluster, request_: str
) -> None:
    cluster.before(request_, interrupt)
    result = run(topics, topics=EVERY_OPERATION)
    assert (result["error"], result["changed"]) == ("Interrupted", False)
    assert result["msg"] == "interrupted by SIGTERM, nothing was changed: run again"
    assert cluster.written() == 0


def test_a_signal_while_it_writes_leaves_open_what_the_cluster_does_not_show(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.before("incremental_alter_configs", interrupt)
    result = run(topics, topics=EVERY_OPERATION)
    assert (result["error"], result["changed"]) == ("ApplyFailed", True)
    assert brief(result["outcome"]["applied"]) == [("create", "new"), ("add_partitions", "grown")]
    assert brief(result["outcome"]["unknown"]) == [
        ("alter_config", "altered"),
        ("delete", "deleted"),
    ]
    assert result["msg"] == (
        "not all of 4 changes are known to be made (2 applied, 0 failed, 0 pending, 2 unknown: they"
        " may still be made; run again):\n"
        "- alter config of topic altered: interrupted by SIGTERM; the cluster does not show it\n"
        "- delete topic deleted: interrupted by SIGTERM; the cluster does not show it"
    )
    assert not run(topics, topics=EVERY_OPERATION).get("failed")


def test_a_signal_after_the_last_write_is_told(run: Run, cluster: FakeCluster) -> None:
    cluster.fates["create_topics"].append("applied")
    cluster.before("describe_topics", interrupt, 3)
    result = run(topics, topics=[{"name": "a"}])
    assert (result.get("failed"), result["changed"]) == (None, True)
    assert "interrupted by SIGTERM" in str(result["warnings"])


def test_a_signal_while_it_verifies_loses_no_outcome(run: Run, cluster: FakeCluster) -> None:
    cluster.before("describe_topics", interrupt, 3)
    result = run(topics, topics=[{"name": "a"}])
    assert (result.get("failed"), result["changed"]) == (None, True)
    [warning] = result["warnings"]
    assert warning.startswith("interrupted by SIGTERM, so not all brokers were asked")


def test_a_signal_after_that_only_lets_it_tell_what_it_did(run: Run, cluster: FakeCluster) -> None:
    cluster.before("describe_topics", interrupt, 6)
    result = run(topics, topics=[{"name": "a"}], return_topics=True)
    assert (result.get("failed"), result["changed"]) == (None, True)
    assert [found["name"] for found in result["topics"]] == ["a"]
    assert cluster.requests["describe_topics"] == 6


def test_an_error_while_it_writes_loses_nothing_of_what_was_applied(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.before("incremental_alter_configs", fall_silent)
    result = run(topics, topics=EVERY_OPERATION)
    assert (result["error"], result["changed"]) == ("ApplyFailed", True)
    assert brief(result["outcome"]["applied"]) == [("create", "new"), ("add_partitions", "grown")]


def test_a_reader_is_interrupted_too(run: Run, cluster: FakeCluster) -> None:
    cluster.before("describe_topics", interrupt)
    assert run(topic_info, names=["same"])["error"] == "Interrupted"


@pytest.mark.parametrize("wait", [True, False])
def test_a_lost_answer_is_looked_up(run: Run, cluster: FakeCluster, wait: bool) -> None:
    cluster.fates["create_topics"].append("applied")
    result = run(topics, topics=[{"name": "a"}], wait=wait)
    assert (result.get("failed"), result["changed"], brief(result["changes"])) == (
        None,
        True,
        [("create", "a")],
    )
    # without wait one look decides; with it every view has to show the topic
    assert cluster.requests["describe_topics"] == 2 + (3 if wait else 1)


def test_without_wait_a_lost_answer_is_looked_up_once(run: Run, cluster: FakeCluster) -> None:
    cluster.fates["create_topics"].append("dropped")
    assert run(topics, topics=[{"name": "a"}], wait=False)["error"] == "ApplyFailed"
    assert cluster.requests["describe_topics"] == 3


def test_a_lost_answer_is_looked_up_until_a_view_can_be_read(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.fates["create_topics"].append("applied")
    for call in (3, 4, 5):
        cluster.before("describe_topics", fall_silent, call)
    result = run(topics, topics=[{"name": "a"}])
    assert (result.get("failed"), result["changed"]) == (None, True)


def test_a_lost_answer_that_cannot_be_looked_up_stays_unknown(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.fates["create_topics"].append("applied")
    for call in range(3, 99):
        cluster.before("describe_topics", fall_silent, call)
    result = run(topics, topics=[{"name": name} for name in "abcdefg"])
    assert (result["error"], result["changed"]) == ("ApplyFailed", True)
    assert brief(result["outcome"]["unknown"]) == [("create", name) for name in "abcdefg"]
    assert [result["outcome"][status] for status in ("applied", "failed", "pending")] == [
        [],
        [],
        [],
    ]
    # the reason that all have is told once
    assert (
        result["msg"]
        == "not all of 7 changes are known to be made (0 applied, 0 failed, 0 pending, 7 unknown:"
        " they may still be made; run again): create topics a, b, c, d, e and 2 more:"
        f" {cluster.loss}; cannot read from fake:1: timed out"
    )


def test_what_may_have_been_changed_counts_as_changed(run: Run, cluster: FakeCluster) -> None:
    cluster.fates["create_topics"].append("dropped")
    result = run(
        topics, topics=[{"name": "a"}, {"name": "grown", "partitions": 2}], allow=["key_order"]
    )
    assert (result["error"], result["changed"]) == ("ApplyFailed", True)
    [unknown] = result["outcome"]["unknown"]
    assert unknown["why"] == f"create topic a: {cluster.loss}; the cluster does not show it"
    [pending] = result["outcome"]["pending"]
    assert (
        pending["why"]
        == "add partitions to topic grown: not tried, since answers were lost (run again)"
    )
    # what waits is counted, its reason is that of the unknown; and nothing was accepted that could
    # become visible
    assert (
        result["msg"]
        == "not all of 2 changes are known to be made (0 applied, 0 failed, 1 pending, 1 unknown:"
        f" they may still be made; run again): {unknown['why']}"
    )
    assert "warnings" not in result


@pytest.mark.parametrize("check", [True, False])
def test_what_another_client_changed_since_the_plan_is_not_overwritten(
    run: Run, cluster: FakeCluster, tmp_path: Path, check: bool
) -> None:
    undo_file = tmp_path / "undo"
    # while the broker judges the plan
    cluster.before(
        "create_topics validate_only",
        lambda: cluster.put("altered", segment_ms="1000", flush_ms="7"),
    )
    result = run(topics, topics=EVERY_OPERATION, undo_file=str(undo_file), check=check)
    if check:
        assert "failed" not in result
        return
    assert (result["error"], result["changed"]) == ("PlanRefused", False)
    assert (
        result["msg"]
        == "refused the plan, which is out of date (run again), nothing was changed: alter config"
        " of topic altered: another client changed it meanwhile: it shows {'config':"
        " {'flush.ms': '7', 'segment.ms': '1000'}}"
    )
    assert brief(result["changes"]) == [("alter_config", "altered")]
    assert cluster.written() == 0
    assert not undo_file.exists()


@pytest.mark.parametrize(("name", "config"), [("deleted", {}), ("altered", {"segment_ms": "1000"})])
def test_a_topic_that_was_made_again_since_the_plan_is_another_one(
    run: Run, cluster: FakeCluster, name: str, config: dict[str, str]
) -> None:
    def make_again() -> None:
        cluster.drop(name)
        cluster.put(name, **config)
        cluster.produce(name, 1_700_000_000_000)

    cluster.before("create_topics validate_only", make_again)
    result = run(topics, topics=EVERY_OPERATION)
    assert (result["error"], result["changed"]) == ("PlanRefused", False)
    assert f"topic {name}: another client deleted it meanwhile, and made it again" in result["msg"]
    assert cluster.written() == 0


def test_the_plan_of_a_topic_that_was_made_again_is_another_one(
    run: Run, cluster: FakeCluster
) -> None:
    gone = {"name": "altered", "state": "absent"}
    planned = run(topics, topics=[gone], check=True)
    cluster.drop("altered")
    cluster.put("altered", segment_ms="1000")
    again = run(topics, topics=[gone], check=True)
    assert planned["changes"] == again["changes"]
    assert planned["plan_id"] != again["plan_id"]


def test_what_another_client_did_as_declared_is_no_obstacle(run: Run, cluster: FakeCluster) -> None:
    cluster.before("create_topics validate_only", lambda: cluster.drop("deleted"))
    result = run(topics, topics=EVERY_OPERATION)
    assert (result.get("failed"), result["changed"]) == (None, True)


def test_only_pending_changes_give_their_own_reason(run: Run, cluster: FakeCluster) -> None:
    cluster.fates["create_topics"].append("applied")
    result = run(
        topics, topics=[{"name": "a"}, {"name": "grown", "partitions": 2}], allow=["key_order"]
    )
    assert (result["error"], result["changed"], brief(result["outcome"]["applied"])) == (
        "ApplyFailed",
        True,
        [("create", "a")],
    )
    assert (
        result["msg"]
        == "not all of 2 changes were made (1 applied, 0 failed, 1 pending): add partitions to"
        " topic grown: not tried, since answers were lost (run again)"
    )


def test_another_run_that_was_faster_with_the_same_is_no_failure(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.before(
        "create_topics", lambda: cluster.put("new", partitions=2, retention_ms="604800000")
    )
    cluster.before("create_partitions", lambda: cluster.put("grown", partitions=2))
    cluster.before("delete_topics", lambda: cluster.drop("deleted"))
    result = run(topics, topics=[*EVERY_OPERATION[:2], EVERY_OPERATION[3]])
    assert (result.get("failed"), brief(result["changes"])) == (
        None,
        [("create", "new"), ("add_partitions", "grown"), ("delete", "deleted")],
    )


def test_another_client_that_was_faster_with_something_else_is_a_failure(
    run: Run, cluster: FakeCluster
) -> None:
    cluster.before("create_topics", lambda: cluster.put("new", partitions=1))
    result = run(topics, topics=[EVERY_OPERATION[0]])
    assert result["error"] == "ApplyFailed"
    [failed] = result["outcome"]["failed"]
    assert failed["why"].startswith(
        "create topic new: TOPIC_ALREADY_EXISTS: Topic 'new' already exists.; now topic new shows"
        " {'partitions': 1}"
    )
    # told once
    assert (
        result["msg"]
        == f"not all of 1 changes were made (0 applied, 1 failed, 0 pending): {failed['why']}"
    )


def test_warnings_of_the_plan_and_the_connection(run: Run, cluster: FakeCluster) -> None:
    degraded(cluster)
    assert run(topics, topics=[{"name": "same"}])["warnings"] == [THROTTLED, *WARNED]


def test_a_purge_is_verified_too(run: Run, cluster: FakeCluster) -> None:
    cluster.put("own.extra")
    result = run(
        topics,
        topics=[{"name": "own.new"}],
        purge=True,
        owned_prefixes=["own."],
        return_topics=True,
    )
    assert brief(result["changes"]) == [("create", "own.new"), ("delete", "own.extra")]
    assert [found["name"] for found in result["topics"]] == ["own.new"]


def test_a_secret_that_occurs_in_names_spoils_no_result(run: Run, cluster: FakeCluster) -> None:
    secrets: dict[str, Any] = {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "PLAIN",
        "sasl_username": "user",
        "sasl_password": "dev",
        "secret_client_properties": {"ssl.keystore.password": "orders"},
    }
    result = run(topics, topics=[{"name": "dev.orders"}], return_topics=True, **secrets)
    assert result["topics"][0]["name"] == "dev.orders"
    cluster.denied["DESCRIBE"].add("dev.orders")
    assert (
        "cannot describe topic dev.orders:"
        in run(topics, topics=[{"name": "dev.orders"}], **secrets)["msg"]
    )


def test_the_echo_of_the_options_hides_secrets_by_name(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    echoes: list[dict[str, Any]] = []

    def spy(told: Any) -> Any:
        def tell(module: AnsibleModule, **result: Any) -> None:
            echoes.append(result["invocation"]["module_args"])
            told(module, **result)

        return tell

    for name in ("exit_json", "fail_json"):
        monkeypatch.setattr(AnsibleModule, name, spy(getattr(AnsibleModule, name)))
    pem = "-----BEGIN PRIVATE KEY-----"
    misplaced: list[dict[str, Any]] = [
        {"ca_cert": pem},
        {"client_cert": pem},
        {"client_key": pem},
        {"bootstrap_servers": ["user:secret@host:1"]},
        {"client_properties": {"ssl.key.password": "secret"}},
    ]
    secrets = {
        "sasl_password": "dev",
        "secret_client_properties": {"ssl.keystore.password": "orders"},
    }
    run(
        topic_info,
        security_protocol="SASL_SSL",
        sasl_mechanism="PLAIN",
        sasl_username="user",
        **secrets,
    )
    for options in misplaced:
        run(topic_info, **options)

    echo, *others = echoes
    assert echo["sasl_password"] == echo["secret_client_properties"] == REDACTED
    assert (echo["bootstrap_servers"], echo["sasl_username"], echo["ca_cert"]) == (
        ["fake:1"],
        "user",
        None,
    )
    for options, other in zip(misplaced, others, strict=True):
        [name] = options
        assert other[name] == REDACTED


def test_the_values_of_secret_options_are_forgotten_before_the_results_are_told() -> None:
    """Ansible would mask them wherever they occur; from ansible-core 2.22 on, the controller does,
    by the values that it is handed."""
    old, new = {"dev"}, {"dev"}
    options = {
        "argument_spec": {"sasl_password": {"no_log": True}, "timeout": {}},
        "params": {"sasl_password": "dev", "timeout": 5},
    }
    runner._unmasked(
        cast(
            AnsibleModule,
            SimpleNamespace(
                **options, no_log_values=old, _new_secrets=SimpleNamespace(flush=new.clear)
            ),
        )
    )
    assert (old, new) == (set(), set())


def test_one_topic_is_the_same_engine(run: Run, cluster: FakeCluster) -> None:
    cluster.put("a", flush_ms="1", segment_ms="1")
    cluster.produce("a", 5)
    options = {
        "name": "a",
        "partitions": 2,
        "allow": ["key_order"],
        "config": {"retention.ms": "7d"},
        "purge_config": True,
        "purge_config_keep": ["flush.ms"],
    }
    single = run(topic, check=True, return_topics=True, **options)
    assert single == run(topics, check=True, return_topics=True, topics=[options])
    assert brief(single["changes"]) == [("add_partitions", "a"), ("alter_config", "a")]
    assert (
        run(topic, name="a", state="absent")["summary"]
        == f"cluster {CLUSTER_ID}: delete 1, unchanged 0; hazards: delete 1"
    )
    assert "a" not in cluster.topics


def test_topic_info_is_valid_input_that_changes_nothing(run: Run) -> None:
    found = run(topic_info)
    assert (found["changed"], [each["name"] for each in found["topics"]], found["absent"]) == (
        False,
        ["altered", "deleted", "grown", "same"],
        [],
    )
    assert run(topics, topics=found["topics"])["changed"] is False


def test_info_modules_write_nothing(run: Run, cluster: FakeCluster) -> None:
    assert run(topic_info, names=["same"], query="[?partitions > `1`]")["topics"] == []
    assert run(cluster_info)["cluster_id"] == CLUSTER_ID
    assert cluster.written() == 0


@pytest.mark.parametrize("query", ["[?", "[].name", "[].{name: config}"])
def test_an_info_module_fails_as_the_others_do(run: Run, query: str) -> None:
    result = run(topic_info, query=query)
    assert (result["failed"], result["error"]) == (True, "InvalidSpec")


@pytest.mark.parametrize("module", [topics, topic_info])
def test_a_missing_client_library_is_reported_as_ansible_does(
    run: Run, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    monkeypatch.setattr(runner, "IMPORT_ERROR", "Traceback: no module named confluent_kafka")
    monkeypatch.setattr(runner, "_unmasked", lambda _module: {})
    result = run(module)
    assert "Failed to import the required Python library (confluent-kafka)" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_a_refused_plan_writes_nothing_and_says_what_would_allow_it(
    run: Run, cluster: FakeCluster, check: bool
) -> None:
    result = run(topics, topics=[{"name": "new"}, {"name": "grown", "partitions": 2}], check=check)
    assert (result["error"], cluster.written()) == ("PlanRefused", 0)
    assert result["msg"].startswith(
        "refused the plan, nothing was changed: add partitions to topic grown (from 1 to 2):"
        " guard allow: hazard key_order (records: 1; "
    )
    assert result["msg"].endswith("; to allow it for this topic: allow: [key_order]")
    assert brief(result["changes"]) == [("add_partitions", "grown")]
    assert [(item["name"], item["guard"]) for item in result["outcome"]["failed"]] == [
        ("grown", "allow")
    ]


def test_a_policy_that_warns_does_not_hinder(run: Run, cluster: FakeCluster) -> None:
    policy = {"name": "big", "rule": "partitions > `1`", "message": "too small", "level": "warning"}
    result = run(topics, topics=[{"name": "new"}], policies=[policy])
    assert result["warnings"] == ["policy big: topic new: too small (partitions > `1`)"]
    assert "new" in cluster.topics
    assert (
        run(topic, name="newer", policies=[{**policy, "level": "error"}])["error"] == "PlanRefused"
    )
    assert "newer" not in cluster.topics


@pytest.mark.parametrize("check", [True, False])
def test_an_expected_plan_is_made_or_refused(run: Run, cluster: FakeCluster, check: bool) -> None:
    declared = {"topics": EVERY_OPERATION}
    reviewed = run(topics, **declared, check=True)["plan_id"]
    # records that come in are no other plan
    cluster.produce("grown", 1_700_000_000_000)
    assert run(topics, **declared, check=True, expected_plan_id=reviewed)["plan_id"] == reviewed
    kept = cluster.topics["altered"]

    cluster.put("altered", segment_ms="1000", flush_messages="7")
    moved = run(topics, **declared, check=check, expected_plan_id=reviewed)
    assert (moved["error"], cluster.written()) == ("PlanRefused", 0)
    assert "the cluster or the declaration has moved" in moved["msg"]
    assert moved["plan_id"] == run(topics, **declared, check=True)["plan_id"] != reviewed

    cluster.commit({"altered": kept})
    another = {"topics": [*EVERY_OPERATION, {"name": "more"}]}
    assert run(topics, **another, check=check, expected_plan_id=reviewed)["error"] == "PlanRefused"
    assert run(topics, **declared, expected_plan_id=reviewed)["changed"] is True
    assert (
        "there is nothing left to do" in run(topics, **declared, expected_plan_id=reviewed)["msg"]
    )


def test_the_way_back_is_written_before_the_first_write(
    run: Run, cluster: FakeCluster, tmp_path: Path
) -> None:
    path = tmp_path / "undo.json"
    check = run(topics, topics=EVERY_OPERATION, undo_file=str(path), check=True)
    assert not path.exists()
    seen: list[Any] = []
    # the first call was that of check mode
    cluster.before("create_topics validate_only", lambda: seen.append(path.exists()), call=2)
    cluster.before("create_topics", lambda: seen.append(json.loads(path.read_text())))
    real = run(topics, topics=EVERY_OPERATION, undo_file=str(path))
    assert seen == [False, check["undo"]]
    assert real["undo"] == check["undo"]
    assert real["undo"]["cluster_id"] == CLUSTER_ID
    assert [topic["name"] for topic in real["undo"]["topics"]] == ["altered", "deleted", "new"]


def test_a_run_that_fails_returns_the_way_back_too(run: Run, cluster: FakeCluster) -> None:
    cluster.fates["create_topics"].append("dropped")
    result = run(topics, topics=[{"name": "a"}])
    assert (result["error"], result["undo"]["topics"]) == (
        "ApplyFailed",
        [{"name": "a", "state": "absent"}],
    )


def test_no_change_leaves_the_file_alone(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "undo.json"
    path.write_text("of the run before")
    assert "undo" not in run(topics, topics=[{"name": "same"}], undo_file=str(path))
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [
        ("undo.json", "of the run before")
    ]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_an_undo_file_may_not_replace_is_refused_before_connecting(
    run: Run, cluster: FakeCluster, tmp_path: Path, kind: str, check: bool
) -> None:
    path = lay_out(tmp_path)[kind]
    result = run(topics, topics=EVERY_OPERATION, undo_file=str(path), check=check)
    assert (result["error"], cluster.requests) == ("InvalidSpec", {})
    assert f"undo_file: {path} is {NO_FILES[kind]}" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("kind", NO_FOLDERS)
def test_the_folder_of_an_undo_file_is_needed_only_for_a_plan_with_changes(
    run: Run, cluster: FakeCluster, tmp_path: Path, kind: str, check: bool
) -> None:
    path = lay_out(tmp_path)[kind]
    assert (
        run(topics, topics=[{"name": "same"}], undo_file=str(path), check=check)["changed"] is False
    )
    result = run(topics, topics=EVERY_OPERATION, undo_file=str(path), check=check)
    assert (result["error"], cluster.written()) == ("PlanRefused", 0)
    assert result["msg"].endswith(
        f"cannot write undo_file {path}: {NO_FOLDERS[kind]} {path.parent}"
    )
    assert (result["changed"], len(result["changes"])) == (False, 4)
