# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that change things; documented in the doc fragment of the same name."""

from __future__ import annotations

from typing import Any


def reconcile_spec() -> dict[str, Any]:
    return {
        "validate": {"type": "str", "choices": ["broker", "local"], "default": "broker"},
        "wait": {"type": "bool", "default": True},
        "diff_limit": {"type": "int", "default": 100},
        "expected_plan_id": {"type": "str"},
        "undo_file": {"type": "path"},
        "report_refused": {"type": "bool", "default": False},
    }
