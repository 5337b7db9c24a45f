# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of kafka-python needs no broker; tests/contract has the rest."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import kafka
import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.clusters import Broker
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.replicas import (
    LogDir,
    Reassignment,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python import (
    session,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python.replicas import (
    KafkaPythonReplicas,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ClusterUnreachable,
    NotAuthorized,
    Unsupported,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TIMED_OUT,
    TRANSPORT,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import TopicPartition
from kafka.errors import (
    IncompatibleBrokerVersion,
    KafkaConnectionError,
    KafkaTimeoutError,
    RequestTimedOutError,
    UnknownBrokerIdError,
)
from kafka.protocol.admin import (
    AlterPartitionReassignmentsResponse,
    DescribeLogDirsResponse,
    ElectLeadersResponse,
    ListPartitionReassignmentsResponse,
)

SERVERS = ("a:1",)
PLACE, OTHER = TopicPartition("orders", 0), TopicPartition("orders", 1)


@pytest.mark.parametrize("version", ["2.3.2", "0"])
def test_an_older_library(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(kafka, "__version__", version)
    with pytest.raises(Unsupported, match="needs the Python library kafka-python 3 or newer"):
        KafkaPythonReplicas(Connection(SERVERS), [], str)


WITHOUT = """
import sys
sys.modules["kafka"] = None
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python import replicas
try:
    replicas.KafkaPythonReplicas(Connection(("a:1",)), [], str)
except Exception as error:
    print(type(error).__name__, error)
"""
UNREACHABLE = """
import sys
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.clusters import Broker
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python import replicas
connection = Connection(
    ("127.0.0.1:1",), "SASL_PLAINTEXT", sasl_mechanism="PLAIN", sasl_username="alice",
    sasl_password="hunter2", timeout=1,
)
brokers = [Broker(1, "127.0.0.1", 1, None)]
opened = replicas.KafkaPythonReplicas(connection, brokers, lambda: "no broker answers")
try:
    opened.list_partition_reassignments()
except Exception as error:
    print(type(error).__name__, error)
"""


def printed(program: str) -> tuple[str, str]:
    """What a Python of its own prints to stdout and stderr."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


def test_without_the_library() -> None:
    stdout, stderr = printed(WITHOUT)
    assert stdout == (
        "Unsupported cannot ask about replicas: this needs the Python library "
        "kafka-python 3 or newer on the host that runs the module "
        "(pip install 'kafka-python>=3')\n"
    )
    assert stderr == ""


def test_the_library_prints_nothing() -> None:
    stdout, stderr = printed(UNREACHABLE)
    why = "cannot reach 127.0.0.1:1 with kafka-python: no broker answers"
    assert (stdout, stderr) == (f"ClusterUnreachable {why}\n", "")


class Admin:
    """A client of a cluster that answers a request with the next of these, or raises it."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Any, int]] = []
        self.closed = threading.Event()
        self._manager = self

    def run(self, _send: object, request: object, broker: int) -> object:
        self.asked.append((request, broker))
        answer = self.answers.pop(0)
        if isinstance(answer, threading.Event):
            answer.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def send(self) -> None: ...

    def close(self) -> None:
        self.closed.set()


Open = Callable[..., KafkaPythonReplicas]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens replicas of brokers 1 and 2 by these clients, or fails to, one after the other."""

    def open_by(*clients: Admin | Exception) -> KafkaPythonReplicas:
        left: Iterator[Admin | Exception] = iter(clients)

        def admin_client(_properties: dict[str, Any]) -> Admin:
            client = next(left)
            if isinstance(client, Exception):
                raise client
            return client

        monkeypatch.setattr(session, "admin_client", admin_client)
        brokers = [Broker(number, "b", number, None) for number in (1, 2)]
        connection = Connection(SERVERS, sasl_password="hunter2", timeout=1)
        return KafkaPythonReplicas(connection, brokers, lambda: "b:2 answers")

    return open_by


def received(kind: Any, version: int, **fields: object) -> Any:
    """The response as the library reads it from a broker."""
    sent = kind(version=version, throttle_time_ms=0, **fields)
    return kind.decode(sent.encode(version=version), version=version)


def listed(code: int, message: str | None, *topics: object) -> object:
    return received(
        ListPartitionReassignmentsResponse,
        0,
        error_code=code,
        error_message=message,
        topics=list(topics),
    )


NOT_CONTROLLER = 41
LISTED = listed(0, None, ("orders", [(0, [1, 2], [2], [1])]))
MOVING = {PLACE: Reassignment((1, 2), (2,), (1,))}
LOST = [
    (KafkaConnectionError("broken, hunter2"), TRANSPORT),
    (KafkaTimeoutError(), TIMED_OUT),
    (RequestTimedOutError("after 1000 ms"), TIMED_OUT),
    (threading.Event(), TIMED_OUT),
    # a controller that is not the controller any more
    (listed(NOT_CONTROLLER, "hunter2"), NOT_CONTROLLER),
]
LOSSES = ["broken", "late", "late request", "hangs", "another controller"]


@pytest.mark.parametrize("loss", [loss for loss, _code in LOST], ids=LOSSES)
def test_a_lost_answer_to_a_read_is_asked_for_again(opened: Open, loss: object) -> None:
    first, second, third = Admin(loss), Admin(LISTED), Admin(loss)
    replicas = opened(first, second, third, Admin(loss))
    assert replicas.list_partition_reassignments() == MOVING
    assert first.closed.wait(60)
    # by another broker
    assert (first.asked[0][1], second.asked[0][1]) == (1, 2)
    replicas.close()
    with pytest.raises(ClusterUnreachable) as caught:
        replicas.list_partition_reassignments()
    text = str(caught.value)
    assert text.startswith("cannot read from a:1: ")
    assert text.endswith("(b:2 answers)")
    assert "hunter2" not in text
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("loss", "code"), LOST, ids=LOSSES)
def test_a_lost_answer_to_a_write_leaves_open_what_became_of_it(
    opened: Open, loss: object, code: int
) -> None:
    replicas = opened(Admin(loss), Admin(loss))
    for answers in (
        replicas.alter_partition_reassignments({PLACE: (1, 2), OTHER: None}),
        replicas.elect_leaders([PLACE, OTHER]),
    ):
        assert set(answers) == {PLACE, OTHER}
        for answer in answers.values():
            assert answer is not None
            assert answer.lost
            assert answer.code == code
            assert answer.message.endswith("(b:2 answers)")
            assert "hunter2" not in str(answer)


def test_a_write_to_a_cluster_that_cannot_be_reached_is_not_sent(opened: Open) -> None:
    replicas = opened(KafkaTimeoutError("hunter2"), KafkaTimeoutError("hunter2"))
    with pytest.raises(ClusterUnreachable) as caught:
        replicas.alter_partition_reassignments({PLACE: (1, 2)})
    assert str(caught.value) == "cannot reach a:1 with kafka-python: b:2 answers"


def test_the_next_broker_is_tried(opened: Open) -> None:
    admin = Admin(LISTED)
    replicas = opened(KafkaTimeoutError(), admin)
    assert replicas.list_partition_reassignments() == MOVING
    assert admin.asked[0][1] == 2


def test_an_older_kafka(opened: Open) -> None:
    replicas = opened(Admin(IncompatibleBrokerVersion("ListPartitionReassignments")))
    with pytest.raises(Unsupported, match="its Kafka is too old"):
        replicas.list_partition_reassignments()


@pytest.mark.parametrize(("code", "error"), [(31, NotAuthorized), (-1, ClusterUnreachable)])
def test_a_listing_that_is_refused(opened: Open, code: int, error: type[Exception]) -> None:
    replicas = opened(Admin(listed(code, "because")))
    with pytest.raises(error, match=r"^cannot list the reassignments of a:1: \w+: because"):
        replicas.list_partition_reassignments()


def altered(code: int, *partitions: tuple[int, int, str | None]) -> object:
    return received(
        AlterPartitionReassignmentsResponse,
        0,
        error_code=code,
        error_message=None,
        responses=[("orders", list(partitions))],
    )


def test_each_partition_has_its_answer(opened: Open) -> None:
    admin = Admin(altered(0, (0, 39, "broker 9 is not registered")))
    replicas = opened(admin)
    first, second = replicas.alter_partition_reassignments({PLACE: (9,), OTHER: None}).values()
    assert first == Rejection(39, "INVALID_REPLICATION_ASSIGNMENT", "broker 9 is not registered")
    # nothing proves that it was refused
    assert second is not None
    assert second.lost
    request = admin.asked[0][0]
    assert [(topic.name, len(topic.partitions)) for topic in request.topics] == [("orders", 2)]
    assert [move.replicas for move in request.topics[0].partitions] == [[9], None]


def test_an_election_that_is_not_needed_is_done(opened: Open) -> None:
    results = [(0, 84, "not needed"), (1, 80, "not available")]
    elected = received(
        ElectLeadersResponse, 2, error_code=0, replica_election_results=[("orders", results)]
    )
    first, second = opened(Admin(elected)).elect_leaders([PLACE, OTHER]).values()
    assert first is None
    assert second == Rejection(80, "PREFERRED_LEADER_NOT_AVAILABLE", "not available")


def described(version: int, *of_volume: int) -> object:
    # partition, size, lag, whether it is a future replica
    replicas = [(0, 500, 0, False), (1, 300, 0, True)]
    whole = (0, "/data", [("orders", replicas)], *of_volume)
    broken = (56, "/broken", [], -1, -1, False)[: 3 + len(of_volume)]
    fields: dict[str, Any] = {"error_code": 0} if version > 2 else {}
    return received(DescribeLogDirsResponse, version, results=[whole, broken], **fields)


@pytest.mark.parametrize(
    ("response", "total", "usable", "cordoned"),
    [
        (described(1), None, None, False),
        (described(3), None, None, False),
        (described(4, 1000, 400), 1000, 400, False),
        (described(5, 1000, 400, False), 1000, 400, False),
        (described(5, 1000, 400, True), 1000, 400, True),
    ],
)
def test_log_dirs(opened: Open, response: object, total: int, usable: int, cordoned: bool) -> None:
    lost = UnknownBrokerIdError(2)
    replicas = opened(Admin(response, lost), Admin(response, response))
    found = replicas.describe_log_dirs()
    broken = LogDir(
        Rejection(
            56, "KAFKA_STORAGE_ERROR", "Disk error when trying to access log file on the disk."
        ),
        None,
        None,
        {},
    )
    whole, silent = sorted(found.values(), key=lambda answer: isinstance(answer, Rejection))
    log_dir = LogDir(None, total, usable, {PLACE: 500}, cordoned)
    assert whole == {"/data": log_dir, "/broken": broken}
    assert isinstance(silent, Rejection)
    assert silent.lost
    # by a new client, which knows the brokers of now
    assert replicas.describe_log_dirs() == {1: whole, 2: whole}


class Late(Admin):
    """Broker 1 is not known. Broker 2 answers late, but not where the client is closed first."""

    def run(self, _send: object, _request: object, broker: int) -> object:
        if broker == 1:
            raise UnknownBrokerIdError(1)
        if self.closed.wait(0.2):
            raise RuntimeError("NetworkSelector closed!")
        return described(1)


def test_a_broker_that_is_away_takes_no_answer_from_the_others(opened: Open) -> None:
    client = Late()
    found = opened(client).describe_log_dirs()
    assert isinstance(found[1], Rejection)
    assert not isinstance(found[2], Rejection)
    assert client.closed.wait(60)
