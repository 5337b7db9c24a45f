# SPDX-License-Identifier: GPL-3.0-or-later
"""meet.py PORT STAGE MODULE: runs a module that stops at a stage, until the connection it then
makes to PORT is closed.

The stages of a run, in their order: `connected`, `observed`, `weighed`, `guarded`, `validated`,
`looked again`, `undo written`, then `write 1` (before it is sent) and `written 1` (after the
answer) and so on, `verifying`.
"""

from __future__ import annotations

import runpy
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._ansible import (
    pipeline,
    runner,
    undo_file,
    writing,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.acls import (
    ConfluentAcls,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.gateway import (
    ConfluentGateway,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.users import (
    ConfluentUsers,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python.quotas import (
    KafkaPythonQuotas,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.kafka_python.replicas import (
    KafkaPythonReplicas,
)

PORT, STAGE = int(sys.argv[1]), sys.argv[2]
# what ends the stage
STAGES = {
    "observe": "observed",
    "weigh": "weighed",
    "guard": "guarded",
    "validate": "validated",
}
BEFORE_WRITES = ("connected", *STAGES.values(), "looked again", "undo written")
writes = 0
met = False


def meet(stage: str) -> None:
    """Once: who is interrupted while it verifies looks again."""
    global met
    if stage == STAGE and not met:
        met = True
        with socket.create_connection(("127.0.0.1", PORT)) as connection:
            # Python acts on a signal that comes just before a wait only after it
            connection.settimeout(0.1)
            while True:
                with suppress(TimeoutError):
                    connection.recv(1)
                    return


def meeting(write: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(api: Any, items: Any, *only: bool, **validate_only: bool) -> Any:
        global writes
        if any((*only, *validate_only.values())):
            return write(api, items, *only, **validate_only)
        writes += 1
        meet(f"write {writes}")
        answers = write(api, items, *only, **validate_only)
        meet(f"written {writes}")
        return answers

    return wrapped


def ending(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*arguments: Any) -> Any:
        done = work(*arguments)
        meet(stage)
        return done

    return wrapped


class Staged:
    """A resource, whose stages are met. Those of a narrowed one are not."""

    def __init__(self, resource: Any) -> None:
        self._resource = resource

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._resource, name)
        return ending(STAGES[name], found) if name in STAGES else found


def staged(gateway: Any, resource: Any, settings: Any) -> pipeline.Pipeline:
    return pipeline.Pipeline(gateway, Staged(resource), settings)  # type: ignore[arg-type]


def beginning(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*arguments: Any, **keywords: Any) -> Any:
        meet(stage)
        return work(*arguments, **keywords)

    return wrapped


if __name__ == "__main__":
    for api, name in (
        (ConfluentGateway, "create_topics"),
        (ConfluentGateway, "create_partitions"),
        (ConfluentGateway, "incremental_alter_configs"),
        (ConfluentGateway, "delete_topics"),
        (ConfluentAcls, "create_acls"),
        (ConfluentAcls, "delete_acls"),
        (ConfluentUsers, "upsert_users"),
        (ConfluentUsers, "delete_users"),
        (KafkaPythonQuotas, "alter_quotas"),
        (KafkaPythonReplicas, "alter_partition_reassignments"),
    ):
        setattr(api, name, meeting(getattr(api, name)))
    runner._connect = ending("connected", runner._connect)
    runner.Pipeline = staged  # type: ignore[assignment,misc]
    writing.look_again = ending("looked again", writing.look_again)
    undo_file.keep_undo = ending("undo written", undo_file.keep_undo)
    writing.verify = beginning("verifying", writing.verify)
    sys.argv = sys.argv[3:]
    runpy.run_module(sys.argv[0], run_name="__main__")
