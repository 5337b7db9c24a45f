# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kafka's rule for the names of topics, and the names that Kafka keeps for itself."""

from __future__ import annotations

import re
from typing import TypeGuard

# org.apache.kafka.common.internals.Topic
_LEGAL = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_RULE = "1 to 249 of the characters a-z A-Z 0-9 . _ -, and not '.' or '..'"
# Kafka creates these itself, and its coordinators rely on their number of partitions.
# The list is that of the same class, and KIP-405's topic for the metadata of remote log segments.
INTERNAL_TOPICS = frozenset(
    {
        "__cluster_metadata",
        "__consumer_offsets",
        "__remote_log_metadata",
        "__share_group_state",
        "__transaction_state",
    }
)
_RESERVED_PREFIX = "__"


def topic_name(value: object) -> str:
    """The value itself. Raises ValueError unless Kafka accepts it as the name of a topic."""
    if not _is_legal(value) or value in (".", ".."):
        raise ValueError(f"{value!r} is not a topic name: {_RULE}")
    return value


def begins_topic_name(prefix: str) -> bool:
    """Whether the name of a topic can start with this text."""
    return _is_legal(prefix)


def is_config_key(key: object) -> bool:
    """Whether the value can be a config key: all keys of Kafka have only these characters."""
    return _is_legal(key)


def _is_legal(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and _LEGAL.fullmatch(text) is not None


def is_reserved(topic: str) -> bool:
    """Whether the name starts with __, as Kafka and its tools name their own topics."""
    return topic.startswith(_RESERVED_PREFIX)
