# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gateway on confluent-kafka's AdminClient. Only files named `confluent*` know the client library."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from .._core.errors import ClusterUnreachable
from .confluent_client import Journal, cause, client, rejection
from .confluent_log import ConfluentLog
from .connection import Connection
from .diagnosis import listing, names_known_server, troubles
from .gateway import (
    CLUSTER_AUTHORIZATION_FAILED,
    EARLIEST,
    LATEST,
    NEWEST,
    TIMED_OUT,
    Answers,
    Broker,
    Cluster,
    ConfigValue,
    Group,
    NewTopic,
    Offset,
    Partition,
    Rejection,
    Topic,
)

IMPORT_ERROR: str | None = None
try:
    from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicCollection, TopicPartition
    from confluent_kafka.admin import (
        AdminClient,
        AlterConfigOpType,
        ConfigEntry,
        ConfigResource,
        NewPartitions,
        OffsetSpec,
        ResourceType,
    )
    from confluent_kafka.admin import NewTopic as _NewTopic
except ImportError:
    IMPORT_ERROR = traceback.format_exc()

# An unreachable cluster is reported within 10 seconds: librdkafka notices a silent peer once a second after its 5.
_CONNECT_SECONDS = 7.0
_UNSTICK_SECONDS = 3.0
# After all servers failed once, retries (each 100 ms) still get this long: "localhost" may be refused on ::1 and answer on 127.0.0.1.
_GRACE_SECONDS = 2.0
_OVERRIDE = 1  # ConfigSource DYNAMIC_TOPIC_CONFIG; `is_default` misleads for values set on the broker
_CONTROLLER_SIGN = "Required feature not supported"  # a KRaft controller's listener; librdkafka raises no error for it
_LONGEST_SECONDS = 3600.0  # the client library takes no more
_ITEMS_PER_SECOND = 20  # what a slow controller surely creates; stretches the time given to a large write

T = TypeVar("T")


