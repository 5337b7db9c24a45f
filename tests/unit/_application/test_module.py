# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module as Ansible runs it: what it echoes has no password."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible.module_utils.testing import patch_module_args
from ansible_collections.omninode.kafka.plugins.modules import applications

SECRET = "n0t-to-be-seen"
MISTAKES: dict[str, dict[str, Any]] = {
    "another field": {"users": [{"name": "a", "pasword": SECRET}]},
    "no list": {"users": {"a": SECRET}},
    "no dictionary": {"users": [SECRET]},
    "another kind": {"users": [{"name": "a", "password": SECRET}], "topics": {"topics": "orders"}},
    "another place": {"scram_users": {"users": [{"name": "a", "password": SECRET}]}},
}


@pytest.mark.parametrize("options", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_shows_no_password(
    options: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments: dict[str, Any] = {"bootstrap_servers": ["fake:1"], **options}
    if "inject_invocation" in PASS_VARS:
        # as for -vvv; before ansible-core 2.21 it is always there
        arguments["_ansible_inject_invocation"] = True
    with patch_module_args(arguments), pytest.raises(SystemExit):
        applications.main()
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert result["error"] == "InvalidSpec"
    assert result["invocation"]["module_args"]["bootstrap_servers"] == ["fake:1"]
    assert SECRET not in printed.out + printed.err
