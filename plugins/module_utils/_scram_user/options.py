# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules that declare users; documented in the doc fragment scram_user_guards."""

from __future__ import annotations

from typing import Any


def declared_users_spec() -> dict[str, Any]:
    """The types are raw, because all mistakes of all entries are told at once."""
    fields: dict[str, Any] = {
        "name": {"type": "raw"},
        "mechanism": {"type": "raw"},
        "iterations": {"type": "raw"},
        "password": {"type": "raw", "no_log": True},
        "state": {"type": "raw"},
        "allow": {"type": "raw"},
        "exempt": {"type": "raw"},
    }
    return {"users": {"type": "list", "elements": "dict", "default": [], "options": fields}}


def scram_users_spec() -> dict[str, Any]:
    """All that a declaration of users takes: the arguments of parse_scram_user_set()."""
    protocols = ["SASL_PLAINTEXT", "SASL_SSL"]
    return {
        **declared_users_spec(),
        "purge": {"type": "bool", "default": False},
        "purge_to_empty": {"type": "bool", "default": False},
        "owned_prefixes": {"type": "list", "elements": "str", "default": []},
        "protected_users": {"type": "list", "elements": "str", "default": []},
        "prove": {"type": "bool", "default": True},
        "prove_servers": {"type": "list", "elements": "str"},
        "prove_security_protocol": {"type": "str", "choices": protocols},
        "set_unproved": {"type": "bool", "default": False},
        # the guards of every run, which this package may not import from _ansible/options
        "allow": {"type": "list", "elements": "str", "default": []},
        "destruction_budget": {"type": "str"},
        "policies": {"type": "list", "elements": "dict", "default": []},
    }
