# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import math
import re
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import (
    DEFAULT,
    KEYS,
    Entity,
    binding,
    in_order,
    parse_value,
    plain,
    readable,
)
from hypothesis import given
from hypothesis import strategies as st

WRITES, SHARE, CONNECTS = "producer_byte_rate", "request_percentage", "connection_creation_rate"


@pytest.mark.parametrize(
    ("entity", "text", "declared"),
    [
        (Entity("a"), "user a", {"user": "a"}),
        (Entity(DEFAULT), "user defaults", {"user_defaults": True}),
        (Entity(None, "b"), "client id b", {"client_id": "b"}),
        (Entity(None, DEFAULT), "client defaults", {"client_defaults": True}),
        (Entity("a", "b"), "user a with client id b", {"user": "a", "client_id": "b"}),
        (
            Entity(DEFAULT, DEFAULT),
            "user defaults with client defaults",
            {"user_defaults": True, "client_defaults": True},
        ),
        (Entity(ip="192.0.2.7"), "ip 192.0.2.7", {"ip": "192.0.2.7"}),
        (Entity(ip=DEFAULT), "ip defaults", {"ip_defaults": True}),
    ],
)
def test_an_entity_is_told_and_declared(
    entity: Entity, text: str, declared: dict[str, object]
) -> None:
    assert str(entity) == text
    assert entity.as_declaration() == declared
    assert entity.is_default == ("defaults" in text)


def test_entities_have_an_order() -> None:
    ordered = [
        Entity(DEFAULT, DEFAULT),
        Entity(DEFAULT),
        Entity("a", "b"),
        Entity("a"),
        Entity("b", "a"),
        Entity(None, DEFAULT),
        Entity(None, "a"),
        Entity(None, None, DEFAULT),
        Entity(None, None, "192.0.2.7"),
    ]
    assert in_order(reversed(ordered)) == ordered


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        (WRITES, 1048576, 1048576),
        (WRITES, "1048576", 1048576),
        (WRITES, "10MiB", 10 * 2**20),
        (WRITES, 1048576.0, 1048576),
        (WRITES, 1.0000001, 1.0000001),
        (WRITES, 2**63, 2.0**63),
        (SHARE, 12.5, 12.5),
        (SHARE, "12.5", 12.5),
        (SHARE, 200, 200),
        (SHARE, "1e-3", 0.001),
        (CONNECTS, 20, 20),
        (CONNECTS, "20", 20),
    ],
)
def test_a_value_is_a_number_as_kafka_stores_it(key: str, raw: object, value: float) -> None:
    parsed = parse_value(key, raw)
    assert (parsed, type(parsed)) == (value, float)


@pytest.mark.parametrize(
    ("key", "raw", "why"),
    [
        (WRITES, 0, "0 is not above 0"),
        (WRITES, "-1", "'-1' is not above 0"),
        (WRITES, 1.5, "1.5 is not a size"),
        (WRITES, "1MB", "write 1MiB, or 1000000"),
        (WRITES, True, "True is not a size"),
        (WRITES, 2**63 + 2**12, "is too large: Kafka takes 9223372036854775808 at most"),
        (WRITES, math.inf, "inf is not a size"),
        (WRITES, math.nan, "nan is not a size"),
        (WRITES, [1], "is not a size"),
        (SHARE, "50%", "'50%' is not a number: write 50"),
        (SHARE, "1MiB", "'1MiB' is not a number: give one such as 50 or 12.5"),
        (SHARE, False, "False is not a number"),
        (SHARE, -0.5, "-0.5 is not above 0"),
        (SHARE, math.inf, "inf is no finite number"),
        (SHARE, math.nan, "nan is no finite number"),
        (SHARE, "1e999", "'1e999' is no finite number"),
        (SHARE, 10**400, "is no finite number"),
        (CONNECTS, "1KiB", "'1KiB' is not a whole number"),
        (CONNECTS, 2**31, "2147483648 is too large: Kafka takes 2147483647 at most"),
        (CONNECTS, 0.5, "0.5 is not a whole number"),
    ],
)
def test_what_is_no_value_is_refused(key: str, raw: Any, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        parse_value(key, raw)


@pytest.mark.parametrize(
    ("key", "value", "number", "text"),
    [
        (WRITES, 10485760.0, 10485760, "10MiB"),
        (WRITES, 1000.0, 1000, 1000),
        (WRITES, 1.0000001, 1.0000001, 1.0000001),
        (SHARE, 1024.0, 1024, 1024),
        (SHARE, 12.5, 12.5, 12.5),
        (SHARE, 1e300, 1e300, 1e300),
        ("of_a_newer_kafka", 1024.0, 1024, 1024),
        (SHARE, math.inf, "inf", "inf"),
        (WRITES, math.nan, "nan", "nan"),
    ],
)
def test_a_value_is_shown_as_people_write_it(
    key: str, value: float, number: object, text: object
) -> None:
    assert (plain(value), type(plain(value))) == (number, type(number))
    assert readable(key, value) == text


@given(
    st.sampled_from(sorted(KEYS)),
    st.floats(min_value=0, exclude_min=True, allow_infinity=False) | st.integers(1, 2**63),
)
def test_what_is_shown_is_read_as_the_same(key: str, number: float) -> None:
    try:
        value = parse_value(key, number)
    except ValueError:
        return
    assert value == float(number)
    assert parse_value(key, plain(value)) == value
    assert parse_value(key, readable(key, value)) == value


# as ClientQuotaManager of Kafka documents it, for the client app of the user a
ORDER = [
    Entity("a", "app"),
    Entity("a", DEFAULT),
    Entity("a"),
    Entity(DEFAULT, "app"),
    Entity(DEFAULT, DEFAULT),
    Entity(DEFAULT),
    Entity(None, "app"),
    Entity(None, DEFAULT),
]


@pytest.mark.parametrize("size", range(4))
def test_a_client_is_bound_by_the_first_in_the_order(size: int) -> None:
    others = {Entity("b"): {WRITES: 1.0}, Entity(None, "b"): {WRITES: 1.0}}
    for there in itertools.combinations(ORDER, size):
        quotas = {**others, **{entity: {WRITES: 1.0} for entity in there}}
        assert binding(quotas, WRITES, "a", "app") == (there[0] if there else None)
        assert binding(quotas, SHARE, "a", "app") is None


def test_one_whom_no_quota_names_is_bound_by_defaults() -> None:
    quotas = {entity: {WRITES: 1.0} for entity in ORDER}
    assert binding(quotas, WRITES, DEFAULT, DEFAULT) == Entity(DEFAULT, DEFAULT)
    del quotas[Entity(DEFAULT, DEFAULT)]
    assert binding(quotas, WRITES, DEFAULT, DEFAULT) == Entity(DEFAULT)
    assert binding(quotas, WRITES, "b", DEFAULT) == Entity(DEFAULT)
