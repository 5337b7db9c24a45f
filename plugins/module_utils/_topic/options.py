# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules of topics; those that guard them are in the doc fragment topic_guards."""

from __future__ import annotations

from typing import Any

from .._ansible.options.guards import guards_spec
from .._ansible.options.moves import moves_spec


def topics_spec() -> dict[str, Any]:
    """All that is about topics; the connection and what every run has come beside it."""
    return {
        "topics": {"type": "raw", "default": []},
        "defaults": {"type": "dict", "default": {}},
        "profiles": {"type": "dict", "default": {}},
        "purge": {"type": "bool", "default": False},
        "purge_to_empty": {"type": "bool", "default": False},
        **guards_spec(),
        **topic_guards_spec(),
        **moves_spec(),
        "cancel_moves": {"type": "bool", "default": False},
    }


def topic_guards_spec() -> dict[str, Any]:
    return {
        "owned_prefixes": {"type": "list", "elements": "str", "default": []},
        "delete_min_idle": {"type": "str", "default": "1d"},
    }
