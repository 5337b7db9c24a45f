# SPDX-License-Identifier: GPL-3.0-or-later
"""How long reading one message takes.

The client library may wait for a second when its queue is to hold no more than one.
"""

from __future__ import annotations

import time
import uuid

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.log import (
    ConfluentLog,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection

from tests.brokers.fixtures import TestBroker
from tests.integration.cluster import Cluster

TIMES = 20


def test_one_message(broker: TestBroker, capsys: pytest.CaptureFixture[str]) -> None:
    cluster, topic = Cluster(broker.bootstrap), f"benchmark-{uuid.uuid4().hex[:8]}"
    cluster.create({topic: (1, {"retention.ms": "-1"})})
    cluster.await_logs([topic])
    cluster.produce({(topic, 0): [1] * TIMES})
    log = ConfluentLog(Connection((broker.bootstrap,)))

    begin = time.monotonic()
    for offset in range(TIMES):
        assert [record.offset for record in log.read({(topic, 0): offset}, 1, 20).records] == [
            offset
        ]
    taken = (time.monotonic() - begin) / TIMES

    cluster.delete([topic])
    with capsys.disabled():
        print(f"\n  one message {taken:5.2f} s", end="")
    assert taken < 0.2
