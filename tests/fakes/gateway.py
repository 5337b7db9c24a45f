# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kafka cluster in memory, behind the Gateway protocol. tests/contract holds it to what real brokers do."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeVar

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.clusters import (
    Broker,
    Cluster,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.configs import (
    ConfigValue,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.groups import Group
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.records import Message
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.gateway.topics import (
    NewTopic,
    Partition,
    Topic,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.errors import (
    CLUSTER_AUTHORIZATION_FAILED,
    GROUP_AUTHORIZATION_FAILED,
    INVALID_CONFIG,
    INVALID_PARTITIONS,
    TIMED_OUT,
    TOPIC_ALREADY_EXISTS,
    TOPIC_AUTHORIZATION_FAILED,
    UNKNOWN_TOPIC,
    Acknowledgements,
    Answers,
    Rejection,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    EARLIEST,
    LATEST,
    NEWEST,
    Offset,
)
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config import default_of
from ansible_collections.omninode.kafka.plugins.module_utils._topic.config_keys import KEYS

from .log import FakeLog
from .topic_config import BROKER_DEFAULTS, conflict, stored

(
    LEADER_NOT_AVAILABLE,
    INVALID_TOPIC,
    INVALID_REPLICATION_FACTOR,
    INVALID_REQUEST,
    POLICY_VIOLATION,
    DELETION_DISABLED,
) = 5, 17, 38, 42, 44, 73
MOST_RECORDS = 10_000  # of one request, as the controller counts them
OPERATIONS = frozenset(
    {"ALTER", "ALTER_CONFIGS", "CREATE", "DELETE", "DESCRIBE", "DESCRIBE_CONFIGS", "READ", "WRITE"}
)
CLUSTER = "kafka-cluster"  # the cluster as the resource of an ACL
CLUSTER_OPERATIONS = frozenset(
    {
        "ALTER",
        "ALTER_CONFIGS",
        "CLUSTER_ACTION",
        "CREATE",
        "DESCRIBE",
        "DESCRIBE_CONFIGS",
        "IDEMPOTENT_WRITE",
    }
)
GROUP_DENIED = Rejection(
    GROUP_AUTHORIZATION_FAILED,
    "GROUP_AUTHORIZATION_FAILED",
    "LISTCONSUMERGROUPOFFSETS worker coordinator request failed: Broker: Group authorization failed",
)
NO_LEADERS = Rejection(-156, "_NOENT", "Failed to query partition leaders: No leaders found")

T = TypeVar("T")
# how a write ends whose answer gets lost: the controller did it, or never saw it
Fate = Literal["applied", "dropped"]


class Log(NamedTuple):
    """A partition's records: the timestamps of all that were ever written, and the offset of the first one that was not deleted since.

    `messages`: those that are more than a timestamp, by offset.
    """

    timestamps: tuple[int, ...] = ()
    first: int = 0
    messages: Mapping[int, Message] = {}

    def offset(self, at: int) -> Offset:
        if at == EARLIEST:
            return Offset(self.first, -1)
        if at == LATEST:
            return Offset(len(self.timestamps), -1)
        records = list(enumerate(self.timestamps))
        # deleted records still count for the newest one, until their segment goes
        later = (
            [record for record in records if record[1] == max(self.timestamps)]
            if at == NEWEST
            else [r for r in records[self.first :] if r[1] >= at]
        )
        return Offset(*later[0]) if later else Offset(-1, -1)


class Stored(NamedTuple):
    """A topic as the controller has it, and the logs of the partitions that were ever written to."""

    partitions: tuple[Partition, ...]
    config: Mapping[str, str]
    internal: bool = False
    logs: Mapping[int, Log] = {}


Judgement = Stored | Rejection | None  # what a write makes of a topic; None: it is deleted


class FakeCluster:
    """The controller's truth, what it was asked, and what a test makes happen to it."""

    def __init__(self, brokers: int = 1, **broker_config: str) -> None:
        self.brokers = tuple(
            Broker(number, f"broker-{number}", 9092, None) for number in range(1, brokers + 1)
        )
        self.broker_config: dict[str, str | None] = {
            **BROKER_DEFAULTS,
            **{key.replace("_", "."): value for key, value in broker_config.items()},
        }
        self.topics: Mapping[str, Stored] = {}
        # what a broker that lags behind still shows to a new connection
        self.lagging: Mapping[str, Stored] = {}
        self.groups: dict[str, Group] = {}
        # by group: where it goes on reading
        self.committed: defaultdict[str, dict[tuple[str, int], int]] = defaultdict(dict)
        self.requests: Counter[str] = Counter()
        self.notices: list[str] = []
        # ACL operation -> the topics (or CLUSTER) on which the principal lacks it
        self.denied: defaultdict[str, set[str]] = defaultdict(set)
        # refuses ("create" or "alter", topic name, config) with a text
        self.policy: Callable[[str, str, Mapping[str, str]], str | None] = (
            lambda _kind, _name, _config: None
        )
        # by kind of write or validation, for each of the next ones: its answer gets lost
        self.fates: defaultdict[str, list[Fate]] = defaultdict(list)
        # what the client says of a lost answer
        self.loss = Rejection(
            TIMED_OUT,
            "_TIMED_OUT",
            "Failed while waiting for response from broker: Local: Timed out",
        )
        # by kind of request, before each of the next ones: what another client does
        self.meanwhile: defaultdict[str, list[Callable[[], object]]] = defaultdict(list)
        # by kind of request and its number: what another client does before it
        self._before: dict[tuple[str, int], Callable[[], object]] = {}
        # of the next connections: for how many calls of describe_topics a write stays invisible to them
        self.lags: list[int] = []

    def before(self, kind: str, call: int, do: Callable[[], object]) -> None:
        """Before that request of this kind, which are counted from 1, another client does something."""
        self._before[kind, call] = do

    def arrive(self, kind: str) -> None:
        self.requests[kind] += 1
        if self.meanwhile[kind]:
            self.meanwhile[kind].pop(0)()
        if do := self._before.get((kind, self.requests[kind])):
            do()

    def connect(self) -> FakeGateway:
        return FakeGateway(self, self.lags.pop(0) if self.lags else 0)

    def commit(self, changed: Mapping[str, Stored | None]) -> None:
        # a new mapping each time: views that lag behind hold an older one
        self.topics = self.lagging = {
            name: topic for name, topic in {**self.topics, **changed}.items() if topic is not None
        }

    def put(
        self,
        name: str,
        partitions: int = 1,
        replicas: int = 1,
        in_sync: int | None = None,
        internal: bool = False,
        **config: str,
    ) -> None:
        """Another client creates or replaces a topic; config keys with _ for the dots."""
        kept = replicas if in_sync is None else in_sync
        laid_out = tuple(
            Partition(p.id, p.leader if kept else None, p.replicas, p.isr[:kept])
            for p in self.placed(range(partitions), replicas)
        )
        self.commit(
            {
                name: Stored(
                    laid_out,
                    {key.replace("_", "."): value for key, value in config.items()},
                    internal,
                )
            }
        )

    def produce(self, name: str, *timestamps: int, partition: int = 0) -> None:
        """Another client produces a record for each timestamp."""
        log = self.topics[name].logs.get(partition, Log())
        self._rewrite(name, partition, log._replace(timestamps=log.timestamps + timestamps))

    def write(self, name: str, partition: int, message: Message, timestamp: int) -> int:
        """Anybody writes a message, to the offset that is returned."""
        log = self.topics[name].logs.get(partition, Log())
        offset = len(log.timestamps)
        self._rewrite(
            name,
            partition,
            log._replace(
                timestamps=(*log.timestamps, timestamp), messages={**log.messages, offset: message}
            ),
        )
        return offset

    def delete_records(self, name: str, before: int, partition: int = 0) -> None:
        """Another client deletes the records before an offset."""
        self._rewrite(name, partition, self.topics[name].logs[partition]._replace(first=before))

    def commit_offsets(self, group: str, name: str, *offsets: int | None) -> None:
        """A group commits an offset of each partition from 0 on; None commits none."""
        known = self.groups.get(group, Group(frozenset(), frozenset()))
        self.groups[group] = known._replace(committed=known.committed | {name})
        self.committed[group] |= {
            (name, partition): offset
            for partition, offset in enumerate(offsets)
            if offset is not None
        }

    def _rewrite(self, name: str, partition: int, log: Log) -> None:
        topic = self.topics[name]
        self.commit({name: topic._replace(logs={**topic.logs, partition: log})})

    def drop(self, name: str) -> None:
        self.commit({name: None})

    def placed(self, ids: Iterable[int], replicas: int) -> Iterable[Partition]:
        for number in ids:
            nodes = tuple(
                self.brokers[(number + offset) % len(self.brokers)].id for offset in range(replicas)
            )
            yield Partition(number, nodes[0], nodes, nodes)

    def written(self) -> int:
        """Requests so far that could have changed something."""
        writes = (
            "create_topics",
            "create_partitions",
            "incremental_alter_configs",
            "delete_topics",
        )
        return sum(self.requests[kind] for kind in writes)


class FakeGateway:
    """One connection. Its answers may lag behind the controller, as those of a broker do."""

    def __init__(self, cluster: FakeCluster, lag: int = 0) -> None:
        self._cluster = cluster
        self._lag = lag
        self._stale_reads = 0
        self._seen = cluster.lagging if lag else cluster.topics

    def describe_cluster(self) -> Cluster:
        return Cluster(
            "fake-cluster-id-000000",
            self._cluster.brokers,
            CLUSTER_OPERATIONS - self._lacking(CLUSTER),
        )

    def list_topics(self) -> frozenset[str]:
        self._arrive("list_topics")
        self._refresh()
        return frozenset(self._seen) - self._cluster.denied["DESCRIBE"]

    def describe_topics(self, names: Sequence[str]) -> Answers[Topic]:
        self._arrive("describe_topics")
        if self._seen is not self._cluster.topics and self._stale_reads < self._lag:
            self._stale_reads += 1
        else:
            self._seen, self._stale_reads = self._cluster.topics, 0
        if len(set(names)) < len(names):
            return {
                name: Rejection(-186, "_INVALID_ARG", "Duplicate topics not allowed")
                for name in names
            }
        return {name: self._readable(name, "DESCRIBE") or self._described(name) for name in names}

    def describe_configs(self, names: Sequence[str]) -> Answers[Mapping[str, ConfigValue]]:
        self._arrive("describe_configs")
        self._refresh()
        return {
            name: self._readable(name, "DESCRIBE_CONFIGS") or self._configured(name)
            for name in names
        }

    def list_offsets(
        self, wanted: Mapping[tuple[str, int], int]
    ) -> Mapping[tuple[str, int], Offset | Rejection]:
        self._arrive("list_offsets")
        self._refresh()
        found = {
            (name, number): self._readable(name, "DESCRIBE") or self._offset(name, number, at)
            for (name, number), at in wanted.items()
        }
        # the client asks who leads first, and gives up when nobody leads anything
        return (
            found
            if any(isinstance(answer, Offset) for answer in found.values())
            else dict.fromkeys(wanted, NO_LEADERS)
        )

    def describe_consumer_groups(self) -> Mapping[str, Group] | Rejection:
        self._arrive("describe_consumer_groups")
        if CLUSTER in self._cluster.denied["DESCRIBE"]:
            return Rejection(
                CLUSTER_AUTHORIZATION_FAILED,
                "CLUSTER_AUTHORIZATION_FAILED",
                "Cluster authorization failed.",
            )
        return dict(self._cluster.groups)

    def list_consumer_groups(self) -> frozenset[str]:
        self._arrive("list_consumer_groups")
        return frozenset(self._cluster.groups) - self._cluster.denied["DESCRIBE"]

    def list_consumer_group_offsets(
        self, groups: Sequence[str]
    ) -> Answers[Mapping[tuple[str, int], int]]:
        self._arrive("list_consumer_group_offsets")
        hidden = self._cluster.denied["DESCRIBE"]
        return {
            group: GROUP_DENIED if group in hidden else dict(self._cluster.committed.get(group, {}))
            for group in groups
        }

    def describe_broker_config(self) -> Mapping[str, str | None] | Rejection:
        self._arrive("describe_broker_config")
        if CLUSTER in self._cluster.denied["DESCRIBE_CONFIGS"]:
            return Rejection(
                CLUSTER_AUTHORIZATION_FAILED,
                "CLUSTER_AUTHORIZATION_FAILED",
                "Cluster authorization failed.",
            )
        return self._cluster.broker_config

    def create_topics(self, topics: Iterable[NewTopic], validate_only: bool) -> Acknowledgements:
        asked = list(topics)
        twice = {
            name for name, times in Counter(topic.name for topic in asked).items() if times > 1
        }

        def judge(name: str, topic: NewTopic) -> Judgement:
            if name in twice:
                return Rejection(INVALID_REQUEST, "INVALID_REQUEST", "Duplicate topic name.")
            return self._created(topic)

        def records(topic: NewTopic) -> int:
            return 1 + self._partitions(topic) + len(topic.config)

        return self._write(
            "create_topics", {topic.name: topic for topic in asked}, validate_only, judge, records
        )

    def create_partitions(self, totals: Mapping[str, int], validate_only: bool) -> Acknowledgements:
        live = self._cluster.topics
        added = {
            name: total - len(live[name].partitions) if name in live else 0
            for name, total in totals.items()
        }
        return self._write(
            "create_partitions",
            totals,
            validate_only,
            self._grown,
            lambda _total: 0,
            sum(added.values()),
        )

    def incremental_alter_configs(
        self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool
    ) -> Acknowledgements:
        if not all(alterations.values()):
            raise ValueError(
                "expected non-empty list of ConfigEntry to alter incrementally in incremental_configs field"
            )
        return self._write(
            "incremental_alter_configs", alterations, validate_only, self._altered, len
        )

    def delete_topics(self, names: Sequence[str]) -> Acknowledgements:
        twice = {name for name, times in Counter(names).items() if times > 1}

        def judge(name: str, _unused: None) -> Judgement:
            if name in twice:
                return Rejection(INVALID_REQUEST, "INVALID_REQUEST", "Broker: Invalid request")
            if self._cluster.broker_config["delete.topic.enable"] == "false":
                return Rejection(
                    DELETION_DISABLED, "TOPIC_DELETION_DISABLED", "Topic deletion is disabled."
                )
            return self._denied(name, "DELETE") or self._unknown(name)

        return self._write("delete_topics", dict.fromkeys(names), False, judge, lambda _unused: 0)

    def api_versions(self) -> Mapping[str, tuple[int, int]]:
        return {"Metadata": (0, 13), "CreateTopics": (2, 7)}

    def notices(self) -> Sequence[str]:
        return tuple(self._cluster.notices)

    def another_view(self) -> FakeGateway:
        return self._cluster.connect()

    def log(self) -> FakeLog:
        return FakeLog(self._cluster)

    def _arrive(self, kind: str) -> None:
        self._cluster.arrive(kind)

    def _refresh(self) -> None:
        if not self._lag:
            self._seen = self._cluster.topics

    def _write(
        self,
        kind: str,
        items: Mapping[str, T],
        validate_only: bool,
        judge: Callable[[str, T], Judgement],
        records: Callable[[T], int],
        more_records: int = 0,
    ) -> Acknowledgements:
        asked = f"{kind} validate_only" if validate_only else kind
        self._arrive(asked)
        if more_records + sum(records(item) for item in items.values()) > MOST_RECORDS:
            return dict.fromkeys(
                items,
                Rejection(
                    POLICY_VIOLATION,
                    "POLICY_VIOLATION",
                    "Unable to perform excessively large batch operation.",
                ),
            )
        judgements = {name: judge(name, item) for name, item in items.items()}
        fate = self._cluster.fates[asked].pop(0) if self._cluster.fates[asked] else None
        if not validate_only and fate != "dropped":
            before = self._cluster.topics
            self._cluster.commit(
                {name: made for name, made in judgements.items() if not isinstance(made, Rejection)}
            )
            self._cluster.lagging = before
        if fate:
            return dict.fromkeys(items, self._cluster.loss)
        return {
            name: made if isinstance(made, Rejection) else None for name, made in judgements.items()
        }

    def _described(self, name: str) -> Topic:
        topic = self._seen[name]
        return Topic(name, topic.internal, topic.partitions, OPERATIONS - self._lacking(name))

    def _lacking(self, name: str) -> set[str]:
        return {operation for operation, names in self._cluster.denied.items() if name in names}

    def _offset(self, name: str, partition: int, at: int) -> Offset | Rejection:
        topic = self._seen[name]
        if topic.partitions[partition].leader is None:
            return Rejection(
                LEADER_NOT_AVAILABLE, "LEADER_NOT_AVAILABLE", "Broker: Leader not available"
            )
        return topic.logs.get(partition, Log()).offset(at)

    def _configured(self, name: str) -> Mapping[str, ConfigValue]:
        config = self._seen[name].config
        return {
            key: ConfigValue(
                config.get(key, default_of(key, self._cluster.broker_config)), key in config
            )
            for key, known in KEYS.items()
            if not known.until
        }

    def _created(self, topic: NewTopic) -> Judgement:
        name, cluster = topic.name, self._cluster
        if refused := self._denied(name, "CREATE") or _bad_name(name):
            return refused
        if name in cluster.topics:
            return Rejection(
                TOPIC_ALREADY_EXISTS, "TOPIC_ALREADY_EXISTS", f"Topic '{name}' already exists."
            )
        for other in cluster.topics:
            if other.replace(".", "_") == name.replace(".", "_"):
                return Rejection(
                    INVALID_TOPIC,
                    "TOPIC_EXCEPTION",
                    f"Topic '{name}' collides with existing topic: {other}",
                )
        config = _accepted(topic.config)
        if isinstance(config, Rejection):
            return config
        count = self._partitions(topic)
        replicas = (
            int(cluster.broker_config["default.replication.factor"] or 1)
            if topic.replication_factor == -1
            else topic.replication_factor
        )
        if count < 1:
            return Rejection(
                INVALID_PARTITIONS,
                "INVALID_PARTITIONS",
                "Number of partitions was set to an invalid non-positive value.",
            )
        if not 0 < replicas <= len(cluster.brokers):
            why = f"The target replication factor of {replicas} cannot be reached because only {len(cluster.brokers)} broker(s) are registered."
            return Rejection(
                INVALID_REPLICATION_FACTOR,
                "INVALID_REPLICATION_FACTOR",
                f"Unable to replicate the partition {replicas} time(s): {why}",
            )
        return self._policed("create", name, config) or Stored(
            tuple(cluster.placed(range(count), replicas)), config
        )

    def _partitions(self, topic: NewTopic) -> int:
        return (
            int(self._cluster.broker_config["num.partitions"] or 1)
            if topic.partitions == -1
            else topic.partitions
        )

    def _grown(self, name: str, total: int) -> Judgement:
        if refused := self._denied(name, "ALTER") or self._unknown(name):
            return refused
        topic = self._cluster.topics[name]
        live = len(topic.partitions)
        if total == live:
            return Rejection(
                INVALID_PARTITIONS, "INVALID_PARTITIONS", f"Topic already has {live} partition(s)."
            )
        if total < live:
            why = f"The topic {name} currently has {live} partition(s); {total} would not be an increase."
            return Rejection(INVALID_PARTITIONS, "INVALID_PARTITIONS", why)
        replicas = len(topic.partitions[0].replicas)
        return topic._replace(
            partitions=(*topic.partitions, *self._cluster.placed(range(live, total), replicas))
        )

    def _altered(self, name: str, changes: Mapping[str, str | None]) -> Judgement:
        if refused := self._denied(name, "ALTER_CONFIGS") or _bad_name(name) or self._unknown(name):
            return refused
        topic = self._cluster.topics[name]
        kept = {key: value for key, value in topic.config.items() if key not in changes}
        config = _accepted(
            {**kept, **{key: value for key, value in changes.items() if value is not None}}
        )
        if isinstance(config, Rejection):
            return config
        return self._policed("alter", name, config) or topic._replace(config=config)

    def _policed(self, kind: str, name: str, config: Mapping[str, str]) -> Rejection | None:
        text = self._cluster.policy(kind, name, config)
        return Rejection(POLICY_VIOLATION, "POLICY_VIOLATION", text) if text else None

    def _readable(self, name: str, operation: str) -> Rejection | None:
        if refused := _bad_name(name) or self._denied(name, operation):
            return refused
        return (
            None
            if name in self._seen
            else Rejection(
                UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PART", "Broker: Unknown topic or partition"
            )
        )

    def _denied(self, name: str, operation: str) -> Rejection | None:
        """Without DESCRIBE a topic is hidden from every operation, whether it exists or not."""
        if name in self._cluster.denied[operation] | self._cluster.denied["DESCRIBE"]:
            return Rejection(
                TOPIC_AUTHORIZATION_FAILED,
                "TOPIC_AUTHORIZATION_FAILED",
                "Broker: Topic authorization failed",
            )
        return None

    def _unknown(self, name: str) -> Rejection | None:
        return (
            None
            if name in self._cluster.topics
            else Rejection(
                UNKNOWN_TOPIC, "UNKNOWN_TOPIC_OR_PART", f"The topic '{name}' does not exist."
            )
        )


def _bad_name(name: str) -> Rejection | None:
    if re.fullmatch(r"[a-zA-Z0-9._-]{1,249}", name) and name not in (".", ".."):
        return None
    return Rejection(INVALID_TOPIC, "TOPIC_EXCEPTION", f"Topic name is invalid: '{name}'")


def _accepted(config: Mapping[str, Any]) -> dict[str, str] | Rejection:
    """The configuration as brokers keep it; of several mistakes they name one."""
    unknown = sorted(key for key in config if key not in KEYS or KEYS[key].until)
    if unknown:
        return Rejection(
            INVALID_CONFIG, "INVALID_CONFIG", f"Unknown topic config name: {unknown[0]}"
        )
    try:
        accepted = {key: stored(key, value) for key, value in config.items()}
        conflict(accepted)
    except ValueError as error:
        return Rejection(INVALID_CONFIG, "INVALID_CONFIG", str(error))
    return accepted
