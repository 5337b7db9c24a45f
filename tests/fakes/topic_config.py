# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a broker reads the config of a topic: what it accepts, stores and refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    INVALID_CONFIG,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS

_SIZES = {"int": 2**31, "long": 2**63}
_AT_LEAST = {
    "delete.retention.ms": 0,
    "file.delete.delay.ms": 0,
    "flush.messages": 1,
    "flush.ms": 0,
    "index.interval.bytes": 0,
    "max.compaction.lag.ms": 1,
    "max.message.bytes": 0,
    "min.compaction.lag.ms": 0,
    "min.insync.replicas": 1,
    "retention.ms": -1,
    "segment.bytes": 1024 * 1024,
    "segment.index.bytes": 4,
    "segment.jitter.ms": 0,
    "segment.ms": 1,
}
_ONE_OF = {
    "cleanup.policy": ("compact", "delete"),
    "compression.type": ("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
    "message.timestamp.type": ("CreateTime", "LogAppendTime"),
}
BROKER_DEFAULTS: Mapping[str, str | None] = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "auto.create.topics.enable": "true",
    "compression.gzip.level": "-1",
    "compression.lz4.level": "9",
    "compression.type": "producer",
    "compression.zstd.level": "3",
    "cordoned.log.dirs": "",
    "default.replication.factor": "1",
    "delete.topic.enable": "true",
    "log.cleaner.delete.retention.ms": "86400000",
    "log.cleaner.max.compaction.lag.ms": "9223372036854775807",
    "log.cleaner.min.cleanable.ratio": "0.5",
    "log.cleaner.min.compaction.lag.ms": "0",
    "log.cleanup.policy": "delete",
    "log.flush.interval.messages": "9223372036854775807",
    "log.flush.interval.ms": None,
    "log.flush.scheduler.interval.ms": "9223372036854775807",
    "log.index.interval.bytes": "4096",
    "log.index.size.max.bytes": "10485760",
    "log.local.retention.bytes": "-2",
    "log.local.retention.ms": "-2",
    "log.message.timestamp.after.max.ms": "3600000",
    "log.message.timestamp.before.max.ms": "9223372036854775807",
    "log.message.timestamp.type": "CreateTime",
    "log.preallocate": "false",
    "log.remote.copy.lag.bytes": "-1",
    "log.remote.copy.lag.ms": "0",
    "log.retention.bytes": "-1",
    "log.retention.hours": "168",
    "log.retention.minutes": None,
    "log.retention.ms": None,
    "log.roll.hours": "168",
    "log.roll.jitter.hours": "0",
    "log.roll.jitter.ms": None,
    "log.roll.ms": None,
    "log.segment.bytes": "1073741824",
    "log.segment.delete.delay.ms": "60000",
    "max.decompressed.message.bytes": "2147483639",
    "message.max.bytes": "1048588",
    "min.insync.replicas": "1",
    "num.partitions": "1",
    "unclean.leader.election.enable": "false",
}


def accepted(config: Mapping[str, str]) -> dict[str, str] | Rejection:
    """The config as brokers store it. Of several mistakes they name one."""
    unknown = sorted(key for key in config if key not in KEYS or KEYS[key].until)
    if unknown:
        return _invalid(f"Unknown topic config name: {unknown[0]}")
    try:
        kept = {key: _kept(key, value) for key, value in config.items()}
        _check_lags(kept)
    except ValueError as error:
        return _invalid(str(error))
    return kept


def _invalid(why: str) -> Rejection:
    return Rejection(INVALID_CONFIG, "INVALID_CONFIG", why)


def _kept(key: str, value: str) -> str:
    """The value as the broker stores it. Raises ValueError with the broker's message."""
    text = value.strip()
    kind = KEYS[key].type
    wrong = f"Invalid value {value} for configuration {key}: "
    if kind in _SIZES:
        return _whole(key, text, wrong)
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{wrong}Expected value to be either true or false")
        return text.lower()
    if kind == "double":
        return _ratio(text, wrong)
    if kind == "list":
        return _list(key, text, wrong)
    _check_choice(key, text, wrong)
    return text


def _whole(key: str, text: str, wrong: str) -> str:
    kind = KEYS[key].type
    limit = _SIZES[kind]
    if not re.fullmatch(r"[+-]?\d+", text) or not -limit <= int(text) < limit:
        raise ValueError(f"{wrong}Not a number of type {kind.upper()}")
    number = int(text)
    least = _AT_LEAST.get(key, -limit)
    if number < least:
        raise ValueError(f"{wrong}Value must be at least {least}")
    return str(number)


def _ratio(text: str, wrong: str) -> str:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{wrong}Not a number of type DOUBLE") from None
    if number < 0:
        raise ValueError(f"{wrong}Value must be at least 0")
    if number > 1:
        raise ValueError(f"{wrong}Value must be no more than 1")
    return str(number)


def _list(key: str, text: str, wrong: str) -> str:
    items = [item.strip() for item in text.split(",")] if text else []
    for item in items:
        _check_choice(key, item, wrong)
    if key == "cleanup.policy":
        return ",".join(dict.fromkeys(items))
    return ",".join(items)


def _check_choice(key: str, text: str, wrong: str) -> None:
    if key in _ONE_OF and text not in _ONE_OF[key]:
        raise ValueError(f"{wrong}String must be one of: {', '.join(_ONE_OF[key])}")


def _check_lags(config: Mapping[str, str]) -> None:
    """Raises ValueError for values that exclude each other."""
    least = int(config.get("min.compaction.lag.ms", 0))
    most = int(config.get("max.compaction.lag.ms", 2**63))
    if least > most:
        conflict = f"min.compaction.lag.ms ({least}) > max.compaction.lag.ms ({most})"
        raise ValueError(f"conflict topic config setting {conflict}")
