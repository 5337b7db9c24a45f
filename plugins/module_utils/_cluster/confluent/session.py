# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection by confluent-kafka's AdminClient: how it is made, asked, and freed if stuck."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import cache
from typing import Any, Self, TypeAlias, TypeGuard, TypeVar

from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import Acknowledgements, Answers, Rejection
from ..connection import Connection
from ..gateway.clusters import Broker, Cluster
from .client import Journal, client, metadata_of, raised, said, why_unreachable

with suppress(ImportError):
    from confluent_kafka import KafkaError, KafkaException
    from confluent_kafka.admin import AdminClient

# An unreachable cluster is reported within 10 seconds: librdkafka notices a silent peer
# once a second after its 5.
CONNECT_SECONDS = 7.0
# After this long without an answer, the client may be waiting for a controller that hangs or died.
STUCK_SECONDS = 2.5
# Brokers name any broker as the controller, so it may take several looks until that is one alive.
_AGAIN_SECONDS = 1.0
# who answers at all is soon known: a server that hangs is given up after its first second
_ANSWERING_SECONDS = 3.0
_SHORT_SETUP: Mapping[str, Any] = {"socket.connection.setup.timeout.ms": 1000}
# After all servers failed once, retries (each 100 ms) still get this long: "localhost" may be
# refused on ::1 and answer on 127.0.0.1.
_GRACE_SECONDS = 2.0
# a KRaft controller's listener; librdkafka raises no error for it
_CONTROLLER_SIGN = "Required feature not supported"
# librdkafka keeps the versions of the APIs to itself, but logs them under debug=feature:
# "  ApiKey Fetch (1) Versions 4..18", "  ApiKey ListOffsetsRequest (2) ..."
_API_VERSIONS = re.compile(r"  ApiKey (?P<name>\S+?)(Request)? .*?(?P<low>\d+)\.\.(?P<high>\d+)")
_LONGEST_SECONDS = 3600.0  # the client library takes no more
# what a slow controller surely creates; stretches the time given to a large write
_ITEMS_PER_SECOND = 20
# When the active controller hangs, brokers wait for it before they ask the next one: 35 to 50 s
# passed until Kafka 4.4 took a write again.
_CONTROLLER_SECONDS = 60.0
_NO_CONTROLLER = "the active one may hang, or they may lack a majority"

# with more, the library's thread and ours only wait for each other
_UNDER_WAY = 2

# where an answer makes no sense to the client library, which otherwise ends each request itself
_NEVER = "the client library never got an answer that it knows"

T = TypeVar("T")
Futures: TypeAlias = Mapping[Any, Future[Any]]
Send: TypeAlias = Callable[..., Futures]


