# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import ClusterUnreachable
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import (
    Plan,
    Refusal,
    Unvalidated,
    Validation,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.observe import observe_declared
from ansible_collections.omninode.kafka.plugins.module_utils._topic.plan import plan_topics
from ansible_collections.omninode.kafka.plugins.module_utils._topic.spec import TopicSet, TopicSpec
from ansible_collections.omninode.kafka.plugins.module_utils._topic.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._topic.validate import (
    unvalidated_locally,
    validate_by_broker,
)

from tests.fakes.gateway import CLUSTER, FakeCluster
from tests.unit._topic.changes import topic_change

LOOKED_UP = "Kafka validates no deletion; the right to delete was looked up"


@pytest.fixture
def cluster() -> FakeCluster:
    found = FakeCluster()
    for name in ("grown", "altered", "deleted", "kept"):
        found.put(name)
    return found


def validated(cluster: FakeCluster, *specs: TopicSpec) -> Validation:
    """What the broker says to the plan; other clients act between the plan and the validation.

    As where no topic shows which config keys there are, so that the broker has to judge them.
    """
    gateway, declared = cluster.connect(), TopicSet({spec.name: spec for spec in specs})
    observed = observe_declared(gateway, declared)._replace(config_keys=frozenset())
    return validate_by_broker(gateway, plan_topics(declared, observed), observed)


EVERY_OPERATION = (
    TopicSpec("new", partitions=2),
    TopicSpec("grown", partitions=2),
    TopicSpec("altered", config={"flush.ms": "1"}),
    TopicSpec("deleted", state="absent"),
)


def test_the_broker_judges_all_but_deletions_and_nothing_is_written(cluster: FakeCluster) -> None:
    before = cluster.topics
    assert validated(cluster, *EVERY_OPERATION) == Validation(
        (), (Unvalidated("deleted", "delete", LOOKED_UP),)
    )
    assert cluster.topics == before
    assert cluster.written() == 0
    assert {kind: count for kind, count in cluster.requests.items() if "validate" in kind} == {
        "create_topics validate_only": 1,
        "create_partitions validate_only": 1,
        "incremental_alter_configs validate_only": 1,
    }


@pytest.mark.parametrize(
    ("spec", "operation", "why"),
    [
        (
            TopicSpec("new", config={"retention.mss": "1"}),
            "create",
            (
                "create topic new: INVALID_CONFIG: Unknown topic config name: retention.mss (did"
                " you mean 'retention.ms'?)"
            ),
        ),
        (
            TopicSpec("new", config={"quux": "1", "retention.mss": "1", "a.key": "1"}),
            "create",
            (
                "create topic new: INVALID_CONFIG: Unknown topic config name: a.key; config keys"
                " unknown to this collection: quux, retention.mss (did you mean 'retention.ms'?)"
            ),
        ),
        (
            TopicSpec("new", config={"flush.ms": "-1"}),
            "create",
            (
                "create topic new: INVALID_CONFIG: Invalid value -1 for configuration flush.ms:"
                " Value must be at least 0"
            ),
        ),
        (
            TopicSpec("forbidden"),
            "create",
            "create topic forbidden: POLICY_VIOLATION: not that one",
        ),
        (
            TopicSpec("altered", config={"flush.ms": "-1"}),
            "alter_config",
            (
                "alter config of topic altered: INVALID_CONFIG: Invalid value -1 for configuration"
                " flush.ms: Value must be at least 0"
            ),
        ),
        (
            TopicSpec("grown", partitions=99_999),
            "add_partitions",
            (
                "add partitions to topic grown: POLICY_VIOLATION: Unable to perform excessively"
                " large batch operation."
            ),
        ),
        *[
            (
                spec._replace(name=f"locked.{spec.name}"),
                operation,
                (
                    f"{verb} locked.{spec.name}: TOPIC_AUTHORIZATION_FAILED: Broker: Topic"
                    f" authorization failed (the principal needs the ACL operation {acl})"
                ),
            )
            for spec, operation, verb, acl in (
                (
                    EVERY_OPERATION[0],
                    "create",
                    "create topic",
                    "CREATE on the topic or the cluster",
                ),
                (
                    EVERY_OPERATION[1],
                    "add_partitions",
                    "add partitions to topic",
                    "ALTER on the topic",
                ),
                (
                    EVERY_OPERATION[2],
                    "alter_config",
                    "alter config of topic",
                    "ALTER_CONFIGS on the topic",
                ),
            )
        ],
        (
            TopicSpec("locked.deleted", state="absent"),
            "delete",
            (
                "delete topic locked.deleted: the principal needs the ACL operation DELETE on the"
                " topic"
            ),
        ),
    ],
)
def test_what_the_broker_would_refuse_is_refused(
    cluster: FakeCluster, spec: TopicSpec, operation: str, why: str
) -> None:
    for name in ("grown", "altered", "deleted"):
        cluster.put(f"locked.{name}")
    for right in ("CREATE", "ALTER", "ALTER_CONFIGS", "DELETE"):
        cluster.denied[right] |= {f"locked.{other.name}" for other in EVERY_OPERATION}
    cluster.policy = lambda _kind, name, _config: "not that one" if name == "forbidden" else None
    assert validated(cluster, TopicSpec("fine"), spec).refusals == (
        Refusal(spec.name, why, operation),
    )


def test_a_new_topic_that_the_run_could_not_read_afterwards_is_refused(
    cluster: FakeCluster,
) -> None:
    cluster.denied["DESCRIBE_CONFIGS"].add("new")
    why = (
        "create topic new: the principal needs the ACL operation DESCRIBE_CONFIGS on the topic, to"
        " read what it has created"
    )
    found = validated(cluster, TopicSpec("fine"), TopicSpec("new"))
    assert found.refusals == (Refusal("new", why, "create"),)


def test_requests_are_sized_by_the_default_of_the_broker() -> None:
    cluster = FakeCluster(num_partitions="100")
    assert validated(cluster, *[TopicSpec(f"t{number}") for number in range(200)]) == Validation(
        (), ()
    )
    assert {kind: count for kind, count in cluster.requests.items() if "create" in kind} == {
        "create_topics validate_only": 3
    }


@pytest.mark.parametrize("readable", [True, False])
def test_a_deletion_that_the_brokers_forbid_is_refused(
    cluster: FakeCluster, readable: bool
) -> None:
    cluster.broker_config["delete.topic.enable"] = "false"
    if not readable:
        cluster.denied["DESCRIBE_CONFIGS"].add(CLUSTER)
    why = "delete topic deleted: the brokers forbid it (delete.topic.enable=false)"
    refusals = (Refusal("deleted", why, "delete"),) if readable else ()
    assert validated(cluster, *EVERY_OPERATION) == Validation(
        refusals, (Unvalidated("deleted", "delete", LOOKED_UP),)
    )


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("create_topics", "create topic new"),
        ("create_partitions", "add partitions to topic grown"),
        ("incremental_alter_configs", "alter config of topic altered"),
    ],
)
def test_a_lost_answer_judges_nothing(cluster: FakeCluster, kind: str, what: str) -> None:
    cluster.fates[f"{kind} validate_only"].append("dropped")
    with pytest.raises(
        ClusterUnreachable,
        match=rf"^cannot have the plan validated: {what}: _TIMED_OUT: Failed while waiting",
    ):
        validated(cluster, *EVERY_OPERATION)
    assert cluster.written() == 0


