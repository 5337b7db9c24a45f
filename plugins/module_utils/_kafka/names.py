# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of topics by Kafka's own rule, and the names that Kafka keeps for itself."""

from __future__ import annotations

import re

# org.apache.kafka.common.internals.Topic
_LEGAL = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_RULE = "1 to 249 of the characters a-z A-Z 0-9 . _ -, and not '.' or '..'"
# What Kafka makes for itself, in the shape that its coordinators count on: the same class,
# and KIP-405's metadata of remote log segments.
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
    """The value itself. Raises ValueError when Kafka does not take it as a name."""
    if not isinstance(value, str) or not _LEGAL.fullmatch(value) or value in (".", ".."):
        raise ValueError(f"{value!r} is not a topic name: {_RULE}")
    return value


def begins_topic_name(prefix: str) -> bool:
    return _LEGAL.fullmatch(prefix) is not None


def is_config_key(key: object) -> bool:
    """Kafka has no rule of its own, but no key with other characters."""
    return isinstance(key, str) and _LEGAL.fullmatch(key) is not None


def is_reserved(topic: str) -> bool:
    """Whether it is a name such as Kafka and its tools give to their own topics."""
    return topic.startswith(_RESERVED_PREFIX)
