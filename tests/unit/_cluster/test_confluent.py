# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the client library needs no broker; tests/contract has the rest."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent import (
    client,
    groups,
    session,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.clusters import (
    Broker,
    Cluster,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ClusterUnreachable,
    InvalidSpec,
    Unsupported,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TIMED_OUT,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    LATEST,
    Offset,
    TopicPartition,
)
from confluent_kafka import OFFSET_INVALID, KafkaException
from confluent_kafka import TopicPartition as Place
from confluent_kafka.admin import ConfigResource

LOST = Rejection(TIMED_OUT, "_TIMED_OUT", "")
LOADING = Rejection(14, "COORDINATOR_LOAD_IN_PROGRESS", "loading")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway connects to nothing."""
    monkeypatch.setattr(ConfluentGateway, "_client", lambda *_arguments: None)
    monkeypatch.setattr(ConfluentGateway, "_probe", lambda _gateway: Cluster("this-one", ()))


@pytest.mark.usefixtures("offline")
def test_api_versions_are_read_from_the_debug_lines_which_explain_no_failure() -> None:
    gateway, logger = (
        ConfluentGateway(Connection(("a:1",)), journal_features=True),
        logging.Logger("x"),
    )
    logger.addHandler(gateway._journal)
    logger.debug(
        "FEATURE [x#producer-1] [thrd:a]: a:1/bootstrap:   ApiKey Fetch (1) Versions 4..18"
    )
    logger.debug(
        "FEATURE [x#producer-1] [thrd:a]: a:1/bootstrap:   ApiKey CreateTopicsRequest (19) "
        "Versions 2..7"
    )
    logger.debug(
        "FEATURE [x#producer-1] [thrd:a]: a:1/bootstrap: Updated enabled protocol features"
    )
    logger.debug("FEATURE [x#producer-1] [thrd:b]: b:1/2:   ApiKey Fetch (1) Versions 4..17")
    logger.error(
        "FAIL [x#producer-1] [thrd:a]: a:1/bootstrap: Connect to x failed: Connection refused"
    )
    # those of the broker that answered first
    assert gateway.api_versions() == {"Fetch": (4, 18), "CreateTopics": (2, 7)}
    assert gateway._journal.lines == [
        "FAIL [x#producer-1] [thrd:a]: a:1/bootstrap: Connect to x failed: Connection refused"
    ]


@pytest.mark.usefixtures("offline")
def test_another_cluster_than_the_pinned_one_is_refused() -> None:
    assert (
        ConfluentGateway(Connection(("a:1",), cluster_id="this-one")).describe_cluster().cluster_id
        == "this-one"
    )
    with pytest.raises(
        ClusterUnreachable,
        match=r"^refused to work on a:1: it is cluster this-one, but cluster_id pins another$",
    ):
        ConfluentGateway(Connection(("a:1",), cluster_id="another"))


CONTROLLER = (
    "METADATA [x#producer-7] [thrd:main]: a:1/bootstrap: Metadata request failed: lookup "
    "controller: Local: Required feature not supported by broker"
)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("waited", "all_down_for", "lines", "hopeless"),
    [
        (7, None, [], False),
        (8.1, None, [], True),
        # retries may still succeed, by another address of the same name
        (5, 1, [], False),
        (5, 2.1, [], True),
        # the listener of a controller never becomes that of a broker
        (1, None, [CONTROLLER], False),
        (2.1, None, [CONTROLLER], True),
        (
            2.1,
            None,
            [
                "FAIL [x#producer-1] [thrd:a]: a:1/bootstrap: Connect to x failed: "
                "Connection refused"
            ],
            False,
        ),
    ],
)
def test_when_to_stop_waiting_for_an_answer(
    monkeypatch: pytest.MonkeyPatch,
    waited: float,
    all_down_for: float | None,
    lines: list[str],
    hopeless: bool,
) -> None:
    gateway = ConfluentGateway(Connection(("a:1",)))
    gateway._journal.lines += lines
    gateway._journal.all_down = None if all_down_for is None else 100 - all_down_for
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    assert gateway._hopeless(100 - waited, 7) == hopeless


class SilentAdmin:
    """Of a cluster that never answers. Time passes only where somebody waits for it."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def describe_cluster(self, **_options: object) -> Future[object]:
        return Future()

    def poll(self, seconds: float) -> None:
        self.now += seconds

    def list_topics(self, timeout: float) -> None:
        self.now += timeout


@pytest.mark.parametrize("timeout", [1, 7, 30, 3000])
def test_an_unreachable_cluster_is_reported_within_10_seconds(
    monkeypatch: pytest.MonkeyPatch, timeout: int
) -> None:
    admin = SilentAdmin()
    monkeypatch.setattr(ConfluentGateway, "_client", lambda *_arguments: admin)
    monkeypatch.setattr(session, "time", admin)
    with pytest.raises(ClusterUnreachable, match=r"^cannot reach a:1: nothing answers"):
        ConfluentGateway(Connection(("a:1",), timeout=timeout))
    assert admin.now - 100 < 10


