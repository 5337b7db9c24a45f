# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that guard every run; documented in the doc fragment of the same name."""

from __future__ import annotations

from typing import Any


def guards_spec() -> dict[str, Any]:
    return {
        "allow": {"type": "list", "elements": "str", "default": []},
        "destruction_budget": {"type": "str"},
        "policies": {"type": "list", "elements": "dict", "default": []},
    }
