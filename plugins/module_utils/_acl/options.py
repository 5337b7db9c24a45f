# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules of ACLs; those that guard ACLs are in the doc fragment acl_guards."""

from __future__ import annotations

from typing import Any

from .._ansible.options.guards import guards_spec


def acls_spec() -> dict[str, Any]:
    """All that is about ACLs; the connection and what every run has come beside it."""
    return {
        "acls": {"type": "raw", "default": []},
        "purge": {"type": "bool", "default": False},
        "purge_to_empty": {"type": "bool", "default": False},
        **guards_spec(),
        **acl_guards_spec(),
    }


def acl_guards_spec() -> dict[str, Any]:
    return {
        "owned_principals": {"type": "list", "elements": "str", "default": []},
        "owned_principal_prefixes": {"type": "list", "elements": "str", "default": []},
        "owned_prefixes": {"type": "list", "elements": "str", "default": []},
        "protected_principals": {"type": "list", "elements": "str", "default": []},
    }
