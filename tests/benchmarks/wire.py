# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts the requests that pass to a broker, and tells the stages of a creation by them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

CREATE_TOPICS = 19
# https://kafka.apache.org/protocol.html#protocol_api_keys
_NAMES = {
    3: "Metadata",
    17: "SaslHandshake",
    18: "ApiVersions",
    CREATE_TOPICS: "CreateTopics",
    20: "DeleteTopics",
    29: "DescribeAcls",
    30: "CreateAcls",
    31: "DeleteAcls",
    32: "DescribeConfigs",
    33: "AlterConfigs",
    36: "SaslAuthenticate",
    37: "CreatePartitions",
    44: "IncrementalAlterConfigs",
    45: "AlterPartitionReassignments",
    46: "ListPartitionReassignments",
    48: "DescribeClientQuotas",
    49: "AlterClientQuotas",
    50: "DescribeUserScramCredentials",
    51: "AlterUserScramCredentials",
    60: "DescribeCluster",
    75: "DescribeTopicPartitions",
}
_FLEXIBLE = 5  # from this version of CreateTopics on, a byte of tags ends the request


class Passed(NamedTuple):
    """A message that passed. `validates`: a request that creates nothing."""

    at: float
    api: int
    is_request: bool
    validates: bool = False


class Stages(NamedTuple):
    """Seconds of each: what comes before the first request to create topics, and so on."""

    before: float
    validate: float
    create: float
    wait: float


class Counting:
    """A fault that spoils nothing."""

    def __init__(self) -> None:
        self.passed: list[Passed] = []

    def request(self, api: int, message: bytes) -> bytes:
        validates = api == CREATE_TOPICS and validates_only(message)
        self.passed.append(Passed(time.monotonic(), api, True, validates))
        return message

    def answer(self, api: int, message: bytes) -> bytes:
        self.passed.append(Passed(time.monotonic(), api, False))
        return message


def counted(passed: Sequence[Passed]) -> dict[str, int]:
    """How many requests of each API."""
    counts: dict[str, int] = {}
    for each in passed:
        if each.is_request:
            name = _NAMES.get(each.api, f"API {each.api}")
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))


def validates_only(message: bytes) -> bool:
    version = int.from_bytes(message[2:4])
    return bool(message[-2] if version >= _FLEXIBLE else message[-1])


def stages(passed: Sequence[Passed], began: float) -> Stages | None:
    """None where no topics were created."""
    creations = [each for each in passed if each.api == CREATE_TOPICS]
    real = [each.at for each in creations if each.is_request and not each.validates]
    if not real:
        return None
    first, created = creations[0].at, creations[-1].at
    return Stages(first - began, real[0] - first, created - real[0], passed[-1].at - created)
