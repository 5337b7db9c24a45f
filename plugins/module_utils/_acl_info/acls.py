# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads ACLs for the info module."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .._acl.observe import Observing, observe_all
from .._acl.state import declarations
from .._core.errors import InvalidSpec
from .._kafka.acls import Binding


def read_acls(
    gateway: Observing,
    principals: Collection[str] | None = None,
    resource_type: str | None = None,
    resource_name: str | None = None,
) -> dict[str, Any]:
    """Those of the principals that apply to the resource, or to any of its type; or all."""
    if resource_name is not None and resource_type is None:
        raise InvalidSpec("resource_name: needs resource_type beside it")
    observed = observe_all(gateway)

    def is_wanted(binding: Binding) -> bool:
        if principals is not None and binding.principal not in principals:
            return False
        if resource_type is None:
            return True
        if resource_name is None:
            return binding.pattern.resource_type == resource_type
        return binding.pattern.matches(resource_type, resource_name)

    return {
        "acls": declarations(filter(is_wanted, observed.bindings)),
        "unreadable": declarations(observed.foreign),
    }