class ConfluentGateway:
    """Implements the Gateway protocol."""

    def __init__(self, connection: Connection, journal_features: bool = False) -> None:
        """Connects. Raises ClusterUnreachable with the cause, or when `cluster_id` pins another cluster."""
        self._connection = connection
        self._journal = Journal()
        self._throttled: Counter[str] = Counter()
        self._known: tuple[Broker, ...] = ()
        self._admin = self._client(journal_features)
        self._cluster = self._probe()
        pinned = connection.cluster_id
        if pinned and pinned != self._cluster.cluster_id:
            raise ClusterUnreachable(f"refused to work on {connection.address}: it is cluster {self._cluster.cluster_id}, but cluster_id pins {pinned}")

    def cluster(self) -> Cluster:
        return self._cluster

    def topic_names(self) -> frozenset[str]:
        return frozenset(self._listed().topics)

    def describe_topics(self, names: Sequence[str]) -> Answers[Topic]:
        return self._ask(
            lambda timeout: self._admin.describe_topics(TopicCollection(list(names)), include_authorized_operations=True, request_timeout=timeout),
            _topic,
        )

    def describe_configs(self, names: Sequence[str]) -> Answers[Mapping[str, ConfigValue]]:
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
        return self._ask(lambda timeout: self._admin.describe_configs(resources, request_timeout=timeout), _config)

    def offsets(self, wanted: Mapping[tuple[str, int], int]) -> Mapping[tuple[str, int], Offset | Rejection]:
        specs = {TopicPartition(topic, partition): _offset_spec(at) for (topic, partition), at in wanted.items()}
        futures = self._admin.list_offsets(specs, request_timeout=self._connection.timeout)
        found: dict[tuple[str, int], Offset | Rejection] = {}
        for place, future in futures.items():
            try:
                answer = future.result()
                found[place.topic, place.partition] = Offset(answer.offset, answer.timestamp)
            except KafkaException as error:
                found[place.topic, place.partition] = rejection(error.args[0])
        return found

    def groups(self) -> Mapping[str, Group] | Rejection:
        operations = self._cluster.operations
        if operations is None or "DESCRIBE" not in operations:
            return Rejection(CLUSTER_AUTHORIZATION_FAILED, "CLUSTER_AUTHORIZATION_FAILED", "without DESCRIBE on the cluster some groups may be hidden")
        try:
            names = self._group_names()
            return dict(zip(names, self._groups_of(names), strict=True))
        except KafkaException as error:
            return rejection(error.args[0])

    def group_names(self) -> frozenset[str]:
        try:
            return frozenset(self._group_names())
        except KafkaException as error:
            raise ClusterUnreachable(f"cannot list the consumer groups of {self._connection.address}: {error.args[0].str()}") from error

    def committed(self, groups: Sequence[str]) -> Answers[Mapping[tuple[str, int], int]]:
        return self._collect(self._offsets_of(groups), _committed)

    def _group_names(self) -> list[str]:
        return [listed.group_id for listed in self._admin.list_consumer_groups(request_timeout=self._connection.timeout).result().valid]

    def _offsets_of(self, groups: Sequence[str]) -> dict[str, Future[Any]]:
        # the client library takes one group a call; all calls are under way at once
        asked = [ConsumerGroupTopicPartitions(name) for name in groups]
        timeout = self._connection.timeout
        return {group.group_id: self._admin.list_consumer_group_offsets([group], request_timeout=timeout)[group.group_id] for group in asked}

    def _groups_of(self, names: Sequence[str]) -> Iterator[Group]:
        if not names:
            return
        described = self._admin.describe_consumer_groups(list(names), request_timeout=self._connection.timeout)
        for name, offsets in self._offsets_of(names).items():
            members = described[name].result().members
            active = {place.topic for member in members for place in (member.assignment.topic_partitions if member.assignment else ())}
            yield Group(frozenset(active), frozenset(place.topic for place in offsets.result().topic_partitions))

    def broker_config(self) -> Mapping[str, str | None] | Rejection:
        answer = Rejection(TIMED_OUT, "_TIMED_OUT", "no broker is known")
        limit = min(_CONNECT_SECONDS, self._connection.timeout)
        for broker in self._cluster.brokers:
            resource = ConfigResource(ResourceType.BROKER, str(broker.id))
            answers = self._collect(self._admin.describe_configs([resource], request_timeout=limit), _config)
            found = answers[str(broker.id)]
            if not isinstance(found, Rejection):
                return {key: entry.value for key, entry in found.items()}
            answer = found
            if not found.lost:
                return found
        raise ClusterUnreachable(f"cannot read a broker's configuration from {self._connection.address}: {answer} ({self._standing()})")

    def create_topics(self, topics: Iterable[NewTopic], validate_only: bool) -> Mapping[str, Rejection | None]:
        new = [
            _NewTopic(topic.name, num_partitions=topic.partitions, replication_factor=topic.replication_factor, config=dict(topic.config)) for topic in topics
        ]
        return self._order(len(new), lambda **times: self._admin.create_topics(new, validate_only=validate_only, **times), validate_only)

    def create_partitions(self, totals: Mapping[str, int], validate_only: bool) -> Mapping[str, Rejection | None]:
        new = [NewPartitions(name, total) for name, total in totals.items()]
        return self._order(len(new), lambda **times: self._admin.create_partitions(new, validate_only=validate_only, **times), validate_only)

    def alter_configs(self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool) -> Mapping[str, Rejection | None]:
        resources = [ConfigResource(ResourceType.TOPIC, name, incremental_configs=_entries(changes)) for name, changes in alterations.items()]

        def send(request_timeout: float, **_times: float) -> Mapping[Any, Future[Any]]:
            return self._admin.incremental_alter_configs(resources, validate_only=validate_only, request_timeout=request_timeout)

        return self._order(len(resources), send, validate_only)

    def delete_topics(self, names: Sequence[str]) -> Mapping[str, Rejection | None]:
        return self._order(len(names), lambda **times: self._admin.delete_topics(list(names), **times))

    def api_versions(self) -> Mapping[str, tuple[int, int]]:
        # librdkafka keeps them to itself, but logs each one under debug=feature: "ApiKey Fetch (1) Versions 4..18"
        found: dict[str, tuple[int, int]] = {}
        for line in self._journal.debug_lines:
            _prefix, sign, rest = line.partition("  ApiKey ")
            if sign:
                name, _space, versions = rest.replace("Request ", " ").partition(" ")
                low, high = versions.split()[-1].split("..")
                found.setdefault(name, (int(low), int(high)))
        return found

    def notices(self) -> Sequence[str]:
        self._admin.poll(0)
        return tuple(
            f"a quota on this client throttled it: broker {broker} held its requests back for {seconds:.1f} s in all (raise timeout, or the quota)"
            for broker, seconds in self._throttled.items()
        )

    def another_view(self) -> ConfluentGateway:
        known = (*self._connection.bootstrap_servers, *(broker.address for broker in self._cluster.brokers))
        servers = tuple(dict.fromkeys(known))
        return ConfluentGateway(replace(self._connection, bootstrap_servers=servers, cluster_id=self._cluster.cluster_id))

    def log(self) -> ConfluentLog:
        return ConfluentLog(self._connection)

    def _client(self, journal_features: bool) -> AdminClient:
        debug = {"debug": "feature"} if journal_features else {}
        return client(AdminClient, self._connection, self._journal, {**debug, "throttle_cb": self._on_throttle})

    def _on_throttle(self, event: Any) -> None:
        self._throttled[event.broker_name] += event.throttle_time

    def _probe(self) -> Cluster:
        limit = min(_CONNECT_SECONDS, self._connection.timeout)
        asked = time.monotonic()
        answer = self._admin.describe_cluster(include_authorized_operations=True, request_timeout=limit)
        # error_cb and the log are served only by poll(); the answer itself comes from another thread
        stuck = asked + _UNSTICK_SECONDS
        while not answer.done() and not self._hopeless(asked, limit):
            self._admin.poll(0.02)
            if time.monotonic() > stuck and self._journal.all_down is None:
                # a fresh client may wait for a controller that just died; a listing makes it look for another
                stuck = float("inf")
                self._unstick()
        error = answer.exception(0) if answer.done() else None
        if not answer.done() or error:
            self._admin.poll(0)
            why = self._answered(error) or cause(self._journal, self._connection)
            servers = self._connection.bootstrap_servers
            if any(names_known_server(line, servers) for line in self._journal.lines):
                why = self._standing()
            raise ClusterUnreachable(f"cannot reach {self._connection.address}: {why}")
        # what went wrong on the way here explains nothing that comes later
        self._journal.lines.clear()
        found = answer.result()
        self._known = tuple(sorted(Broker(node.id, node.host, node.port, node.rack) for node in found.nodes))
        return Cluster(found.cluster_id, self._known, _operations(found))

    def _standing(self) -> str:
        """Why nobody answered a request: which broker still answers, and what is wrong with the others."""
        answering = self._answering()
        self._admin.poll(0)
        known = [*self._connection.bootstrap_servers, *(broker.address for broker in self._known)]
        wrong = listing(troubles(self._journal.lines, known))
        if not answering:
            return wrong or "no broker answers"
        if not wrong:
            return f"{answering} answers, but no controller does: the controllers may lack a majority"
        return f"{answering} answers; {wrong}"

    def _answering(self) -> str:
        """The address of a broker that answers now; nothing where none does."""
        try:
            listed: Any = self._admin.list_topics(timeout=_UNSTICK_SECONDS)
        except KafkaException:
            return ""
        return str(listed.orig_broker_name).rpartition("/")[0]

    def _hopeless(self, asked: float, limit: float) -> bool:
        now = time.monotonic()
        controller_only = any(_CONTROLLER_SIGN in line for line in self._journal.lines)
        down_since = self._journal.all_down or (asked if controller_only else now)
        return now - asked > limit + 1 or now - down_since > _GRACE_SECONDS

    @staticmethod
    def _answered(error: BaseException | None) -> str:
        known = isinstance(error, KafkaException) and error.args[0].code() not in (KafkaError._TIMED_OUT, KafkaError._TRANSPORT)
        return error.args[0].str() if known and error else ""

    def _unstick(self) -> None:
        with suppress(KafkaException):
            self._admin.list_topics(timeout=1)

    def _listed(self) -> Any:
        try:
            return self._admin.list_topics(timeout=self._connection.timeout)
        except KafkaException as error:
            raise ClusterUnreachable(f"cannot list the topics of {self._connection.address}: {error.args[0].str()}") from error

    def _ask(self, send: Callable[[float], Mapping[Any, Future[Any]]], read: Callable[[Any], T]) -> Answers[T]:
        """A read. A client whose presumed controller died waits for it for minutes; listing the topics frees it, then ask once more."""
        answers = self._collect(send(self._connection.timeout), read)
        if _lost(answers):
            self._listed()
            answers = self._collect(send(self._connection.timeout), read)
        if lost := _lost(answers):
            cause = f"{lost} (within {self._connection.timeout} s; {self._standing()})"
            raise ClusterUnreachable(f"cannot read from {self._connection.address}: {cause}")
        return answers

    def _order(self, items: int, send: Callable[..., Mapping[Any, Future[Any]]], repeatable: bool = False) -> Mapping[str, Rejection | None]:
        """A write. The broker needs a real operation timeout: with 0 it reports success and does nothing (KRaft).

        `repeatable`: it changes nothing, so it is sent again when its answer got lost.
        """
        seconds = self._connection.timeout + items / _ITEMS_PER_SECOND
        times = {
            "request_timeout": min(seconds + 5, _LONGEST_SECONDS),
            "operation_timeout": min(seconds, _LONGEST_SECONDS),
        }
        answers = self._collect(send(**times), lambda _answer: None)
        if repeatable and _lost(answers):
            self._unstick()
            answers = self._collect(send(**times), lambda _answer: None)
        standing = self._standing() if _lost(answers) else ""
        return {name: _explained(answer, standing) for name, answer in answers.items()}

    def _collect(self, futures: Mapping[Any, Future[Any]], read: Callable[[Any], T]) -> dict[str, T | Rejection]:
        answers: dict[str, T | Rejection] = {}
        for item, future in futures.items():
            name = item if isinstance(item, str) else item.name
            try:
                answers[name] = read(future.result())
            except KafkaException as error:
                answers[name] = rejection(error.args[0])
        self._admin.poll(0)
        return answers


