# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config import (
    default_of,
    normalise,
    parse_value,
    readable,
    unknown_key_hint,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS
from hypothesis import given
from hypothesis import strategies as st

TIME, SIZE, LONG, INT = "retention.ms", "segment.bytes", "flush.messages", "min.insync.replicas"
BOOLEAN, DOUBLE, STRING, POLICY, THROTTLED = (
    "preallocate",
    "min.cleanable.dirty.ratio",
    "compression.type",
    "cleanup.policy",
    "leader.replication.throttled.replicas",
)
UNKNOWN = "confluent.tier.enable"


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        (TIME, "7d", "604800000"),
        (TIME, "1w", "604800000"),
        (TIME, "36 h", "129600000"),
        (TIME, " 5m ", "300000"),
        (TIME, "30s", "30000"),
        (TIME, "250ms", "250"),
        (TIME, 604800000, "604800000"),
        (TIME, "604800000", "604800000"),
        (TIME, -1, "-1"),
        (TIME, "-1", "-1"),
        (TIME, "007", "7"),
        (TIME, "9223372036854775807ms", "9223372036854775807"),
        (SIZE, "1GiB", "1073741824"),
        (SIZE, "16 MiB", "16777216"),
        (SIZE, "64KiB", "65536"),
        (SIZE, "100B", "100"),
        (SIZE, "2147483647", "2147483647"),
        ("retention.bytes", "2TiB", "2199023255552"),
        (LONG, 10000, "10000"),
        (INT, "2", "2"),
        ("compression.zstd.level", -131072, "-131072"),
        (BOOLEAN, True, "true"),
        (BOOLEAN, "False", "false"),
        (BOOLEAN, " TRUE ", "true"),
        (BOOLEAN, "yes", "true"),
        (BOOLEAN, "No", "false"),
        (DOUBLE, 0.5, "0.5"),
        (DOUBLE, "0.50", "0.5"),
        (DOUBLE, 1, "1.0"),
        (DOUBLE, "1.0E-5", "1e-05"),
        (STRING, " lz4 ", "lz4"),
        (POLICY, "delete,compact", "compact,delete"),
        (POLICY, ["delete", "compact"], "compact,delete"),
        (POLICY, ["delete, compact", "delete"], "compact,delete"),
        (POLICY, [], ""),
        (POLICY, "", ""),
        (DOUBLE, "NaN", "NaN"),
        (THROTTLED, ["1:2", "0:1"], "0:1,1:2"),
        (THROTTLED, "*", "*"),
        (THROTTLED, "0:1,", ",0:1"),
        (THROTTLED, ",", ""),
        (UNKNOWN, True, "true"),
        (UNKNOWN, "7d", "7d"),
        (UNKNOWN, " x ", "x"),
        (UNKNOWN, 7, "7"),
        (UNKNOWN, 0.5, "0.5"),
        (UNKNOWN, ["b", "a", 1, False], "b,a,1,false"),
        (UNKNOWN, "", ""),
    ],
)
def test_value(key: str, raw: object, value: str) -> None:
    assert parse_value(key, raw) == value


NOT_A_TIME = " is not a time: give a whole number of ms, or one with a unit: ms s m h d w"
NOT_A_SIZE = " is not a size: give a whole number of bytes, or one with a unit: B KiB MiB GiB TiB"
TOO_LARGE = " is out of range: Kafka takes -2147483648 to 2147483647"
EMPTY = "is empty: write null to remove the override"
NOT_WHOLE = " is not a whole number: give digits only; this key has no unit"


