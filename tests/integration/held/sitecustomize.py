# SPDX-License-Identifier: GPL-3.0-or-later
"""With this folder in PYTHONPATH, a module that creates topics waits until Ansible has logged that
it sends them, and then until Ansible has logged that none of them shows.

PROGRESS_HEAD: how the lines of progress begin.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from confluent_kafka.admin import AdminClient

HANGS = 120  # seconds after which the module goes on without
created = False


def await_line(text: str) -> None:
    line = f"{os.environ['PROGRESS_HEAD']}: {text}"
    log = Path(os.environ["ANSIBLE_LOG_PATH"])
    end = time.monotonic() + HANGS
    while line not in log.read_text() and time.monotonic() < end:
        time.sleep(0.05)  # between two looks: a log tells nobody that it grew


def held_creation(client: AdminClient, *topics: Any, validate_only: bool, **options: Any) -> Any:
    global created
    if not validate_only:
        await_line("sending")
        created = True
    return create(client, *topics, validate_only=validate_only, **options)


def held_look(client: AdminClient, *topics: Any, **options: Any) -> Any:
    if created:
        await_line("0 of")
    return describe(client, *topics, **options)


create: Callable[..., Any] = AdminClient.create_topics
describe: Callable[..., Any] = AdminClient.describe_topics
AdminClient.create_topics = held_creation
AdminClient.describe_topics = held_look
