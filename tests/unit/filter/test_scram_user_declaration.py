# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live users as the variable that declares them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.filter.scram_user_declaration import (
    FilterModule,
    scram_user_declaration,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import Credential
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.plan import plan_users
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.spec import (
    parse_scram_user_set,
)
from ansible_collections.omninode.kafka.plugins.module_utils._scram_user.state import (
    Observed,
    declarations,
)

SHA_256 = "SCRAM-SHA-256"


def exported(*users: dict[str, Any]) -> Any:
    return scram_user_declaration(users)["kafka_scram_users_declared"]


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"scram_user_declaration": scram_user_declaration}


@pytest.mark.parametrize(
    ("iterations", "declared"), [(4096, {}), (8192, {"iterations": 8192}), (20000, {})]
)
def test_iterations_are_declared_where_kafka_takes_them(iterations: int, declared: Any) -> None:
    user = {"name": "a", "mechanism": SHA_256}
    assert exported({**user, "iterations": iterations}) == [{**user, **declared}]


@pytest.mark.parametrize("name", ["é", " a", "User:a"])
def test_a_name_by_which_nobody_logs_in_is_left_out(name: str) -> None:
    assert exported({"name": name, "mechanism": SHA_256, "iterations": 4096}) == []


def test_the_declaration_changes_nothing() -> None:
    found = {Credential("a"): 4096, Credential("a", SHA_256): 20000, Credential("b"): 8192}
    users: Any = declarations(found)
    plan = plan_users(parse_scram_user_set(exported(*users)), Observed(found))
    assert (plan.changes, plan.refusals, plan.warnings, plan.unchanged) == ((), (), (), 3)


@pytest.mark.parametrize("users", ["a", [1], [{"name": "a"}]])
def test_what_is_no_user_is_refused(users: Any) -> None:
    with pytest.raises(ValueError, match="scram_user_info returns"):
        scram_user_declaration(users)


def test_a_template_is_refused() -> None:
    with pytest.raises(ValueError, match="would be taken for a template"):
        exported({"name": "{{ x }}", "mechanism": SHA_256, "iterations": 4096})
