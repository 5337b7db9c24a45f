# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of topics, as people read it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.filter.topic_table import FilterModule, topic_table


def observed(config: dict[str, Any], in_sync: int = 3) -> dict[str, Any]:
    topic = {"name": "orders", "partitions": 6, "replication_factor": 3, "config": config}
    status = {
        "name": "orders",
        "replicas_in_sync": in_sync,
        "under_replicated": 6 if in_sync < 3 else 0,
    }
    return {"topics": [topic], "status": [status], "absent": []}


def table(result: dict[str, Any]) -> list[str]:
    """Without the legend, of which each line explains something."""
    lines = topic_table(result)
    return [line for line in lines if " = " not in line]


def cell(result: dict[str, Any], column: str) -> str:
    header, row = (line.split() for line in table(result))
    return row[header.index(column)]


def test_is_called_by_its_name() -> None:
    assert FilterModule().filters() == {"topic_table": topic_table}


def test_whole_table_is_aligned_and_sorted() -> None:
    result = {
        "topics": [
            {
                "name": "prod.orders",
                "partitions": 12,
                "replication_factor": 3,
                "config": {
                    "cleanup.policy": "compact,delete",
                    "compression.type": "lz4",
                    "min.insync.replicas": "2",
                    "retention.ms": "604800000",
                },
            },
            {"name": "a", "partitions": 1, "replication_factor": 1, "config": {}},
        ],
        "status": [
            {"name": "prod.orders", "replicas_in_sync": 2, "under_replicated": 1},
            {"name": "a", "replicas_in_sync": 1, "under_replicated": 0},
        ],
        "absent": ["missing"],
    }
    assert topic_table(result) == [
        "TOPIC        PARTITIONS  RF  IN-SYNC  RETENTION  CLEANUP         COMPRESSION  MIN-ISR",
        "a            1           1   1/1      default    default         default      default",
        "missing      absent",
        "prod.orders  12          3   2/3!     7d         compact,delete  lz4          2",
        "RF = replication factor; IN-SYNC = replicas in sync of the worst partition,"
        " ! = not all are",
        "MIN-ISR = min.insync.replicas; default = no override of its own; absent = no such topic",
    ]


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        ("604800000", "7d"),
        (2592000000, "30d"),
        ("43200000", "12h"),
        ("5400000", "90m"),
        ("1000", "1s"),
        ("1500", "1500ms"),
        ("0", "0ms"),
        ("-1", "unlimited"),
    ],
)
def test_retention_is_shown_in_the_largest_whole_unit(milliseconds: object, shown: str) -> None:
    assert cell(observed({"retention.ms": milliseconds}), "RETENTION") == shown


@pytest.mark.parametrize(("in_sync", "shown"), [(3, "3/3"), (2, "2/3!"), (0, "0/3!")])
def test_fewer_replicas_in_sync_are_marked(in_sync: int, shown: str) -> None:
    assert cell(observed({}, in_sync), "IN-SYNC") == shown


def test_under_replication_is_marked_even_if_the_lowest_numbers_agree() -> None:
    result = observed({})
    result["status"][0]["under_replicated"] = 1
    assert cell(result, "IN-SYNC") == "3/3!"


def test_no_topics_are_said_in_a_sentence() -> None:
    nothing = {"topics": [], "status": [], "absent": []}
    assert topic_table(nothing) == ["There are no topics to show."]


def test_lines_survive_a_yaml_printer() -> None:
    """A plain scalar is folded at a single space, and quoted when it ends in one."""
    for line in table(observed({"cleanup.policy": "compact,delete"})):
        assert line == line.strip()
        assert not re.search(r"(?<! ) (?! )", line)


def undeclared(name: str, **fields: Any) -> dict[str, Any]:
    empty = {
        "records": 0,
        "oldest": None,
        "newest": None,
        "groups": {"active": [], "committed": []},
    }
    return {"name": name, "partitions": 6, "replication_factor": 3, "config": {}, **empty, **fields}


def test_undeclared_topics_stay_in_their_order() -> None:
    groups = {"active": ["checkout"], "committed": ["a", "b", "c", "d", "e"]}
    result = {
        "topics": [
            undeclared("z.empty"),
            undeclared("orders", records=12000, newest="2026-11-25T08:00:00Z", groups=groups),
            undeclared("hidden", records="unknown", newest="unknown", groups="unknown"),
        ],
        "undecided": ["a.dark"],
    }
    assert topic_table(result) == [
        "TOPIC    PARTITIONS  RF  RECORDS  NEWEST                ACTIVE    COMMITTED",
        "z.empty  6           3   0        none                  none      none",
        "orders   6           3   12000    2026-11-25T08:00:00Z  checkout  a,b,c,+2",
        "hidden   6           3   unknown  unknown               unknown   unknown",
        "a.dark   undecided",
        "RF = replication factor; NEWEST = time of the newest record; unknown = it cannot be read",
        "ACTIVE = consumer groups that read it now; COMMITTED = groups that have committed offsets",
        "a,b,c,+2 = five groups; undecided = nobody can tell whether the topic is idle",
    ]
    for line in table(result):
        assert not re.search(r"(?<! ) (?! )", line)


def test_no_undeclared_topics_are_said_in_a_sentence() -> None:
    assert topic_table({"topics": [], "undecided": []}) == [
        "There are no undeclared topics, or none that is idle where idle_for is set."
    ]


UNDECLARED = {"topics": [undeclared("a")], "undecided": []}


@pytest.mark.parametrize("result", [observed({}), UNDECLARED], ids=["topics", "undeclared"])
def test_a_legend_stays_as_it_is_in_a_terminal_and_in_yaml(result: dict[str, Any]) -> None:
    legend = topic_table(result)[2:]
    assert yaml.safe_load(yaml.safe_dump(legend, width=1000)) == legend
    assert "'" not in yaml.safe_dump(legend, width=1000)
    assert max(map(len, legend)) <= 100


@pytest.mark.parametrize("wrong", [[], "topics", {"topics": []}, {"status": [], "undecided": []}])
def test_other_input_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"topic_info.*undeclared_topics_info"):
        topic_table(wrong)