def _explained(answer: Rejection | None, standing: str) -> Rejection | None:
    lost = answer is not None and answer.lost
    return answer._replace(message=f"{answer.message} ({standing})") if answer and lost else answer


def _lost(answers: Mapping[str, Any]) -> Rejection | None:
    return next((answer for answer in answers.values() if isinstance(answer, Rejection) and answer.lost), None)


def _topic(found: Any) -> Topic:
    partitions = tuple(
        Partition(
            partition.id,
            partition.leader.id if partition.leader else None,
            tuple(node.id for node in partition.replicas),
            tuple(node.id for node in partition.isr),
        )
        for partition in found.partitions
    )
    return Topic(found.name, found.is_internal, partitions, _operations(found))


def _operations(found: Any) -> frozenset[str] | None:
    operations = found.authorized_operations
    return None if operations is None else frozenset(operation.name for operation in operations)


def _offset_spec(at: int) -> Any:
    kinds: Any = OffsetSpec
    named = {EARLIEST: kinds.earliest, LATEST: kinds.latest, NEWEST: kinds.max_timestamp}
    return named[at]() if at in named else kinds.for_timestamp(at)


def _committed(found: Any) -> Mapping[tuple[str, int], int]:
    # a negative one stands for none
    return {(place.topic, place.partition): place.offset for place in found.topic_partitions if not place.error and place.offset >= 0}


def _config(found: Mapping[str, Any]) -> Mapping[str, ConfigValue]:
    return {key: ConfigValue(entry.value, entry.source == _OVERRIDE) for key, entry in found.items()}


def _entries(changes: Mapping[str, str | None]) -> list[ConfigEntry]:
    return [
        ConfigEntry(key, "" if value is None else value, incremental_operation=AlterConfigOpType.DELETE if value is None else AlterConfigOpType.SET)
        for key, value in changes.items()
    ]
