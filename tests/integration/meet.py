# SPDX-License-Identifier: GPL-3.0-or-later
"""meet.py PORT MODULE: runs a module that stops before its first write, until the connection it then makes to PORT is closed."""

from __future__ import annotations

import runpy
import socket
import sys
from collections.abc import Callable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent import ConfluentGateway

waited = False


def meeting(port: int, write: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(gateway: ConfluentGateway, items: Any, validate_only: bool) -> Any:
        global waited
        if not validate_only and not waited:
            waited = True
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.recv(1)
        return write(gateway, items, validate_only)

    return wrapped


if __name__ == "__main__":
    for name in ("create_topics", "create_partitions", "alter_configs"):
        setattr(ConfluentGateway, name, meeting(int(sys.argv[1]), getattr(ConfluentGateway, name)))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__")