def test_the_client_library_notices_a_silent_peer_before_that() -> None:
    # it looks once a second
    assert client._SETUP_MS / 1000 + 1 < session.CONNECT_SECONDS


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        ({"client_properties": {"no.such": "1"}}, 'No such configuration property: "no.such"'),
        # whatever a caller that skips check() hands in; the library quotes values
        (
            {"client_properties": {"oauth_cb": "x"}},
            "expected oauth_cb property as a callable function",
        ),
        (
            {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "hunter2",
                "sasl_password": "hunter2",
            },
            "Failed to create admin client: Unsupported SASL mechanism: ********",
        ),
    ],
)
def test_what_the_client_library_refuses_is_a_wrong_option(
    options: dict[str, Any], cause: str
) -> None:
    with pytest.raises(InvalidSpec) as caught:
        ConfluentGateway(Connection(("a:1",), **options))
    assert str(caught.value) == f"cannot connect to a:1: {cause}"
    # a chained error would show the secret in a traceback
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_build_without_kerberos_says_what_to_install() -> None:
    """As it is on PyPI."""
    own = {"security_protocol": "SASL_SSL", "sasl_mechanism": "GSSAPI"}
    with pytest.raises(Unsupported) as caught:
        ConfluentGateway(Connection(("a:1",), **own))
    told = str(caught.value)
    assert told.startswith("cannot connect to a:1 by GSSAPI: this build of librdkafka lacks it")
    assert told.endswith("pip install --no-binary confluent-kafka confluent-kafka")


def test_without_a_token_nobody_connects() -> None:
    connection = Connection(
        ("a:1",),
        "SASL_SSL",
        sasl_mechanism="OAUTHBEARER",
        oauth_token_endpoint="http://127.0.0.1:1/token",
        oauth_client_id="shop",
        oauth_client_secret="hunter2",
    )
    with pytest.raises(ClusterUnreachable, match=r"^cannot reach a:1: no token from http"):
        ConfluentGateway(connection)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("options", "principal"),
    [
        ({}, "User:ANONYMOUS"),
        ({"security_protocol": "SSL", "ca_cert": "ca"}, "User:ANONYMOUS"),
        ({"sasl_mechanism": "PLAIN", "sasl_username": "alice"}, "User:alice"),
        # which only the brokers know
        ({"client_cert": "c"}, None),
        ({"client_cert_pem": "c"}, None),
        ({"sasl_mechanism": "OAUTHBEARER", "oauth_token": "t"}, None),
        ({"sasl_mechanism": "GSSAPI"}, None),
    ],
)
def test_the_principal_of_the_run(options: dict[str, Any], principal: str | None) -> None:
    gateway = ConfluentGateway(Connection(("a:1",), **options))
    assert gateway.acls().principal() == principal