class Session:
    """What the adapters of all APIs share. Implements Clusters."""

    def __init__(self, connection: Connection, journal_features: bool = False) -> None:
        """Connects. Raises ClusterUnreachable, also when `cluster_id` pins another cluster."""
        self._connection = connection
        self._journal = Journal()
        self._throttled: Counter[str] = Counter()
        self._known: tuple[Broker, ...] = ()
        self._admin = self._client(journal_features)
        self._cluster = self._probe()
        pinned = connection.cluster_id
        if pinned and pinned != self._cluster.cluster_id:
            other = f"it is cluster {self._cluster.cluster_id}, but cluster_id pins {pinned}"
            raise ClusterUnreachable(f"refused to work on {connection.address}: {other}")

    @classmethod
    def beside(cls, other: Session) -> Self:
        """More APIs of the same connection, also after that is renewed."""
        session = cls.__new__(cls)
        session.__dict__ = other.__dict__
        return session

    def describe_cluster(self) -> Cluster:
        return self._cluster

    def api_versions(self) -> Mapping[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for line in self._journal.debug_lines:
            match = _API_VERSIONS.search(line)
            if match:
                versions = int(match["low"]), int(match["high"])
                found.setdefault(match["name"], versions)
        return found

    def notices(self) -> Sequence[str]:
        self._journal.serve(self._admin)
        notices = []
        for broker, seconds in self._throttled.items():
            notices.append(_throttling(broker, seconds))
        return tuple(notices)

    def _client(self, journal_features: bool) -> AdminClient:
        settings: dict[str, Any] = {"throttle_cb": self._on_throttle}
        if journal_features:
            settings["debug"] = "feature"
        return client(AdminClient, self._connection, self._journal, settings)

    def _on_throttle(self, event: Any) -> None:
        self._throttled[event.broker_name] += event.throttle_time

    def _probe(self) -> Cluster:
        limit = min(CONNECT_SECONDS, self._connection.timeout)
        answer = self._admin.describe_cluster(
            include_authorized_operations=True, request_timeout=limit
        )
        self._await(answer, limit)
        if not answer.done():
            raise self._unreachable(None)
        error = answer.exception()
        if error:
            raise self._unreachable(error)
        # what went wrong on the way here explains nothing that comes later
        self._journal.lines.clear()
        found = answer.result()
        brokers = [Broker(node.id, node.host, node.port, node.rack) for node in found.nodes]
        self._known = tuple(sorted(brokers))
        operations = operations_of(found)
        return Cluster(found.cluster_id, self._known, operations)

    def _await(self, answer: Future[Any], limit: float) -> None:
        """Waits for the first answer, or until none is to be expected."""
        asked = time.monotonic()
        stuck = asked + STUCK_SECONDS
        while not answer.done() and not self._hopeless(asked, limit):
            # the answer comes from another thread, but only poll() serves error_cb and the log
            self._journal.serve(self._admin, 0.02)
            if time.monotonic() > stuck and self._journal.all_down is None:
                self._unstick(asked + limit)
                stuck = time.monotonic() + _AGAIN_SECONDS

    def _unreachable(self, error: BaseException | None) -> ClusterUnreachable:
        from ..diagnosis import names_known_server

        self._journal.serve(self._admin)
        servers = self._connection.bootstrap_servers
        if any(names_known_server(line, servers) for line in self._journal.lines):
            why = self._standing()
        elif _is_answer(error):
            why = said(error)
        else:
            why = why_unreachable(self._journal, self._connection)
        return ClusterUnreachable(f"cannot reach {self._connection.address}: {why}")

    def _standing(self) -> str:
        """Why a request got no answer: which broker answers, and what is wrong with the others."""
        from ..diagnosis import trouble

        answering = self._answering()
        self._journal.serve(self._admin)
        brokers = [broker.address for broker in self._known]
        known = [*self._connection.bootstrap_servers, *brokers]
        wrong = trouble(self._journal.lines, known)
        if not answering:
            return wrong or f"no broker answered within {_ANSWERING_SECONDS:.0f} s"
        if wrong:
            return f"{answering} answers; {wrong}"
        return f"{answering} answers, but no controller does: {_NO_CONTROLLER}"

    def _answering(self) -> str:
        """The address of a broker that answers a new client now, or nothing."""
        fresh = client(AdminClient, self._connection, self._journal, _SHORT_SETUP)
        try:
            metadata = metadata_of(fresh, _ANSWERING_SECONDS)
        except KafkaException:
            return ""
        return _address(metadata.orig_broker_name)

    def _hopeless(self, asked: float, limit: float) -> bool:
        now = time.monotonic()
        if now > asked + limit + 1:
            return True
        down_since = self._journal.all_down
        if down_since is None:
            if not any(_CONTROLLER_SIGN in line for line in self._journal.lines):
                return False
            down_since = asked
        return now > down_since + _GRACE_SECONDS

    def _unstick(self, deadline: float) -> None:
        """Makes the client look for another controller: a listing tells it who that is now.

        `deadline`: of the request that waits. A listing that gave up before it would close the
        connection that both may share.
        """
        seconds = deadline - time.monotonic()
        if seconds > 0:
            with suppress(KafkaException):
                metadata_of(self._admin, seconds)

    def _renew(self) -> None:
        """Begins with new connections: the old ones wait before they try to connect again.

        Not where a quota holds the old ones back, which new ones would go around.
        """
        if self._throttled:
            return
        self._admin = self._client(journal_features=False)
        with suppress(KafkaException):
            metadata_of(self._admin, CONNECT_SECONDS)

    def _metadata(self) -> Any:
        try:
            return metadata_of(self._admin, self._connection.timeout)
        except KafkaException as error:
            what = f"cannot list the topics of {self._connection.address}"
            raise ClusterUnreachable(f"{what}: {said(error)}") from error

    def _read(self, send: Send, parse: Callable[[Any], T]) -> Answers[T]:
        """`send`: takes request_timeout. `parse`: one answer of the client library."""
        return self._read_all([send], parse)

    def _read_all(self, sends: Iterable[Send], parse: Callable[[Any], T]) -> Answers[T]:
        """The next request is under way while the answers to one are parsed."""
        found: dict[str, T | Rejection] = {}
        asked: deque[tuple[Send, Futures]] = deque()
        for send in sends:
            asked.append((send, send(request_timeout=self._connection.timeout)))
            if len(asked) == _UNDER_WAY:
                found |= self._answers(*asked.popleft(), parse)
        while asked:
            found |= self._answers(*asked.popleft(), parse)
        return found

    def _answers(self, send: Send, futures: Futures, parse: Callable[[Any], T]) -> Answers[T]:
        """Asks once more where an answer was lost."""
        timeout = self._connection.timeout
        answers = self._collect(futures, parse, timeout)
        if _lost(answers):
            self._renew()
            answers = self._collect(send(request_timeout=timeout), parse, timeout)
        lost = _lost(answers)
        if lost:
            what = f"cannot read from {self._connection.address}"
            why = f"{lost} (within {timeout} s; {self._standing()})"
            raise ClusterUnreachable(f"{what}: {why}")
        return answers

    def _write(
        self, items: int, send: Callable[..., Futures], repeatable: bool = False
    ) -> Acknowledgements:
        """`send`: takes request_timeout and operation_timeout. `items`: how many it writes.

        `repeatable`: it changes nothing, so it is sent again when an answer was lost.
        """
        if not items:
            # the client library refuses to send that
            return {}
        # with an operation timeout of 0, KRaft reports success and does nothing
        seconds = self._connection.timeout + items / _ITEMS_PER_SECOND
        limit = min(seconds + 5, _LONGEST_SECONDS)
        times = {"request_timeout": limit, "operation_timeout": min(seconds, _LONGEST_SECONDS)}
        repeat_until = time.monotonic() + _CONTROLLER_SECONDS if repeatable else 0
        answers = self._collect(send(**times), _nothing, limit)
        while _lost(answers) and time.monotonic() < repeat_until:
            self._renew()
            limit = min(limit, max(repeat_until - time.monotonic(), 1))
            answers = self._collect(send(**{**times, "request_timeout": limit}), _nothing, limit)
        if not _lost(answers):
            return answers
        standing = self._standing()
        explained = {}
        for name, answer in answers.items():
            explained[name] = _explained(answer, standing)
        return explained

    def _await_all(self, futures: Futures, limit: float) -> None:
        """Not for ever: the library forgets a request whose answer it cannot read."""
        deadline = time.monotonic() + limit
        given_up = deadline + STUCK_SECONDS
        pause = STUCK_SECONDS
        while wait(futures.values(), timeout=pause).not_done:
            if time.monotonic() > given_up:
                return
            self._unstick(deadline)
            pause = _AGAIN_SECONDS

    def _collect(
        self, futures: Futures, parse: Callable[[Any], T], limit: float
    ) -> dict[str, T | Rejection]:
        """The answers. `limit`: the seconds that the client gives the request."""
        self._await_all(futures, limit)
        answers: dict[str, T | Rejection] = {}
        for item, future in futures.items():
            name = item if isinstance(item, str) else item.name
            try:
                answers[name] = parse(answered(future))
            except KafkaException as error:
                answers[name] = raised(error)
        self._journal.serve(self._admin)
        return answers


def answered(future: Future[Any]) -> Any:
    """The answer, which was awaited. Raises KafkaException."""
    try:
        return future.result(timeout=0)
    except TimeoutError:
        error = KafkaError(KafkaError._TIMED_OUT, _NEVER)
    except (RuntimeError, UnicodeDecodeError) as wrong:
        # the library raises these for fewer answers than questions, and for what is no text
        error = KafkaError(KafkaError._BAD_MSG, str(wrong))
    raise KafkaException(error)


def _address(broker_name: str) -> str:
    """Of "sasl_ssl://host:9092/1" or "host:9092/bootstrap"."""
    server, _slash, _node = broker_name.rpartition("/")
    return server.rpartition("/")[2]


def _throttling(broker: str, seconds: float) -> str:
    held = f"broker {broker} held its requests back for {seconds:.1f} s in all"
    return f"a quota on this client throttled it: {held} (raise timeout, or the quota)"


def _is_answer(error: BaseException | None) -> TypeGuard[KafkaException]:
    """Whether the error is a broker's, rather than the client library's, which got no answer."""
    if not isinstance(error, KafkaException):
        return False
    code = error.args[0].code()
    return code not in (KafkaError._TIMED_OUT, KafkaError._TRANSPORT)


def _nothing(_answer: object) -> None:
    """The acknowledgement of a write holds nothing to read."""


def _explained(answer: Rejection | None, standing: str) -> Rejection | None:
    if answer and answer.lost:
        return answer._replace(message=f"{answer.message} ({standing})")
    return answer


def _lost(answers: Mapping[str, Any]) -> Rejection | None:
    """The first answer that was lost."""
    for answer in answers.values():
        if isinstance(answer, Rejection) and answer.lost:
            return answer
    return None


def operations_of(found: Any) -> frozenset[str] | None:
    operations = found.authorized_operations
    return None if operations is None else _named(tuple(operations))


@cache
def _named(operations: Iterable[Any]) -> frozenset[str]:
    """Kept once, since the principal may do the same with nearly all topics."""
    return frozenset(operation.name for operation in operations)
