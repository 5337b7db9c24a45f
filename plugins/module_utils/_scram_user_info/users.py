# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads users for the info module."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .._scram_user.observe import Observing, observe_all
from .._scram_user.state import declarations


def read_users(
    gateway: Observing, names: Collection[str] | None = None, prefix: str | None = None
) -> dict[str, Any]:
    """Those of the names, and of these those that begin so; or all."""
    found = {}
    for credential, iterations in observe_all(gateway).credentials.items():
        if names is not None and credential.name not in names:
            continue
        if prefix and not credential.name.startswith(prefix):
            continue
        found[credential] = iterations
    return {"users": declarations(found)}