def test_what_another_client_did_meanwhile_is_left_to_the_real_call(cluster: FakeCluster) -> None:
    cluster.before("create_topics validate_only", lambda: cluster.put("new"))
    cluster.before("create_partitions validate_only", lambda: cluster.put("grown", partitions=2))
    assert validated(cluster, *EVERY_OPERATION[:2]) == Validation(
        (),
        (
            Unvalidated(
                "new",
                "create",
                "changed by another client meanwhile: TOPIC_ALREADY_EXISTS: Topic 'new' already"
                " exists.",
            ),
            Unvalidated(
                "grown",
                "add_partitions",
                "changed by another client meanwhile: INVALID_PARTITIONS: Topic already has 2"
                " partition(s).",
            ),
        ),
    )


def test_local_validation_asks_nobody_and_says_so() -> None:
    changes = tuple(
        topic_change(name, operation, None, None)
        for name, operation in (("a", "create"), ("b", "delete"))
    )
    why = "validate is local: not shown to the broker"
    assert unvalidated_locally(Plan(changes), Observed({})) == Validation(
        (), (Unvalidated("a", "create", why), Unvalidated("b", "delete", why))
    )


def test_local_validation_names_the_keys_that_nothing_shows_to_be_kafkas() -> None:
    config = {"flush.ms": "1", "retention.mss": "1", "vendor.key": "1"}
    spec = TopicSpec("a", config=config)
    plan = plan_topics(TopicSet({"a": spec}), Observed({}))
    local = "validate is local: not shown to the broker"
    unknown = "config keys unknown to this collection"
    hint = "retention.mss (did you mean 'retention.ms'?)"
    for shown, why in (
        ((), f"{local}; {unknown}: {hint}, vendor.key"),
        (("vendor.key",), f"{local}; {unknown}: {hint}"),
    ):
        observed = Observed({}, config_keys=frozenset(shown))
        validation = unvalidated_locally(plan, observed)
        assert validation.unvalidated == (Unvalidated("a", "create", why),)


def test_a_cluster_that_tells_no_rights_leaves_a_deletion_to_the_real_call(
    cluster: FakeCluster,
) -> None:
    gateway, declared = cluster.connect(), TopicSet({"deleted": EVERY_OPERATION[3]})
    observed = observe_declared(gateway, declared)
    untold = {name: state._replace(operations=None) for name, state in observed.topics.items()}
    assert (
        validate_by_broker(
            gateway, plan_topics(declared, observed), type(observed)(untold)
        ).refusals
        == ()
    )


def test_what_the_broker_says_of_several_topics_is_one_reason(cluster: FakeCluster) -> None:
    cluster.policy = lambda _kind, _name, _config: "not that one"
    found = validated(cluster, TopicSpec("a"), TopicSpec("b")).refusals
    assert len(found) == 2
    assert found[0].reason is not None
    assert found[0].reason == found[1].reason
