# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.nearest import hint, nearest
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS
from hypothesis import given
from hypothesis import strategies as st

FIELDS = (
    "name",
    "state",
    "partitions",
    "replication_factor",
    "config",
    "purge_config",
    "purge_config_keep",
    "profiles",
    "labels",
    "description",
    "names",
)


@pytest.mark.parametrize(
    ("word", "match"),
    [
        ("retention.mss", "retention.ms"),
        ("retention", "retention.ms"),
        ("Retention.MS", "retention.ms"),
        ("min.insync.replica", "min.insync.replicas"),
        ("cleanup_policy", "cleanup.policy"),
        ("compression", "compression.type"),
        ("min.compaction.lag", "min.compaction.lag.ms"),
        ("frobnicate", None),
        ("confluent.tier.enable", None),
        ("redpanda.remote.read", None),
        ("write.caching", None),
        ("", None),
    ],
)
def test_config_keys(word: str, match: str | None) -> None:
    assert nearest(word, KEYS) == match


@pytest.mark.parametrize(
    ("word", "match"),
    [
        ("partition", "partitions"),
        ("partition_count", "partitions"),
        ("replication", "replication_factor"),
        ("stat", "state"),
        ("label", "labels"),
        ("timeout", None),
        ("owner", None),
        ("version", None),
        ("retention_ms", None),
    ],
)
def test_field_names(word: str, match: str | None) -> None:
    assert nearest(word, FIELDS) == match


def test_the_match_is_spelled_as_known() -> None:
    assert nearest("createtime", ["CreateTime", "LogAppendTime"]) == "CreateTime"


def test_hint_reads_as_the_end_of_a_message() -> None:
    assert (
        "unknown key" + hint("retention.mss", KEYS) == "unknown key (did you mean 'retention.ms'?)"
    )
    assert hint("frobnicate", KEYS) == ""


@given(st.text(), st.lists(st.text()))
def test_any_match_is_a_known_word(word: str, known: list[str]) -> None:
    assert nearest(word, known) in {None, *known}


@given(st.sampled_from(sorted(KEYS)))
def test_a_known_word_is_nearest_to_itself(key: str) -> None:
    assert nearest(key, KEYS) == key
