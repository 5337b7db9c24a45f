# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract of events, documented in the doc fragment of the same name."""

from __future__ import annotations

from typing import Any

# the same as in _event/contract.py, which reads contracts that no module was given
KEY = "partition_key || correlation_id || source_node_id || event_id"


def contract_spec() -> dict[str, Any]:
    fields: dict[str, dict[str, Any]] = {
        "event_type": {"type": "str", "required": True},
        "schema": {"type": "dict", "required": True},
        "envelope": {"type": "dict"},
        "key": {"type": "str", "default": KEY, "no_log": False},
        "truncate": {"type": "list", "elements": "str", "default": []},
    }
    return {"contract": {"type": "dict", "options": fields}}
