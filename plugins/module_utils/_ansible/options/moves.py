# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that move replicas; documented in the doc fragment of the same name."""

from __future__ import annotations

from typing import Any


def moves_spec() -> dict[str, Any]:
    return {
        "throttle": {"type": "str", "default": "50MiB"},
        "moves_at_once": {"type": "int", "default": 10},
    }
