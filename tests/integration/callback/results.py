# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what each task returned to the file that RESULTS_FILE names, one JSON object a line."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: aggregate
short_description: Write the tasks' results to a file
description: For the tests, which read them there.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "results"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any) -> None:
        with open(os.environ["RESULTS_FILE"], "a", encoding="utf-8") as file:
            file.write(
                json.dumps(
                    {"task": result.task.name, "host": result.host.name, **result.result},
                    default=str,
                )
                + "\n"
            )

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002
        self.v2_runner_on_ok(result)