@pytest.mark.parametrize(
    ("key", "raw", "message"),
    [
        (TIME, "7days", "'7days'" + NOT_A_TIME),
        (TIME, "7D", "'7D'" + NOT_A_TIME),
        (TIME, "1.5h", "'1.5h'" + NOT_A_TIME),
        (TIME, "1GiB", "'1GiB'" + NOT_A_TIME),
        (TIME, "d", "'d'" + NOT_A_TIME),
        *[(key, " ", EMPTY) for key in (TIME, SIZE, LONG, BOOLEAN, DOUBLE, STRING)],
        (TIME, "1.5e1d", "'1.5e1d'" + NOT_A_TIME),
        (TIME, "+5", "'+5'" + NOT_A_TIME),
        (TIME, "1e3", "'1e3' is not a time: write 1000"),
        (TIME, "1.5e3", "'1.5e3' is not a time: write 1500"),
        (TIME, "1.5e0", "'1.5e0'" + NOT_A_TIME),
        (TIME, "3.0", "'3.0' is not a time: write 3"),
        ("retention.bytes", "3e+9", "'3e+9' is not a size: write 3000000000"),
        (SIZE, "3e+9", "'3e+9'" + TOO_LARGE),
        (SIZE, "10GB", "'10GB'" + TOO_LARGE),
        (TIME, -2.0, "-2.0 is not a time: write -2"),
        (LONG, "1E2", "'1E2' is not a whole number: write 100"),
        (SIZE, "100Mi", "'100Mi' is not a size: write 100MiB"),
        (SIZE, "100kB", "'100kB' is not a size: write 100KiB, or 100000 if k means 1000"),
        (
            "retention.bytes",
            "10GB",
            "'10GB' is not a size: write 10GiB, or 10000000000 if G means 1000000000",
        ),
        (SIZE, "5 m", "'5 m' is not a size: write 5MiB, or 5000000 if m means 1000000"),
        (TIME, "\u0667d", "'\u0667d'" + NOT_A_TIME),
        (TIME, True, "True" + NOT_A_TIME),
        (TIME, None, "None" + NOT_A_TIME),
        (TIME, ["7d"], "['7d']" + NOT_A_TIME),
        (TIME, 0.5, "0.5" + NOT_A_TIME),
        (TIME, math.inf, "inf" + NOT_A_TIME),
        (TIME, 1000.0, "1000.0 is not a time: write 1000"),
        (TIME, "-1d", "'-1d' is not a time: a negative value is written without a unit"),
        (
            TIME,
            2**63,
            (
                "9223372036854775808 is out of range: Kafka takes -9223372036854775808 to"
                " 9223372036854775807"
            ),
        ),
        (SIZE, "1PiB", "'1PiB'" + NOT_A_SIZE),
        (SIZE, "1gib", "'1gib' is not a size: write 1GiB"),
        (SIZE, "7d", "'7d'" + NOT_A_SIZE),
        (SIZE, "2GiB", "'2GiB' is out of range: Kafka takes -2147483648 to 2147483647"),
        (INT, "2d", "'2d'" + NOT_WHOLE),
        (LONG, "10KiB", "'10KiB'" + NOT_WHOLE),
        (INT, False, "False" + NOT_WHOLE),
        (BOOLEAN, "maybe", "'maybe' is not a boolean: write true or false"),
        (BOOLEAN, 1, "1 is not a boolean: write true or false"),
        (DOUBLE, "half", "'half' is not a number: give one such as 0.5"),
        (DOUBLE, True, "True is not a number: give one such as 0.5"),
        (DOUBLE, "nan", "'nan' is not a number: give one such as 0.5"),
        (DOUBLE, "1e999", "'1e999' is not a number: give one such as 0.5"),
        (STRING, False, "False is not a string: put it in quotes"),
        (POLICY, "delete,", "'delete,' has an empty item"),
        (POLICY, ",", "',' has an empty item"),
        (POLICY, ["delete", ""], "['delete', ''] has an empty item"),
        (
            POLICY,
            {"delete": True},
            "{'delete': True} is not a list: give a list of strings, or one string with commas",
        ),
        *[
            (POLICY, raw, f"{text!r} is a string that looks like a list: write compact,delete")
            for text in ("[compact, delete]", " ['compact', \"delete\"] ")
            for raw in (text, [text])
        ],
        (UNKNOWN, "x" * 199 + "\x00", f"'{'x' * 199}... has characters that do not print"),
        (POLICY, [["x" * 999]], f"['{'x' * 198}... is not a string: put it in quotes"),
        (THROTTLED, [62], "62 is not a string: put it in quotes"),
        (THROTTLED, 62, "62 is not a list: give a list of strings, or one string with commas"),
        (
            UNKNOWN,
            {"a": 1},
            "{'a': 1} is not a config value: give a string, a number, a boolean or a list of these",
        ),
        (
            UNKNOWN,
            [["a"]],
            "['a'] is not a config value: give a string, a number, a boolean or a list of these",
        ),
        *[
            (key, f"a{odd}b", f"{f'a{odd}b'!r} has characters that do not print")
            for key in (STRING, POLICY, UNKNOWN)
            for odd in ("\x00", "\x07", "\n", "\t", "\x7f", "\u2028", "\ud800")
        ],
        (UNKNOWN, ["a", "b\x00"], "'a,b\\x00' has characters that do not print"),
        (TIME, "7d\x00", "'7d\\x00'" + NOT_A_TIME),
        (
            UNKNOWN,
            None,
            "None is not a config value: give a string, a number, a boolean or a list of these",
        ),
    ],
)
def test_refused_value(key: str, raw: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        parse_value(key, raw)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("key", "observed", "value"),
    [
        (TIME, "604800000", "604800000"),
        (DOUBLE, "1.0E-5", "1e-05"),
        (DOUBLE, "NaN", "NaN"),
        (BOOLEAN, "true", "true"),
        (POLICY, "delete,compact", "compact,delete"),
        (POLICY, "delete,delete", "delete"),
        (POLICY, " delete, ", "delete,"),
        (STRING, "", ""),
        (UNKNOWN, "b,a", "b,a"),
    ],
)
def test_observed_value(key: str, observed: str, value: str) -> None:
    assert normalise(key, observed) == value


