# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kafka cluster in memory: its state, and what a test makes happen to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.clusters import Broker
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import Message
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    Partition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    TIMED_OUT,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    EARLIEST,
    LATEST,
    NEWEST,
    Offset,
    TopicPartition,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.quotas import Entity, Values
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.scram import (
    MECHANISMS,
    Credential,
    Upsertion,
)

from .topic_config import BROKER_DEFAULTS

if TYPE_CHECKING:
    from .gateway import FakeGateway
    from .logins import FakeApplication
    from .replicas import Move

CLUSTER = "kafka-cluster"  # the cluster as the resource of an ACL
WRITES = (
    "alter_partition_reassignments",
    "alter_quotas",
    "create_acls",
    "create_partitions",
    "create_topics",
    "delete_acls",
    "delete_topics",
    "delete_users",
    "elect_leaders",
    "incremental_alter_broker_configs",
    "incremental_alter_configs",
    "upsert_users",
)
CORDONED = "cordoned.log.dirs"
LOG_DIR = "/var/lib/kafka"  # the only one of each broker
RECORD_BYTES = 100  # what each record takes
TIMEOUT = "Failed while waiting for response from broker: Local: Timed out"

NEW_GROUP = Group(active=frozenset(), committed=frozenset())

# what became of a write whose answer got lost: the controller did it, or never received it
Fate = Literal["applied", "dropped"]
# takes "create" or "alter", the name of a topic and its config; returns why it refuses
Policy = Callable[[str, str, Mapping[str, str]], str | None]


class Log(NamedTuple):
    """The records of a partition.

    `timestamps`: of all records that were ever written. `first`: the offset of the first record
    that was not deleted since. `messages`: by offset, the records that have more than a timestamp.
    """

    timestamps: tuple[int, ...] = ()
    first: int = 0
    messages: Mapping[int, Message] = {}

    def offset(self, at: int) -> Offset:
        if at == EARLIEST:
            return Offset(self.first, -1)
        if at == LATEST:
            return Offset(len(self.timestamps), -1)
        if at == NEWEST:
            return self._newest()
        for offset, timestamp in enumerate(self.timestamps):
            if offset >= self.first and timestamp >= at:
                return Offset(offset, timestamp)
        return Offset(-1, -1)

    def _newest(self) -> Offset:
        # deleted records count until their segment is deleted
        if not self.timestamps:
            return Offset(-1, -1)
        newest = max(self.timestamps)
        return Offset(self.timestamps.index(newest), newest)


class Stored(NamedTuple):
    """A topic as the controller has it, and the logs of the partitions ever written to."""

    partitions: tuple[Partition, ...]
    config: Mapping[str, str]
    internal: bool = False
    logs: Mapping[int, Log] = {}
    topic_id: str = ""


class Disk(NamedTuple):
    """The volume of a broker's only log dir; None where the broker does not say."""

    total_bytes: int | None = 10**12
    usable_bytes: int | None = 10**12


