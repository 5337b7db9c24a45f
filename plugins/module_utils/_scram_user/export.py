# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live users as a declaration, without passwords, which Kafka does not know. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._kafka.scram import FEWEST_ITERATIONS, MOST_ITERATIONS
from .spec import parse_scram_user_set


def declaration(users: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Those that may be declared; nobody can log in by a name that is left out.

    A user that is declared without a password is left alone.
    """
    found = []
    for user in users:
        entry = {"name": user["name"], "mechanism": user["mechanism"]}
        # what Kafka takes from nobody is left alone too
        if FEWEST_ITERATIONS < user["iterations"] <= MOST_ITERATIONS:
            entry["iterations"] = user["iterations"]
        if _may_be_declared(entry):
            found.append(entry)
    return found


def _may_be_declared(entry: Mapping[str, Any]) -> bool:
    try:
        parse_scram_user_set([entry])
    except InvalidSpec:
        return False
    return True
