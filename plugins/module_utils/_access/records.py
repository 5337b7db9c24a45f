# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves an access by records: each topic gets a marked one, or refuses it, and it is read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .._cluster.gateway.records import Log, Message, Record, Stored
from .._core.errors import ClusterUnreachable
from .._kafka.acls import TOPIC
from .._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    TOPIC_AUTHORIZATION_FAILED,
    Rejection,
)
from .._kafka.names import is_reserved
from .._kafka.operations import READ, WRITE
from .._kafka.partitions import TopicPartition
from .judge import EXCESS, MISSING, PROVED, UNKNOWN, Access

# the name of the header, and the key: the same in each run, so that a compacted topic keeps one
MARK = "omninode.kafka.access-proof"
SKIPPED = "skipped"
APPLICATION, RUN = "application", "run"
WRITTEN, REFUSED = "written", "refused"
# a producer gets its ID for WRITE on any topic (KIP-679), so the second one says: on none
_DENIED = (TOPIC_AUTHORIZATION_FAILED, CLUSTER_AUTHORIZATION_FAILED)
_NOT_IN_CHECK_MODE = "check mode writes no records"


class Trial(NamedTuple):
    """A record to write. `reader`: who reads it back."""

    topic: str
    expected: str
    reader: str


class Tried(NamedTuple):
    """What became of it. `read_by`: None while nobody has read it back.

    `lost`: whether it may have been written, although nobody knows where.
    """

    topic: str
    expected: str
    status: str
    why: str = ""
    partition: int | None = None
    offset: int | None = None
    read_by: str | None = None
    lost: bool = False

    @property
    def place(self) -> TopicPartition | None:
        """Where it was written."""
        if self.partition is None:
            return None
        return TopicPartition(self.topic, self.partition)

    def as_result(self) -> dict[str, Any]:
        fields = self._asdict()
        del fields["lost"]
        return fields


def trials(found: Iterable[Access]) -> list[Trial]:
    """Only where the operations are as declared: the other differences are known already.

    Kafka's own topics are left alone.
    """
    wanted = []
    for access in found:
        target, may = access.target, access.may
        is_topic = target.pattern.resource_type == TOPIC and target.exists
        if may is None or not is_topic or is_reserved(target.asked):
            continue
        is_declared = WRITE in target.declared
        if is_declared != (WRITE in may):
            continue
        expected = WRITTEN if is_declared else REFUSED
        reader = APPLICATION if READ in may else RUN
        wanted.append(Trial(target.asked, expected, reader))
    return wanted


def skipped(wanted: Iterable[Trial]) -> list[Tried]:
    found = []
    for trial in wanted:
        tried = Tried(trial.topic, trial.expected, SKIPPED, _NOT_IN_CHECK_MODE)
        found.append(tried)
    return found


def try_all(
    wanted: Sequence[Trial], logs: Mapping[str, Log], mark: str, seconds: float
) -> list[Tried]:
    """`logs`: those of the APPLICATION and of the RUN. `seconds`: what reading back may take."""
    message = marked(mark)
    tried = _write(wanted, logs[APPLICATION], message)
    for reader, log in logs.items():
        mine = [trial for trial in wanted if trial.reader == reader]
        written = [tried[trial] for trial in mine]
        read = _read(log, written, seconds)
        for trial, each in zip(mine, written, strict=True):
            tried[trial] = _read_back(each, reader, read, message)
    return [*tried.values()]


def marked(mark: str) -> Message:
    value = json.dumps({MARK: mark})
    header = (MARK, mark.encode())
    return Message(MARK.encode(), value.encode(), (header,))


def _write(wanted: Iterable[Trial], log: Log, message: Message) -> dict[Trial, Tried]:
    """Once the cluster is out of reach, it is asked no more."""
    tried = {}
    unreachable = ""
    for trial in wanted:
        if not unreachable:
            try:
                [answer] = log.publish(trial.topic, [message])
                tried[trial] = _told(trial, answer)
                continue
            except ClusterUnreachable as error:
                unreachable = str(error)
        tried[trial] = Tried(trial.topic, trial.expected, UNKNOWN, f"not tried: {unreachable}")
    return tried


def _told(trial: Trial, answer: Stored | Rejection) -> Tried:
    tried = Tried(trial.topic, trial.expected, PROVED)
    if isinstance(answer, Stored):
        tried = tried._replace(partition=answer.partition, offset=answer.offset)
        if trial.expected == WRITTEN:
            return tried
        return tried._replace(status=EXCESS, why="a record was written that has to be refused")
    tried = tried._replace(why=str(answer))
    if answer.code not in _DENIED:
        return tried._replace(status=UNKNOWN, lost=answer.lost)
    if trial.expected == REFUSED:
        return tried
    why = f"a record that may be written was refused: {answer}"
    return tried._replace(status=MISSING, why=why)


def _read(
    log: Log, tried: Iterable[Tried], seconds: float
) -> dict[TopicPartition, Record | Rejection]:
    start = {}
    for each in tried:
        if each.place and each.offset is not None:
            start[each.place] = each.offset
    if not start:
        return {}
    try:
        reading = log.read(start, 1, seconds)
    except ClusterUnreachable:
        # what was written is told nevertheless
        return {}
    found: dict[TopicPartition, Record | Rejection] = dict(reading.refused)
    for record in reading.records:
        found[record.place] = record
    return found


def _read_back(
    tried: Tried,
    reader: str,
    read: Mapping[TopicPartition, Record | Rejection],
    message: Message,
) -> Tried:
    if not tried.place:
        return tried
    answer = read.get(tried.place)
    if isinstance(answer, Record):
        found = (answer.offset, answer.key, answer.value, answer.headers)
        if found == (tried.offset, *message):
            return tried._replace(read_by=reader)
    if tried.status == EXCESS:
        return tried
    why = "nothing shows it at its offset"
    if isinstance(answer, Rejection):
        why = f"the principal of the {reader} may not: {answer}"
    return tried._replace(status=UNKNOWN, why=f"it was written, but not read back: {why}")
