# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API of offsets, and the way to the records."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..._kafka.errors import TIMED_OUT, Rejection
from ..._kafka.partitions import EARLIEST, LATEST, NEWEST, Offset, TopicPartition
from ..gateway.records import Log
from .client import raised
from .session import Session, answered

with suppress(ImportError):
    from confluent_kafka import OFFSET_INVALID, KafkaException
    from confluent_kafka import TopicPartition as _Partition
    from confluent_kafka.admin import OffsetSpec


class ConfluentRecords(Session):
    """Implements Records."""

    def list_offsets(
        self, wanted: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, Offset | Rejection]:
        specs = {}
        for place, at in wanted.items():
            specs[_Partition(*place)] = _offset_spec(at)
        timeout = self._connection.timeout
        futures = self._admin.list_offsets(specs, request_timeout=timeout)
        self._await_all(futures, timeout)
        found: dict[TopicPartition, Offset | Rejection] = {}
        for asked, future in futures.items():
            place = TopicPartition(asked.topic, asked.partition)
            try:
                found[place] = _offset(answered(future))
            except KafkaException as error:
                found[place] = raised(error)
        return found

    def log(self) -> Log:
        from .log import ConfluentLog

        return ConfluentLog(self._connection)


def _offset(answer: Any) -> Offset | Rejection:
    if answer.offset == OFFSET_INVALID:
        # so the client library says, without an error, that the leader did not answer
        return Rejection(TIMED_OUT, "_TIMED_OUT", "the leader of the partition did not answer")
    return Offset(answer.offset, answer.timestamp)


def _offset_spec(at: int) -> Any:
    spec: Any = OffsetSpec
    if at == EARLIEST:
        return spec.earliest()
    if at == LATEST:
        return spec.latest()
    if at == NEWEST:
        return spec.max_timestamp()
    return spec.for_timestamp(at)
