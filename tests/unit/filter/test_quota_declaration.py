# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live quotas as the variable that declares them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible.plugins.filter.core import to_nice_yaml
from ansible_collections.omninode.kafka.plugins.filter.quota_declaration import (
    FilterModule,
    quota_declaration,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import Entity, Values
from ansible_collections.omninode.kafka.plugins.module_utils._quota.spec import parse_quota_set
from ansible_collections.omninode.kafka.plugins.module_utils._quota.state import declarations
from hypothesis import given

from tests.unit._quota.test_export import clusters


def exported(live: dict[Entity, Values]) -> Any:
    observed: Any = declarations(live, live)
    return quota_declaration(observed)["kafka_quotas_declared"]


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"quota_declaration": quota_declaration}


@given(clusters())
def test_the_text_declares_exactly_the_same_quotas(live: dict[Entity, Values]) -> None:
    text = to_nice_yaml(exported(live), sort_keys=False)
    declared = parse_quota_set(yaml.safe_load(text))
    assert {entity: how.values for entity, how in declared.entities.items()} == live


@pytest.mark.parametrize(
    "wrong", [3, [3], [{"user": "a"}], [{"quotas": {}}], [{"user": "a", "quotas": 1}]]
)
def test_only_quotas_are_declared(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"give the quotas that omninode\.kafka\.quota_info"):
        quota_declaration(wrong)


@pytest.mark.parametrize("part", ["user", "client_id"])
def test_what_ansible_would_evaluate_is_refused(part: str) -> None:
    quota = {part: "{{ x }}", "quotas": {"producer_byte_rate": 1}}
    with pytest.raises(ValueError, match=rf"{part} of a quota: .* taken for a template"):
        quota_declaration([quota])
