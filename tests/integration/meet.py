# SPDX-License-Identifier: GPL-3.0-or-later
"""meet.py PORT NUMBER MODULE: runs a module that stops before its NUMBERth write, until the
connection it then makes to PORT is closed."""

from __future__ import annotations

import runpy
import socket
import sys
from collections.abc import Callable
from typing import Any

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

PORT, NUMBER = (int(argument) for argument in sys.argv[1:3])
writes = 0


def meeting(write: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(api: Any, items: Any, *only: bool, validate_only: bool = False) -> Any:
        global writes
        writes_nothing = validate_only or any(only)
        writes += not writes_nothing
        if writes == NUMBER and not writes_nothing:
            with socket.create_connection(("127.0.0.1", PORT)) as connection:
                connection.recv(1)
        return write(api, items, *only, **({"validate_only": True} if validate_only else {}))

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
    sys.argv = sys.argv[3:]
    runpy.run_module(sys.argv[0], run_name="__main__")