keys = st.sampled_from([*sorted(KEYS), UNKNOWN])
numbers = st.integers(-(2**64), 2**64)
texts = st.one_of(
    st.text(),
    numbers.map(str),
    st.from_regex(r"[0-9]{1,12} ?(ms|[smhdwB]|[KMGT]iB)", fullmatch=True),
    st.from_regex(r"[a-z0-9:, .*]*", fullmatch=True),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, st.floats(), texts)


@given(keys, st.one_of(scalars, st.lists(scalars), st.dictionaries(st.text(), st.text())))
def test_a_parsed_value_reads_back_unchanged(key: str, raw: object) -> None:
    try:
        value = parse_value(key, raw)
    except ValueError:
        return
    assert normalise(key, value) == value


@given(keys, texts)
def test_normalise_takes_anything_and_settles_at_once(key: str, observed: str) -> None:
    once = normalise(key, observed)
    assert normalise(key, once) == once


@given(st.floats(0, 1))
def test_a_ratio_keeps_every_digit(ratio: float) -> None:
    assert float(parse_value(DOUBLE, ratio)) == ratio


@given(st.lists(st.sampled_from(["0:1", "1:2", "10:3", "2:1"])))
def test_order_and_repetition_in_a_list_mean_nothing(items: list[str]) -> None:
    assert parse_value(THROTTLED, items) == parse_value(
        THROTTLED, ", ".join(sorted(set(items), reverse=True))
    )


@given(
    st.integers(0, 10**9), st.sampled_from([("s", 1000), ("m", 60), ("h", 60), ("d", 24), ("w", 7)])
)
def test_each_time_unit_is_a_multiple_of_the_one_before(count: int, unit: tuple[str, int]) -> None:
    units = ["ms", "s", "m", "h", "d", "w"]
    name, factor = unit
    assert parse_value(TIME, f"{count}{name}") == parse_value(
        TIME, f"{count * factor}{units[units.index(name) - 1]}"
    )