class FakeCluster:
    """An argument names a config key with _ instead of the dots."""

    def __init__(self, brokers: int = 1, **broker_config: str) -> None:
        self.brokers = tuple(map(_broker, range(1, brokers + 1)))
        self.broker_config: dict[str, str | None] = {**BROKER_DEFAULTS, **dotted(broker_config)}
        self.topics: Mapping[str, Stored] = {}
        self._made = 0
        # what a broker that lags behind still shows to a new connection
        self.lagging: Mapping[str, Stored] = {}
        self.groups: dict[str, Group] = {}
        # by group: the offsets that it has committed
        self.committed: defaultdict[str, dict[tuple[str, int], int]] = defaultdict(dict)
        self.requests: Counter[str] = Counter()
        self.notices: list[str] = []
        # by ACL operation: the topics (or CLUSTER) on which the principal lacks it
        self.denied: defaultdict[str, set[str]] = defaultdict(set)
        self.policy: Policy = accept
        # by kind of write or validation: what becomes of the next ones, whose answers get lost
        self.fates: defaultdict[str, list[Fate]] = defaultdict(list)
        # what the client library returns when an answer gets lost
        self.loss = Rejection(TIMED_OUT, "_TIMED_OUT", TIMEOUT)
        # by kind of request and its number: what another client does before it
        self._before: dict[tuple[str, int], Callable[[], object]] = {}
        # of the next connections: how many calls of describe_topics miss a write
        self.lags: list[int] = []
        # of the next moves: how many listings show each under way; None: until finish_moves()
        self.looks: int | None = 1
        # the moves under way
        self.moves: dict[TopicPartition, Move] = {}
        # by broker: the config that was set on it while it ran
        self.dynamic: defaultdict[int, dict[str, str]] = defaultdict(dict)
        self.disks: defaultdict[int, Disk] = defaultdict(Disk)
        # by partition: the bytes of a replica, if they are not those of its records
        self.sizes: dict[TopicPartition, int] = {}
        self.principal: str | None = "User:ANONYMOUS"
        # by another client, too, which has words for all of Kafka's
        self.acls: frozenset[Binding] = frozenset()
        self.quotas: Mapping[Entity, Values] = {}
        # other principals than that of the run, by name
        self.applications: dict[str, FakeApplication] = {}
        # as which user the connection logs in
        self.user: str | None = None
        self.users: dict[Credential, Upsertion] = {}
        # what the listener offers, and why it cannot be reached at all
        self.mechanisms: set[str] = {*MECHANISMS}
        self.unreachable = ""
        # the tries to log in, in their order
        self.logins: list[Credential] = []
        # the brokers that do not answer
        self.silent: set[int] = set()

    def before(self, kind: str, do: Callable[[], object], call: int = 1) -> None:
        """Another client does something before the request of this kind with this number."""
        assert (kind, call) not in self._before
        self._before[kind, call] = do

    def arrive(self, kind: str) -> None:
        """A request arrives."""
        self.requests[kind] += 1
        if do := self._before.get((kind, self.requests[kind])):
            do()

    def written(self) -> int:
        """Requests so far that could have changed something."""
        return sum(self.requests[kind] for kind in WRITES)

    def next_fate(self, kind: str) -> Fate | None:
        return self.fates[kind].pop(0) if self.fates[kind] else None

    def connect(self) -> FakeGateway:
        from .gateway import FakeGateway

        return FakeGateway(self, self.lags.pop(0) if self.lags else 0)

    def commit(self, changed: Mapping[str, Stored | None]) -> None:
        """The controller replaces topics, and deletes those that are None."""
        merged = {**self.topics, **changed}
        # a new mapping each time: views that lag behind hold an older one
        self.topics = {
            name: topic._replace(topic_id=topic.topic_id or self._topic_id(name))
            for name, topic in merged.items()
            if topic is not None
        }
        self.lagging = self.topics

    def _topic_id(self, name: str) -> str:
        """That of the topic that is replaced, or one that none had."""
        if name in self.topics:
            return self.topics[name].topic_id
        self._made += 1
        return f"id-{self._made}"

    def put(
        self,
        name: str,
        partitions: int = 1,
        replicas: int = 1,
        in_sync: int | None = None,
        internal: bool = False,
        **config: str,
    ) -> None:
        """Another client creates or replaces a topic."""
        kept = replicas if in_sync is None else in_sync
        laid_out = []
        for partition in self.placed(range(partitions), replicas):
            isr = partition.isr[:kept]
            leader = partition.leader if isr else None
            laid_out.append(partition._replace(leader=leader, isr=isr))
        topic = Stored(tuple(laid_out), dotted(config), internal)
        self.commit({name: topic})

    def drop(self, name: str) -> None:
        """Another client deletes a topic."""
        self.commit({name: None})

    def placed(self, ids: Iterable[int], replicas: int) -> Iterable[Partition]:
        """Partitions as the controller places them."""
        cordoned = self.cordoned()
        takers = [broker.id for broker in self.brokers if broker.id not in cordoned]
        for number in ids:
            turns = range(number, number + replicas)
            nodes = tuple(takers[turn % len(takers)] for turn in turns)
            yield Partition(number, nodes[0], nodes, nodes)

    def produce(self, name: str, *timestamps: int, partition: int = 0) -> None:
        """Another client produces a record for each timestamp."""
        log = self.topics[name].logs.get(partition, Log())
        grown = log._replace(timestamps=log.timestamps + timestamps)
        self._rewrite(name, partition, grown)

    def write(self, name: str, partition: int, message: Message, timestamp: int) -> int:
        """Any client writes a message. Returns its offset."""
        log = self.topics[name].logs.get(partition, Log())
        offset = len(log.timestamps)
        timestamps = (*log.timestamps, timestamp)
        messages = {**log.messages, offset: message}
        self._rewrite(name, partition, Log(timestamps, log.first, messages))
        return offset

    def delete_records(self, name: str, before: int, partition: int = 0) -> None:
        """Another client deletes the records before an offset."""
        log = self.topics[name].logs[partition]
        self._rewrite(name, partition, log._replace(first=before))

    def commit_offsets(self, group: str, name: str, *offsets: int | None) -> None:
        """A group commits an offset of each partition from 0 on; None commits none."""
        known = self.groups.get(group, NEW_GROUP)
        committed = known.committed | {name}
        self.groups[group] = known._replace(committed=committed)
        for partition, offset in enumerate(offsets):
            if offset is not None:
                self.committed[group][name, partition] = offset

    def finish_moves(self) -> None:
        """All replicas under way arrive, but for moves that never end."""
        from .replicas import settle

        for place, move in list(self.moves.items()):
            if move.ends and place.topic in self.topics:
                settle(self, place, move)

    def cordoned(self) -> set[int]:
        """The brokers that take no new replicas."""
        if CORDONED not in self.broker_config:
            # an older Kafka takes any key, and knows none
            return set()
        found = set()
        for broker in self.brokers:
            config = self.dynamic.get(broker.id, {})
            dirs = config.get(CORDONED, self.broker_config[CORDONED])
            if dirs in ("*", LOG_DIR):
                found.add(broker.id)
        return found

    def lay_out(self, name: str, partition: Partition) -> None:
        """The controller replaces a partition."""
        topic = self.topics[name]
        laid_out = [partition if old.id == partition.id else old for old in topic.partitions]
        self.commit({name: topic._replace(partitions=tuple(laid_out))})

    def size(self, place: TopicPartition) -> int:
        """Of each replica in bytes."""
        logs = self.topics[place.topic].logs
        log = logs.get(place.partition, Log())
        records = len(log.timestamps) - log.first
        return self.sizes.get(place, records * RECORD_BYTES)

    def _rewrite(self, name: str, partition: int, log: Log) -> None:
        topic = self.topics[name]
        logs = {**topic.logs, partition: log}
        self.commit({name: topic._replace(logs=logs)})


def _broker(number: int) -> Broker:
    return Broker(number, f"broker-{number}", 9092, None)


def accept(_kind: str, _name: str, _config: Mapping[str, str]) -> None:
    """The policy of a cluster that has none."""


def dotted(config: Mapping[str, str]) -> dict[str, str]:
    return {key.replace("_", "."): value for key, value in config.items()}
