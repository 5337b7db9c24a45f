# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The owned users that nobody declares, with the rights that they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from .._core.change import Plain
from .._core.errors import InvalidSpec
from .._scram_user.evidence import Weighing, weigh
from .._scram_user.observe import Observing, observe_all
from .._scram_user.options import declared_users_spec
from .._scram_user.plan import plan_users
from .._scram_user.spec import parse_scram_user_set
from .._scram_user.state import as_declaration


class Searching(Observing, Weighing, Protocol):
    """The APIs that undeclared users, and their rights, are read from."""


def undeclared_users_spec() -> dict[str, Any]:
    """The arguments of read_undeclared()."""
    prefixes = {"type": "list", "elements": "str", "default": []}
    return {**declared_users_spec(), "owned_prefixes": prefixes}


def read_undeclared(
    gateway: Searching, users: object, owned_prefixes: Sequence[str]
) -> dict[str, Any]:
    """What a purge with the same declaration would delete."""
    declared = parse_scram_user_set(users, owned_prefixes=owned_prefixes)
    if not declared.prefixes:
        raise InvalidSpec("give owned_prefixes, whose users are reported")
    purging = declared._replace(purge=True)
    observed = observe_all(gateway)
    plan = weigh(gateway, plan_users(purging, observed), observed)
    rows: list[Plain] = []
    for change in plan.changes:
        # what is declared absent is declared
        if change.credential in declared.credentials:
            continue
        iterations = observed.credentials[change.credential]
        row = as_declaration(change.credential, iterations)
        row["rights"] = change.facts.get("rights", 0)
        rows.append(row)
    return {"users": rows}
