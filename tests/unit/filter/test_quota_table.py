# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of quotas, as people read it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.filter.quota_table import (
    RETURN,
    FilterModule,
    quota_table,
)

ORDERS: dict[str, Any] = {
    "quotas": [
        {"user_defaults": True, "quotas": {"producer_byte_rate": 5242880}},
        {"user": "orders", "client_id": "batch", "quotas": {"producer_byte_rate": 1048576}},
        {"ip": "192.0.2.7", "quotas": {"connection_creation_rate": 20}},
    ]
}


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"quota_table": quota_table}


def test_whole_table_is_as_documented() -> None:
    assert quota_table(ORDERS) == yaml.safe_load(RETURN)["_value"]["sample"]


def test_a_yaml_printer_puts_no_line_in_quotes() -> None:
    printed = yaml.safe_dump(quota_table(ORDERS), width=1000)
    assert "'" not in printed


def test_what_kafka_has_odd_is_shown() -> None:
    odd = {"of_a_newer_kafka": 1024, "request_percentage": 12.5, "consumer_byte_rate": "inf"}
    shown = quota_table({"quotas": [{"user": "a", "client_defaults": True, "quotas": odd}]})
    assert shown[0].split()[3:] == [
        "CONSUMER_BYTE_RATE",
        "REQUEST_PERCENTAGE",
        "OF_A_NEWER_KAFKA",
    ]
    assert shown[1].split() == ["a", "<default>", "any", "inf", "12.5", "1024"]


def test_no_quotas_are_said_in_a_sentence() -> None:
    assert quota_table({"quotas": []}) == ["There are no quotas to show."]


@pytest.mark.parametrize("wrong", [[], "quotas", {"acls": []}])
def test_other_input_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"quota_info.*undeclared_quotas_info"):
        quota_table(wrong)