@pytest.mark.parametrize(
    ("key", "broker_config", "value"),
    [
        (
            TIME,
            {"log.retention.ms": "5", "log.retention.minutes": "7", "log.retention.hours": "168"},
            "5",
        ),
        (
            TIME,
            {"log.retention.ms": None, "log.retention.minutes": "7", "log.retention.hours": "168"},
            "420000",
        ),
        (
            TIME,
            {"log.retention.ms": None, "log.retention.minutes": None, "log.retention.hours": "168"},
            "604800000",
        ),
        (TIME, {"log.retention.hours": "-1"}, "-1"),
        (TIME, {}, None),
        (
            "flush.ms",
            {
                "log.flush.interval.ms": None,
                "log.flush.scheduler.interval.ms": "9223372036854775807",
            },
            "9223372036854775807",
        ),
        (POLICY, {"log.cleanup.policy": "delete,compact"}, "compact,delete"),
        (DOUBLE, {"log.cleaner.min.cleanable.ratio": "1.0E-5"}, "1e-05"),
        ("max.message.bytes", {"message.max.bytes": "1048588"}, "1048588"),
        ("remote.storage.enable", {}, "false"),
        (THROTTLED, {}, ""),
        (UNKNOWN, {UNKNOWN: "true"}, None),
    ],
)
def test_default(key: str, broker_config: dict[str, str | None], value: str | None) -> None:
    assert default_of(key, broker_config) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("retention.mss", " (did you mean 'retention.ms'?)"),
        ("log.retention.hours", " (did you mean 'retention.ms'?)"),
        ("message.max.bytes", " (did you mean 'max.message.bytes'?)"),
        (
            "message.format.version",
            " (Kafka has 'message.format.version' until 3.9; nothing replaces it)",
        ),
        (
            "message.downconversion.enable",
            " (Kafka has 'message.downconversion.enable' until 3.9; nothing replaces it)",
        ),
        (
            "message.timestamp.difference.max.ms",
            " (Kafka has 'message.timestamp.difference.max.ms' until 3.9; since KIP-937 use"
            " message.timestamp.before.max.ms and message.timestamp.after.max.ms)",
        ),
        ("remote.copy.lag.ms", " (Kafka has 'remote.copy.lag.ms' since 4.4)"),
        ("retention.ms", ""),
        ("confluent.tier.enable", ""),
    ],
)
def test_hint_for_a_refused_key(key: str, text: str) -> None:
    assert unknown_key_hint(key) == text


def test_a_hint_names_only_keys_that_the_cluster_has() -> None:
    assert unknown_key_hint("remote.copy.lag.m", frozenset({"retention.ms"})) == ""
    assert unknown_key_hint("vendor.tierd", frozenset({"vendor.tiered"})) == (
        " (did you mean 'vendor.tiered'?)"
    )


@pytest.mark.parametrize("key", sorted(KEYS))
def test_the_table_is_whole(key: str) -> None:
    known = KEYS[key]
    assert known.type in {"boolean", "int", "long", "double", "string", "list"}
    assert known.unit == {"ms": "ms", "bytes": "bytes"}.get(key.rpartition(".")[2], "")
    assert bool(known.synonyms) != (known.default is not None)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("retention.ms", "31536000000", "365d"),
        ("retention.ms", "-1", "-1"),
        ("retention.ms", "5", "5"),
        ("segment.bytes", "1073741824", "1GiB"),
        ("min.insync.replicas", "1000", "1000"),
        ("cleanup.policy", "compact", "compact"),
        ("unknown.ms", "86400000", "86400000"),
        ("retention.ms", "not a number", "not a number"),
        ("retention.ms", None, None),
    ],
)
def test_values_are_shown_as_they_are_declared(
    key: str, value: str | None, shown: str | None
) -> None:
    assert readable(key, value) == shown


@given(st.integers(-1, 2**63 - 1))
def test_what_is_shown_is_read_as_the_same(value: int) -> None:
    assert parse_value("retention.ms", readable("retention.ms", str(value))) == str(value)
