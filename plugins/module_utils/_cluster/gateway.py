# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection asks of a Kafka cluster. One method call is one request, unless its docstring says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from .log import Log

# Kafka's error codes that the stages tell apart, https://kafka.apache.org/protocol.html#protocol_error_codes
UNKNOWN_TOPIC = 3
TOPIC_AUTHORIZATION_FAILED = 29
GROUP_AUTHORIZATION_FAILED = 30
CLUSTER_AUTHORIZATION_FAILED = 31
TOPIC_ALREADY_EXISTS = 36
INVALID_PARTITIONS = 37
INVALID_CONFIG = 40
UNKNOWN_SERVER_ERROR = -1
TIMED_OUT = -185  # the client gave up waiting
# A broker's answers that prove nothing: REQUEST_TIMED_OUT, NETWORK_EXCEPTION, NOT_ENOUGH_REPLICAS_AFTER_APPEND,
# and NOT_CONTROLLER, which a controller also gives that lost its office before the write was committed.
_UNDECIDED = frozenset({7, 13, 20, 41})
# The client library's own codes lie below -1. With these it sent nothing: _INVALID_ARG, _UNSUPPORTED_FEATURE.
_NEVER_SENT = frozenset({-186, -165})


class Broker(NamedTuple):
    id: int
    host: str
    port: int
    rack: str | None

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Cluster(NamedTuple):
    """`operations`: what the principal may do with the cluster (ACL operation names); None where the cluster does not say."""

    cluster_id: str
    brokers: tuple[Broker, ...]
    operations: frozenset[str] | None = None


class Partition(NamedTuple):
    id: int
    leader: int | None
    replicas: tuple[int, ...]
    isr: tuple[int, ...]


class Topic(NamedTuple):
    """`operations`: what the principal may do with it (ACL operation names); None where the cluster does not say."""

    name: str
    internal: bool
    partitions: tuple[Partition, ...]
    operations: frozenset[str] | None


class ConfigValue(NamedTuple):
    """`overridden`: set on the topic itself, not inherited. The value of a sensitive key is None."""

    value: str | None
    overridden: bool


class Rejection(NamedTuple):
    """Kafka's answer that an item was not read or written: its error code, the code's name, the broker's message."""

    code: int
    error: str
    message: str

    def __str__(self) -> str:
        return f"{self.error}: {self.message}" if self.message else self.error

    @property
    def lost(self) -> bool:
        """Whether the true answer got lost: what was to be written may be written, or may still be."""
        by_client = self.code < UNKNOWN_SERVER_ERROR and self.code not in _NEVER_SENT
        return by_client or self.code in _UNDECIDED


class Offset(NamedTuple):
    """A place in a partition and the timestamp of the record there (ms since 1970); -1 where there is none."""

    offset: int
    timestamp: int


# what offsets() may be asked for besides a timestamp (ListOffsets, KIP-79 and KIP-734)
EARLIEST, LATEST, NEWEST = -2, -1, -3


class Group(NamedTuple):
    """A consumer group: the topics that its members are assigned now, and those that it has committed offsets of."""

    active: frozenset[str]
    committed: frozenset[str]


class NewTopic(NamedTuple):
    """`partitions` and `replication_factor`: -1 is the broker's default (KIP-464)."""

    name: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str]


T = TypeVar("T")
Answers = Mapping[str, "T | Rejection"]
Acknowledgements = Mapping[str, "Rejection | None"]


class Gateway(Protocol):
    """A connection to one cluster. Whole-call failures raise ClusterUnreachable; per-item ones are answers."""

    def cluster(self) -> Cluster: ...

    def topic_names(self) -> frozenset[str]:
        """All topics that the principal may describe; absence from it proves nothing."""

    def describe_topics(self, names: Sequence[str]) -> Answers[Topic]: ...

    def describe_configs(self, names: Sequence[str]) -> Answers[Mapping[str, ConfigValue]]: ...

    def offsets(self, wanted: Mapping[tuple[str, int], int]) -> Mapping[tuple[str, int], Offset | Rejection]:
        """Per topic and partition: the EARLIEST or LATEST offset, that of the NEWEST record, or of the first one from a timestamp on."""

    def groups(self) -> Mapping[str, Group] | Rejection:
        """All consumer groups by name, in one request for each and a few more; a rejection unless it is certain that none was hidden."""

    def group_names(self) -> frozenset[str]:
        """All consumer groups that the principal may describe; it may describe all of them where it may describe the cluster. One request for each broker."""

    def committed(self, groups: Sequence[str]) -> Answers[Mapping[tuple[str, int], int]]:
        """The offsets from which each group goes on reading, by topic and partition; none for a group that is not there. One request for each group."""

    def broker_config(self) -> Mapping[str, str | None] | Rejection:
        """The effective configuration of one broker. One request, and one more for each broker that does not answer."""

    def create_topics(self, topics: Iterable[NewTopic], validate_only: bool) -> Acknowledgements: ...

    def create_partitions(self, totals: Mapping[str, int], validate_only: bool) -> Acknowledgements:
        """`totals`: the number of partitions each topic shall have afterwards."""

    def alter_configs(self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool) -> Acknowledgements:
        """Sets keys, unsets those whose value is None, leaves all others (IncrementalAlterConfigs, KIP-339)."""

    def delete_topics(self, names: Sequence[str]) -> Acknowledgements: ...

    def api_versions(self) -> Mapping[str, tuple[int, int]]:
        """The lowest and highest version of each API that the broker first contacted offers; no request of its own."""

    def notices(self) -> Sequence[str]:
        """What the user should know of the connection, such as throttling by a quota."""

    def another_view(self) -> Gateway:
        """A new connection to the same cluster, by any of its brokers: another one may answer, and it may be behind."""

    def log(self) -> Log:
        """The records of its topics, by a connection of their own."""
