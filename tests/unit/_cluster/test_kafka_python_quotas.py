# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of the adapter of quotas needs no broker; tests/contract has the rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.clusters import Broker
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python import session
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python.quotas import (
    KafkaPythonQuotas,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import (
    ClusterUnreachable,
    Unsupported,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TRANSPORT,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import DEFAULT, Entity
from kafka.errors import IncompatibleBrokerVersion, KafkaConnectionError
from kafka.protocol.admin import AlterClientQuotasResponse, DescribeClientQuotasResponse

LOSS = KafkaConnectionError("closed")
ALICE = Entity("alice")
PAIR = Entity("alice", DEFAULT)
WITHOUT = """
import sys
sys.modules["kafka"] = None
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python import quotas
try:
    quotas.KafkaPythonQuotas(Connection(("a:1",)), [], str)
except Exception as error:
    print(type(error).__name__, error)
"""


class Admin:
    """The client of kafka-python as the adapter uses it: answers in turn, or fails."""

    def __init__(self, *answers: Any) -> None:
        self._manager = self
        self._answers = list(answers)
        self.requests: list[Any] = []

    def send(self) -> None:
        """Is only named."""

    def run(self, _send: object, request: Any, _broker: int) -> Any:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """There is nothing to close."""


Open = Callable[..., KafkaPythonQuotas]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Quotas by these clients, one after the other."""

    def open_by(*clients: Admin) -> KafkaPythonQuotas:
        left = list(clients)
        monkeypatch.setattr(session, "admin_client", lambda _properties: left.pop(0))
        brokers = [Broker(1, "a", 1, None), Broker(2, "b", 1, None)]
        return KafkaPythonQuotas(Connection(("a:1",)), brokers, lambda: "no broker answers")

    return open_by


def described(*entries: Any) -> Any:
    found = []
    for parts, values in entries:
        entry = DescribeClientQuotasResponse.EntryData
        entity = [entry.EntityData(entity_type=kind, entity_name=name) for kind, name in parts]
        quotas = [entry.ValueData(key=key, value=value) for key, value in values]
        found.append(entry(entity=entity, values=quotas))
    return DescribeClientQuotasResponse(error_code=0, error_message=None, entries=found)


def altered(*entries: Any) -> Any:
    found = []
    for parts, code, message in entries:
        entry = AlterClientQuotasResponse.EntryData
        entity = [entry.EntityData(entity_type=kind, entity_name=name) for kind, name in parts]
        found.append(entry(entity=entity, error_code=code, error_message=message))
    return AlterClientQuotasResponse(entries=found)


def test_without_the_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (
        "Unsupported cannot ask about quotas: this needs the Python library kafka-python 3 or newer"
        " on the host that runs the module (pip install 'kafka-python>=3')\n",
        "",
    )


def test_entities_are_read_with_their_defaults(opened: Open) -> None:
    admin = Admin(
        described(
            ([("user", "alice"), ("client-id", None)], [("producer_byte_rate", 1.5)]),
            ([("ip", None)], [("connection_creation_rate", 2.0)]),
            # as no Kafka has it today
            ([("user", "alice"), ("region", "eu")], [("producer_byte_rate", 1.0)]),
        )
    )
    assert opened(admin).describe_quotas() == {
        PAIR: {"producer_byte_rate": 1.5},
        Entity(ip=DEFAULT): {"connection_creation_rate": 2.0},
    }


def test_alterations_are_sent_as_tuples_and_each_has_its_answer(opened: Open) -> None:
    answers = altered(([("user", "alice")], 42, "because"), ([("user", "x")], 0, None))
    admin = Admin(answers)
    asked = {ALICE: {"request_percentage": 1.5}, PAIR: {"producer_byte_rate": None}}

    found = opened(admin).alter_quotas(asked)

    assert found[ALICE] == Rejection(42, "INVALID_REQUEST", "because")
    # what is not answered for is lost
    assert found.keys() == asked.keys()
    left_out = found[PAIR]
    assert left_out is not None
    assert left_out.lost
    [request] = admin.requests
    assert request.entries == [
        ([("user", "alice")], [("request_percentage", 1.5, False)]),
        ([("user", "alice"), ("client-id", None)], [("producer_byte_rate", 0.0, True)]),
    ]
    assert request.validate_only is False


def test_a_write_whose_answer_is_lost_is_not_sent_again(opened: Open) -> None:
    first, second = Admin(LOSS), Admin()
    quotas = opened(first, second)
    answer = quotas.alter_quotas({ALICE: {"request_percentage": 1.0}})[ALICE]
    assert answer is not None
    assert (answer.code, answer.lost) == (TRANSPORT, True)
    assert "no broker answers" in answer.message
    assert second.requests == []


def test_what_is_only_asked_is_asked_again(opened: Open) -> None:
    quotas = opened(Admin(LOSS), Admin(altered(([("user", "alice")], 0, None))))
    assert quotas.alter_quotas({ALICE: {"request_percentage": 1.0}}, True) == {ALICE: None}
    with pytest.raises(ClusterUnreachable, match="no broker answers"):
        opened(Admin(LOSS), Admin(LOSS)).describe_quotas()


def test_an_older_kafka_is_named(opened: Open) -> None:
    quotas = opened(Admin(IncompatibleBrokerVersion("DescribeClientQuotas")))
    with pytest.raises(Unsupported, match="cannot ask a:1 about quotas: its Kafka is too old"):
        quotas.describe_quotas()
