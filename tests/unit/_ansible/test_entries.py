# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.entries import EntriesModule
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.connection import (
    REDACTED,
)

SECRET = "zebra-9f1c"
FIELDS: dict[str, Any] = {"name": {"type": "raw"}, "password": {"type": "raw", "no_log": True}}
SPEC: dict[str, Any] = {
    "users": {"type": "list", "elements": "dict", "default": [], "options": FIELDS},
    "number": {"type": "int"},
}


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Ansible would log of the invocation."""
    found: list[str] = []
    monkeypatch.setattr(EntriesModule, "log", lambda _self, text, **_more: found.append(text))
    return found


def module(monkeypatch: pytest.MonkeyPatch, **given: Any) -> EntriesModule:
    monkeypatch.setattr(basic, "_load_params", lambda: given)
    return EntriesModule("users", argument_spec=SPEC)


@pytest.mark.parametrize(
    ("users", "shown"),
    [
        (None, []),
        (
            [{"name": "a", "password": SECRET}, {"name": "b"}, {"password": None}],
            [
                {"name": "a", "password": REDACTED},
                {"name": "b", "password": None},
                {"name": None, "password": None},
            ],
        ),
        # each a mistake that our parser tells
        ([{"name": "a", "pasword": SECRET}], [{"name": "a", "password": None}]),
        ([{"password": [SECRET]}], [{"name": None, "password": REDACTED}]),
        # one level too deep
        ([{"name": {"password": SECRET}}], [{"name": REDACTED, "password": None}]),
        ([{"name": [{"password": SECRET}]}], [{"name": REDACTED, "password": None}]),
        ([{"name": ["a"]}], [{"name": ["a"], "password": None}]),
        ([SECRET, [SECRET], {"name": 1}], [{"name": 1, "password": None}]),
        (f"name=a password={SECRET}", []),
        ({"password": SECRET}, []),
    ],
)
def test_ansible_sees_no_secret_and_no_mistake(
    monkeypatch: pytest.MonkeyPatch, logged: list[str], users: Any, shown: Any
) -> None:
    made = module(monkeypatch, users=users)
    assert made.params["users"] == shown
    assert made.declared(["users"]) == {"users": [] if users is None else users}
    assert not [text for text in logged if SECRET in text]
    assert SECRET not in made.no_log_values


def test_a_failure_of_another_option_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    users = [{"name": "a", "password": SECRET, "pasword": SECRET}, SECRET]
    echo = {"_ansible_inject_invocation": True}
    monkeypatch.setattr(basic, "_PARSED_MODULE_ARGS", echo, raising=False)
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    with pytest.raises(SystemExit):
        module(monkeypatch, users=users, number="x")
    told = capsys.readouterr().out
    assert "number" in json.loads(told)["msg"]
    assert SECRET not in told
