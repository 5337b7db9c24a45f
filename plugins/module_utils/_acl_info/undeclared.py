# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The owned ACLs that nobody declares, with the groups that are active by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from .._acl.evidence import Weighing, weigh
from .._acl.observe import Observing, observe_all
from .._acl.plan import plan_acls
from .._acl.spec import parse_acl_set
from .._acl.state import declarations
from .._core.change import Plain
from .._core.errors import InvalidSpec


class Searching(Observing, Weighing, Protocol):
    """The APIs that undeclared ACLs, and what uses them, are read from."""


def read_undeclared(
    gateway: Searching,
    acls: object,
    owned_principals: Sequence[str],
    owned_principal_prefixes: Sequence[str],
    owned_prefixes: Sequence[str],
) -> dict[str, Any]:
    """What a purge with the same declaration would delete, and what it could not name."""
    declared = parse_acl_set(
        acls,
        owned_principals=owned_principals,
        owned_principal_prefixes=owned_principal_prefixes,
        owned_prefixes=owned_prefixes,
    )
    if not declared.owned.is_given:
        options = "owned_principals, owned_principal_prefixes or owned_prefixes"
        raise InvalidSpec(f"give {options}, whose ACLs are reported")
    purging = declared._replace(purge=True)
    observed = observe_all(gateway)
    plan = weigh(gateway, plan_acls(purging, observed), observed)
    rows: list[Plain] = []
    for change in plan.changes:
        # what is declared absent is declared
        left = [each.operation for each in change.bindings if each not in declared.bindings]
        if left:
            entry = change.subject.as_declaration(left)
            entry["groups"] = change.facts.get("groups", {})
            rows.append(entry)
    unreadable = filter(purging.purges, observed.foreign)
    return {"acls": rows, "unreadable": declarations(unreadable)}
