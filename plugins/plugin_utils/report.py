# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows the verdicts on a fleet as one table, on the output of Ansible itself.

A callback hides the results of hosts where nothing changes (display_ok_hosts), but not this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.omninode.kafka.plugins.module_utils._fleet import merge, table
from ansible_collections.omninode.kafka.plugins.module_utils._fleet.verdict import IN_ITS_STATE

display = Display()


class ActionWithTable(ActionBase):  # type: ignore[misc]
    """Shows the lines, and returns them with the verdicts in the forms that leave the run."""

    _requires_connection = False
    _supports_check_mode = True

    def run(
        self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        returned: dict[str, Any] = super().run(tmp, task_vars)
        try:
            verdicts = [merge.parse(value) for value in self._task.args["verdicts"]]
        except (KeyError, TypeError, ValueError) as error:
            raise AnsibleActionFail(f"verdicts: {error}") from None
        lines = table.lines(verdicts)
        display.display("\n".join(lines))
        values = {verdict.cluster: merge.as_result(verdict) for verdict in verdicts}
        return {
            **returned,
            "changed": False,
            "in_state": all(verdict.state in IN_ITS_STATE for verdict in verdicts),
            "table": lines,
            "statistics": {merge.statistic(name): value for name, value in values.items()},
            "json_lines": "".join(f"{json.dumps(value)}\n" for value in values.values()),
        }