class Clock:
    """Time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """No broker answers, so each request takes its whole time."""
    clock = Clock()

    def ask(_gateway: object, brokers: list[int], seconds: float) -> dict[int, Rejection]:
        clock.sleep(seconds)
        return dict.fromkeys(brokers, LOST)

    def collect(_gateway: object, _sent: object, _parse: object, seconds: float) -> object:
        clock.sleep(seconds)
        return {"orders": LOST}

    monkeypatch.setattr(session, "time", clock)
    monkeypatch.setattr(ConfluentGateway, "_ask_brokers", ask)
    monkeypatch.setattr(ConfluentGateway, "_collect", collect)
    monkeypatch.setattr(ConfluentGateway, "_renew", lambda _gateway: None)
    monkeypatch.setattr(ConfluentGateway, "_standing", lambda _gateway: "no broker answers")
    return clock


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "name", ["h:9092/bootstrap", "h:9092/3", "sasl_ssl://h:9092/3", "ssl://h:9092/bootstrap"]
)
def test_who_answers_is_told_by_its_address(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    listed = SimpleNamespace(orig_broker_name=name)
    answering = SimpleNamespace(list_topics=lambda **_times: listed)
    monkeypatch.setattr(session, "client", lambda *_arguments: answering)
    assert ConfluentGateway(Connection(("h:9092",)))._answering() == "h:9092"


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("error", "why"),
    [
        (RuntimeError("Results length 0 is different"), "Results length 0 is different"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no text"), "no text"),
        (None, "never got an answer that it knows"),
    ],
)
def test_what_cannot_be_read_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, why: str
) -> None:
    """Nor is what the library never hands on, for which nobody waits without end."""
    clock = Clock()
    answer: Future[object] = Future()
    if error:
        answer.set_exception(error)

    def wait(_futures: object, timeout: float) -> SimpleNamespace:
        clock.sleep(timeout)
        return SimpleNamespace(not_done=not answer.done())

    monkeypatch.setattr(session, "time", clock)
    monkeypatch.setattr(session, "wait", wait)
    monkeypatch.setattr(ConfluentGateway, "_unstick", lambda *_arguments: None)
    gateway = ConfluentGateway(Connection(("a:1",)))
    gateway._admin = SimpleNamespace(poll=lambda _seconds: 0)  # type: ignore[assignment]
    found = gateway._collect({"orders": answer}, str, 30)
    rejection = found["orders"]
    assert isinstance(rejection, Rejection)
    assert rejection.lost
    assert why in rejection.message
    assert clock.now < 40


def test_names_that_are_no_text_are_an_answer_of_no_kafka() -> None:
    def list_topics(**_times: float) -> object:
        return b"\xff".decode()

    asked = SimpleNamespace(list_topics=list_topics)
    with pytest.raises(KafkaException, match="what answers is not Kafka"):
        client.metadata_of(asked, 1)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("number", [0, 1, 3, 100])
def test_dead_brokers_do_not_add_up(dead: Clock, number: int) -> None:
    gateway = ConfluentGateway(Connection(("a:1",)))
    brokers = tuple(Broker(each, "a", 1, None) for each in range(number))
    gateway._cluster = Cluster("this-one", brokers)
    with pytest.raises(ClusterUnreachable, match="cannot read a broker's configuration"):
        gateway.describe_broker_config()
    assert dead.now < 10


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(("timeout", "most"), [(10, 62), (30, 62), (300, 306)])
def test_a_validation_is_repeated_for_a_minute(dead: Clock, timeout: int, most: float) -> None:
    """As long as brokers may wait for a controller that hangs."""
    gateway = ConfluentGateway(Connection(("a:1",), timeout=timeout))
    gateway._write(1, lambda **_times: {}, repeatable=True)
    assert 60 <= dead.now < most


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("starting", "seconds", "expected"), [(3, 0.3, frozenset({"READ"})), (10**6, 5.0, LOADING)]
)
def test_a_coordinator_that_is_starting_is_asked_again_within_the_timeout(
    monkeypatch: pytest.MonkeyPatch, starting: int, seconds: float, expected: object
) -> None:
    """Until it has read its part of __consumer_offsets, which other groups do not wait for."""
    asked: list[list[str]] = []

    def answers(_gateway: object, names: list[str]) -> dict[str, object]:
        asked.append(names)
        late = LOADING if len(asked) <= starting else frozenset({"READ"})
        return {name: late if name == "late" else frozenset() for name in names}

    clock = Clock()
    monkeypatch.setattr(groups, "time", clock)
    monkeypatch.setattr(ConfluentGateway, "_group_operations", answers)
    gateway = ConfluentGateway(Connection(("a:1",), timeout=5))

    found = gateway.describe_group_operations(["early", "late"])
    assert found == {"early": frozenset(), "late": expected}
    assert clock.now == pytest.approx(seconds, abs=0.2)
    assert asked[0] == ["early", "late"]
    assert {tuple(names) for names in asked[1:]} == {("late",)}


@pytest.mark.usefixtures("offline")
def test_an_offset_that_no_broker_told_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a topic whose leader has just died would look empty."""

    def list_offsets(specs: dict[Place, Any], **_times: float) -> dict[Place, Future[Any]]:
        # as the client library answers
        told = {0: 7, 1: OFFSET_INVALID, 2: -1}
        answers = {}
        for place in specs:
            answers[place] = Future[Any]()
            result = SimpleNamespace(offset=told[place.partition], timestamp=-1)
            answers[place].set_result(result)
        return answers

    gateway = ConfluentGateway(Connection(("a:1",)))
    monkeypatch.setattr(gateway, "_admin", SimpleNamespace(list_offsets=list_offsets))
    found = gateway.list_offsets({TopicPartition("a", number): LATEST for number in range(3)})
    lost = found.pop(TopicPartition("a", 1))
    assert isinstance(lost, Rejection)
    assert lost.lost
    assert found == {TopicPartition("a", 0): Offset(7, -1), TopicPartition("a", 2): Offset(-1, -1)}


class Describing:
    """A client of the library: keeps what it was asked, and answers at once."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.read = 0

    def poll(self, _seconds: float) -> None:
        self.read += 1

    def describe_configs(
        self, resources: list[ConfigResource], **_times: float
    ) -> dict[ConfigResource, Future[Any]]:
        # that before the last may be parsed now
        assert len(self.asked) - self.read <= 1
        self.asked.append(len(resources))
        return {resource: _answered(resource.name) for resource in resources}


def _answered(name: str) -> Future[Any]:
    answer: Future[Any] = Future()
    own, inherited = SimpleNamespace(value=name, source=1), SimpleNamespace(value="7", source=5)
    answer.set_result({"flush.ms": own, "segment.ms": inherited})
    return answer


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("count", "asked"), [(0, []), (1, [1]), (250, [250]), (251, [250, 1]), (1000, [250] * 4)]
)
def test_configs_are_asked_for_in_batches_with_one_ahead(count: int, asked: list[int]) -> None:
    gateway = ConfluentGateway(Connection(("a:1",)))
    admin = Describing()
    gateway._admin = admin
    names = [f"t{number}" for number in range(count)]
    found = gateway.describe_configs(names)
    assert admin.asked == asked
    assert [*found] == names
    assert {name: config.own for name, config in found.items()} == {
        name: {"flush.ms": name} for name in names
    }
    # what all inherit is kept once
    assert len({id(config.inherited) for config in found.values()}) == min(count, 1)
