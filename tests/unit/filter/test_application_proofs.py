# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be proved of each application."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.filter.application_proofs import (
    FilterModule,
    application_proofs,
)

SECRET = "n0t-to-be-seen"
ORDERS: dict[str, Any] = {
    "name": "orders",
    "user": {"password": SECRET, "mechanism": "SCRAM-SHA-256", "iterations": 8192},
    "topics": [{"name": "shop.orders"}, {"name": "shop.old", "state": "absent"}],
    "produce": ["shop.orders"],
    "groups": ["orders.app"],
    "quota": {"producer_byte_rate": "10MiB"},
}
BILLING: dict[str, Any] = {"name": "billing", "topics": [{"name": "shop.bills"}]}


def test_an_application_is_proved_as_its_user() -> None:
    assert application_proofs([ORDERS, BILLING]) == [
        {
            "name": "orders",
            "username": "orders",
            "password": SECRET,
            "mechanism": "SCRAM-SHA-256",
            "produce": ["shop.orders"],
            "groups": ["orders.app"],
            "others": ["shop.bills"],
        }
    ]


def test_each_user_with_a_password_is_proved() -> None:
    users = [
        {"name": "new", "password": SECRET},
        {"name": "unknown"},
        {"name": "old", "password": SECRET, "state": "absent"},
    ]
    proofs = application_proofs([{**BILLING, "users": users}, ORDERS])
    assert [(proof["name"], proof["username"]) for proof in proofs] == [
        ("billing", "new"),
        ("orders", "orders"),
    ]
    # what is absent has nothing to be left alone
    assert [proof["others"] for proof in proofs] == [["shop.orders"], ["shop.bills"]]


@pytest.mark.parametrize("absent", [ORDERS, BILLING])
def test_an_absent_application_has_nothing_to_prove(absent: dict[str, Any]) -> None:
    given = [
        {**entry, "state": "absent"} if entry is absent else entry for entry in (ORDERS, BILLING)
    ]
    proofs = application_proofs(given)
    assert [proof["others"] for proof in proofs] == ([] if absent is ORDERS else [[]])


def test_a_mistake_is_refused_without_the_password() -> None:
    with pytest.raises(ValueError, match=r"\[0\] \(orders\): prodce: unknown field") as caught:
        application_proofs([{**ORDERS, "prodce": [SECRET]}])
    assert SECRET not in str(caught.value)


def test_ansible_finds_the_filter() -> None:
    assert FilterModule().filters() == {"application_proofs": application_proofs}
