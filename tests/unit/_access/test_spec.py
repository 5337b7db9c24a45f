# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._access.spec import parse_access
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.logins import Login
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Pattern
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.intent import Intent
from ansible_collections.omninode.kafka.plugins.modules.access_proof import SPEC

DEFAULTS: dict[str, Any] = {name: option.get("default") for name, option in SPEC.items()}


def test_what_is_declared_has_the_form_of_acls() -> None:
    declared = parse_access(
        {
            **DEFAULTS,
            "produce": ["orders"],
            "consume": [{"prefixed": "shop."}, "*"],
            "groups": ["a group"],
            "others": ["*"],
        }
    )
    assert declared.intent == Intent(
        produce=(Pattern("topic", "orders"),),
        consume=(Pattern("topic", "shop.", "prefixed"), Pattern("topic", "*")),
        groups=(Pattern("group", "a group"),),
    )
    assert declared.others == (Pattern("topic", "*"),)
    assert (declared.login, declared.records) == (None, False)


def test_the_login_of_an_application_never_shows_its_password() -> None:
    given = {"username": "a", "password": "hush", "servers": ["b:1"], "protocol": "SASL_SSL"}
    login = parse_access({**DEFAULTS, **given, "produce": ["t"]}).login
    assert login == Login("a", "hush", "SCRAM-SHA-512", ("b:1",), "SASL_SSL")
    assert login.principal == "User:a"
    assert "hush" not in repr(login)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "access: is empty: declare any of produce, consume, groups"),
        ({"produce": ["t", {"prefix": "x"}]}, "produce[1]: must be a name or a prefix"),
        ({"groups": [""]}, "groups[0]: must be a name or a prefix"),
        ({"groups": ["a\0b"]}, "groups[0]: must be a name or a prefix"),
        ({"groups": ["a\ud800b"]}, "groups[0]: 'a\\ud800b' holds half of a surrogate pair"),
        ({"consume": ["a b"]}, "consume[0]: 'a b' is not a topic name"),
        ({"others": [{"prefixed": "a b"}]}, "others[0]: 'a b' cannot begin the name of a topic"),
        ({"consume": [{"prefixed": 3}]}, "consume[0]: must be a name or a prefix"),
        ({"username": "a", "produce": ["t"]}, "password: is needed for username a"),
        ({"password": "hush", "produce": ["t"]}, "password: needs username beside it"),
        ({"servers": ["a:1"], "produce": ["t"]}, "servers: needs username beside it"),
        (
            {"username": "a", "password": "b", "servers": ["a:b@c:1"]},
            "servers: holds a user: write host:port alone",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(InvalidSpec) as raised:
        parse_access({**DEFAULTS, **given})
    assert expected in str(raised.value)
    assert "hush" not in str(raised.value)


def test_all_mistakes_are_told_together() -> None:
    with pytest.raises(InvalidSpec) as raised:
        parse_access({**DEFAULTS, "produce": ["a b"], "groups": [{}], "password": "hush"})
    errors = raised.value.facts["errors"]
    assert isinstance(errors, list)
    assert [error["field"] for error in errors] == ["produce[0]", "groups[0]", "password"]
