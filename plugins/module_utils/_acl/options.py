# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that guard ACLs alone; documented in the doc fragment acl_guards."""

from __future__ import annotations

from typing import Any


def acl_guards_spec() -> dict[str, Any]:
    return {
        "owned_principals": {"type": "list", "elements": "str", "default": []},
        "owned_principal_prefixes": {"type": "list", "elements": "str", "default": []},
        "owned_prefixes": {"type": "list", "elements": "str", "default": []},
        "protected_principals": {"type": "list", "elements": "str", "default": []},
    }
