# SPDX-License-Identifier: GPL-3.0-or-later
"""Random steps on a real cluster: declared sets, changes by others behind our back, and brokers
that die or hang during a run. A model says after each step what there must be.

A broker that was killed and starts again can forget and invent. It lacks users where others were
deleted (ScramDelta of Kafka 3.9 to 4.4). On 4.4.0 it was seen to give a topic an override of a
deleted one of its name, as ConfigurationsDelta would where both are in one delta. So brokers hang
in the first half of the steps, and die in the second, in which users stay as they are.

STEPS=1000 takes so many. SEED=5 draws the same again, but a cluster does not repeat its timing.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    NewPartitions,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.brokers.fixtures import TestBroker
from tests.faults.eyes import Eyes, Shape, State
from tests.faults.jobs import Users
from tests.faults.ledger import Row
from tests.faults.trial import PATIENT, bound, meeting
from tests.faults.witness import Witness
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.nodes import NODES, Nodes

_SETTINGS = settings(
    max_examples=4,
    deadline=None,
    database=None,
    # a real cluster does not repeat itself, so nothing is shrunk
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
    suppress_health_check=[*HealthCheck],
)
_FEW = 10  # steps of make test
_PASSWORD = "secret of a user"
_STRONG, _STRONGER = 4096, 8192  # iterations

_topic = st.sampled_from(["a", "b", "c", "d", "e", "f"])
_shape = st.builds(Shape, st.integers(1, 3), st.sampled_from([None, "5", "6"]))
_right = st.tuples(st.sampled_from(["one", "two"]), st.sampled_from(["a", "b", "c"]))
_user = st.sampled_from(["one", "two", "three"])
_iterations = st.sampled_from([_STRONG, _STRONGER])


class Fault(NamedTuple):
    """A broker dies or hangs, whichever the half has."""

    node: int
    after: float | None  # seconds after a write left; None: just before


_fault = st.builds(
    Fault,
    st.sampled_from(NODES),
    st.sampled_from([None, 0.0, 0.01, 0.03, 0.1]),
)


class Declared(NamedTuple):
    """As a job is: what one run declares. `state`: what there is after it."""

    module: str
    connection: dict[str, Any]
    options: dict[str, Any]
    state: State


class World:
    """What all examples share, and what they did."""

    def __init__(self, broker: TestBroker, cluster: Cluster, nodes: Nodes, kills_from: int) -> None:
        self.kills_from = kills_from
        self.broker, self.cluster, self.nodes = broker, cluster, nodes
        self.addresses = [nodes.address(node) for node in NODES]
        self.done: list[str] = []  # a line each
        self.steps = 0
        self.faults = 0
        self.has_faults = True
        self.longest = 0.0

    @property
    def users_connection(self) -> dict[str, Any]:
        return Users(self.broker, self.cluster, "").connection


class Steps(RuleBasedStateMachine):
    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._prefix = f"st-{uuid.uuid4().hex[:8]}."
        self._eyes = Eyes(world.addresses, self._prefix)
        self._model = State({}, set(), {})
        self._topics_connection = {"bootstrap_servers": world.addresses}
        self._kills = world.steps >= world.kills_from
        self._used: set[str] = set()
        world.done.append(f"begin {self._prefix}")

    def teardown(self) -> None:
        self._world.nodes.heal()
        self._eyes.close()
        left = [self._topics({}), self._rights(set())]
        if self._model.users:
            left.append(self._users({}))
        for declared in left:
            run.succeed(declared.module, **declared.connection, **declared.options)

    # what a run declares

    @rule(
        wanted=st.dictionaries(_topic, _shape),
        fault=_fault,
        dice=st.integers(0, 9),
        checked=st.booleans(),
        undone=st.booleans(),
    )
    def declare_topics(
        self, wanted: dict[str, Shape], fault: Fault, dice: int, checked: bool, undone: bool
    ) -> None:
        named = self._named(wanted)
        safe = {name: self._safe(name, shape) for name, shape in named.items()}
        declared = self._topics(safe)
        self._declare(declared, None if dice else fault, checked, undone)

    @rule(wanted=st.sets(_right), fault=_fault, dice=st.integers(0, 9), checked=st.booleans())
    def declare_rights(
        self, wanted: set[tuple[str, str]], fault: Fault, dice: int, checked: bool
    ) -> None:
        rights = {(f"User:{self._prefix}{who}", self._prefix + what) for who, what in wanted}
        self._declare(self._rights(rights), None if dice else fault, checked, checked)

    @precondition(lambda self: not self._kills)
    @rule(
        wanted=st.dictionaries(_user, _iterations),
        fault=_fault,
        dice=st.integers(0, 9),
        checked=st.booleans(),
    )
    def declare_users(self, wanted: dict[str, int], fault: Fault, dice: int, checked: bool) -> None:
        declared = self._users(self._named(wanted))
        self._declare(declared, None if dice else fault, checked, False)

    # what others do behind our back

    @rule(name=_topic, shape=_shape)
    def others_change_a_topic(self, name: str, shape: Shape) -> None:
        own = self._prefix + name
        shape = self._safe(own, shape)
        self._note("others", own, shape)
        old = self._model.topics.get(own)
        cluster = self._world.cluster
        config = {"flush.ms": shape.flush_ms} if shape.flush_ms else {}
        if old is None:
            cluster.create({own: (shape.partitions, config)})
            self._become(topics={**self._model.topics, own: shape})
            return
        if shape.partitions > old.partitions:
            added = cluster.admin.create_partitions([NewPartitions(own, shape.partitions)])
            added[own].result(run.HANGS)
        if shape.flush_ms:
            cluster.alter(own, config)
        new = Shape(max(old.partitions, shape.partitions), shape.flush_ms or old.flush_ms)
        self._become(topics={**self._model.topics, own: new})

    @rule(name=_topic)
    def others_delete_a_topic(self, name: str) -> None:
        own = self._prefix + name
        if own in self._model.topics:
            self._note("others delete", own)
            self._world.cluster.delete([own])
            left = {each: shape for each, shape in self._model.topics.items() if each != own}
            self._become(topics=left)

    @rule(right=_right)
    def others_change_a_right(self, right: tuple[str, str]) -> None:
        who, what = f"User:{self._prefix}{right[0]}", self._prefix + right[1]
        self._note("others give or take", who, what)
        binding = AclBinding(
            ResourceType.TOPIC,
            what,
            ResourcePatternType.LITERAL,
            who,
            "*",
            AclOperation.READ,
            AclPermissionType.ALLOW,
        )
        rights = {*self._model.rights}
        if (who, what) in rights:
            self._world.cluster.disallow([binding])
        else:
            self._world.cluster.allow([binding])
        self._become(rights=rights ^ {(who, what)})

    @precondition(lambda self: not self._kills)
    @rule(user=_user, iterations=_iterations)
    def others_change_a_user(self, user: str, iterations: int) -> None:
        own = self._prefix + user
        self._note("others change or delete", own, iterations)
        users = {**self._model.users}
        mechanism = ScramMechanism.SCRAM_SHA_512
        change: Any
        if users.get(own) == iterations:
            del users[own]
            change = UserScramCredentialDeletion(own, mechanism)
        else:
            users[own] = iterations
            info = ScramCredentialInfo(mechanism, iterations)
            change = UserScramCredentialUpsertion(own, info, b"of others")
        admin = self._world.cluster.admin
        for answer in admin.alter_user_scram_credentials([change]).values():
            answer.result(run.HANGS)
        self._become(users=users)

    # how it goes

    def _declare(
        self, declared: Declared, fault: Fault | None, checked: bool, undone: bool
    ) -> None:
        before = self._model
        if not self._world.has_faults:
            fault = None
        self._note(declared.module, declared.state, fault, f"{checked=}, {undone=}")
        call = partial(run.succeed, declared.module, **declared.connection, timeout=PATIENT)
        shrunk = self._shrunk(declared)
        if shrunk:
            self._refused(declared, shrunk)
            return
        if fault and declared.state != before:
            self._meet(declared, fault)
        promised = call(**declared.options, check=True) if checked else None
        # a password of others shows in no listing, so a run may find more than the model
        differs = declared.state != self._model
        done = call(**declared.options)
        assert done["changed"] or not differs
        if declared.module != "scram_users" and not fault:
            assert done["changed"] == differs, done
        if promised:
            for field in ("changed", "changes", "plan_id", "undo"):
                assert promised.get(field) == done.get(field)
        self._model = declared.state
        self._eyes.await_(self._model)
        again = call(**declared.options, check=True)
        assert not again["changed"], again
        if undone and not fault and done["changed"]:
            self._undo(declared, done["undo"], before)

    def _meet(self, declared: Declared, fault: Fault) -> None:
        world, before = self._world, self._model
        world.done.append("  a broker dies" if self._kills else "  a broker hangs")
        world.faults += 1
        act = partial(world.nodes.kill if self._kills else world.nodes.freeze, fault.node)
        met = meeting(declared, act, after=fault.after)  # type: ignore[arg-type]
        world.longest = max(world.longest, met.seconds)
        assert met.seconds < bound()
        world.nodes.heal()
        result = met.result
        assert result is not None
        world.done.append(f"  it took {met.seconds:.1f} s: {result.get('msg', 'all applied')}")
        # what is unknown may still be made until all is healed
        deadline = time.monotonic() + PATIENT
        while lies := _lies(result, before, declared.state, self._eyes.state()):
            assert time.monotonic() < deadline, (lies, result)
        self._model = self._eyes.state()

    def _refused(self, declared: Declared, shrunk: set[str]) -> None:
        """Kafka takes no partitions away: the plan is refused as a whole, and names each topic."""
        options = {**declared.connection, **declared.options, "timeout": PATIENT}
        result = run.fail(declared.module, **options)
        assert (result["error"], result["changed"]) == ("PlanRefused", False)
        assert {each["name"] for each in result["outcome"]["failed"]} == shrunk
        self._eyes.await_(self._model)

    def _undo(self, declared: Declared, undo: Mapping[str, Any], before: State) -> None:
        [kind] = undo.keys() - {"cluster_id", "not_undone"}
        options = {kind: undo[kind], "allow": ["all"]}
        run.succeed(declared.module, **declared.connection, timeout=PATIENT, **options)
        topics = {}
        for name, shape in before.topics.items():
            now = declared.state.topics.get(name, shape)
            topics[name] = shape._replace(partitions=max(shape.partitions, now.partitions))
        self._model = before._replace(topics=topics)
        self._eyes.await_(self._model)

    def _shrunk(self, declared: Declared) -> set[str]:
        shrunk = set()
        for name, shape in declared.state.topics.items():
            now = self._model.topics.get(name, shape)
            if shape.partitions < now.partitions:
                shrunk.add(name)
        return shrunk

    def _become(self, **changed: Any) -> None:
        self._model = self._model._replace(**changed)
        self._eyes.await_(self._model)

    def _topics(self, wanted: Mapping[str, Shape]) -> Declared:
        topics = []
        for name, shape in wanted.items():
            config = {"flush.ms": shape.flush_ms}
            topics.append({"name": name, "partitions": shape.partitions, "config": config})
        purge = {"owned_prefixes": [self._prefix], "purge": True, "purge_to_empty": True}
        options = {"topics": topics, "allow": ["all"], **purge}
        state = self._model._replace(topics=dict(wanted))
        return Declared("topics", self._topics_connection, options, state)

    def _rights(self, wanted: set[tuple[str, str]]) -> Declared:
        entries = []
        for who, what in sorted(wanted.union(self._model.rights)):
            state = "present" if (who, what) in wanted else "absent"
            of_topic = {"resource_type": "topic", "resource_name": what}
            entries.append({"principal": who, **of_topic, "operations": ["read"], "state": state})
        options = {"acls": entries, "allow": ["all"]}
        state_after = self._model._replace(rights=wanted)
        return Declared("acls", self._topics_connection, options, state_after)

    def _users(self, wanted: Mapping[str, int]) -> Declared:
        entries: list[dict[str, Any]] = []
        for name, iterations in wanted.items():
            entries.append({"name": name, "password": _PASSWORD, "iterations": iterations})
        for name in sorted(self._model.users.keys() - wanted.keys()):
            entries.append({"name": name, "state": "absent"})
        options = {"users": entries, "allow": ["all"]}
        state = self._model._replace(users=dict(wanted))
        return Declared("scram_users", self._world.users_connection, options, state)

    def _safe(self, name: str, shape: Shape) -> Shape:
        """With an override, where a topic of that name was deleted and brokers start again."""
        is_again = name in self._used and name not in self._model.topics
        self._used.add(name)
        if self._kills and is_again and shape.flush_ms is None:
            return shape._replace(flush_ms="5")
        return shape

    def _named(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        return {self._prefix + name: value for name, value in wanted.items()}

    def _note(self, *words: object) -> None:
        self._world.steps += 1
        self._world.done.append(f"{self._world.steps}. {' '.join(map(str, words))}")


def _lies(result: Mapping[str, Any], before: State, declared: State, seen: State) -> list[str]:
    """The claims of a report that are not as all brokers show it."""
    claimed: list[tuple[str, Mapping[str, Any]]] = []
    if "outcome" in result:
        for status, changes in result["outcome"].items():
            claimed += [(status, change) for change in changes]
    elif result["changed"]:
        claimed = [("applied", change) for change in result["changes"]]
    elif seen != before:
        return ["nothing changed"]
    lies = []
    for status, change in claimed:
        old, new, now = (_part(state, change) for state in (before, declared, seen))
        true = {"applied": [new], "unknown": [old, new]}.get(status, [old])
        if now not in true:
            lies.append(f"{change['name']} is {now}, but {status} from {old} to {new}")
    return lies


def _part(state: State, change: Mapping[str, Any]) -> object:
    """What the change is about."""
    name, operation = change["name"], change["operation"]
    if name in state.topics:
        shape = state.topics[name]
        return {"add_partitions": shape.partitions, "alter_config": shape.flush_ms}.get(
            operation, True
        )
    user = name.removesuffix(" (SCRAM-SHA-512)")
    rights = {f"{who} on topic {what}" for who, what in state.rights}
    return state.users.get(user) or name in rights


def _told(world: World, number: int) -> str:
    steps = "\n".join(world.done)
    return f"SEED={number}, the steps were:\n{steps}"


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(_FEW, id="few", marks=pytest.mark.sharp),
        pytest.param(int(os.environ.get("STEPS", "200")), id="many"),
    ],
)
def test_steps(
    brokers: TestBroker,
    three: Cluster,
    nodes: Nodes,
    kept: Witness,
    faults: list[Row],
    request: pytest.FixtureRequest,
    steps: int,
) -> None:
    world = World(brokers, three, nodes, steps // 2)
    # a broker that hangs takes half a minute
    world.has_faults = steps > _FEW
    each = settings(_SETTINGS, stateful_step_count=min(25, max(2, steps // 4)))
    number = int(os.environ.get("SEED", random.randrange(10**6)))
    while world.steps < steps:
        try:
            run_state_machine_as_test(seed(number)(partial(Steps, world)), settings=each)
        except BaseException:
            print(_told(world, number))
            raise
        number += 1
    lost = kept.lost()
    said = f"{world.steps} steps, {world.faults} faults, all true"
    name = request.node.name.removeprefix("test_")
    # of the longest run that met a fault
    seconds = world.longest
    faults.append(Row(name, seconds, bound(), said, 1, ", ".join(lost) or "nothing"))
    assert not lost
