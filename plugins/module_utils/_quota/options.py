# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set of quotas."""

from __future__ import annotations

from typing import Any

from .._ansible.options.guards import guards_spec


def quotas_spec() -> dict[str, Any]:
    """All that is about quotas; the connection and what every run has come beside it."""
    return {
        "quotas": {"type": "raw", "default": []},
        "purge": {"type": "bool", "default": False},
        "purge_to_empty": {"type": "bool", "default": False},
        **guards_spec(),
        **quota_guards_spec(),
    }


def quota_guards_spec() -> dict[str, Any]:
    return {
        "owned_user_prefixes": {"type": "list", "elements": "str", "default": []},
        "owned_client_id_prefixes": {"type": "list", "elements": "str", "default": []},
        "owned_ip_networks": {"type": "list", "elements": "str", "default": []},
        "owned_defaults": {"type": "bool", "default": False},
    }
