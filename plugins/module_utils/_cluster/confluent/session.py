# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection by confluent-kafka's AdminClient: how it is made, asked, and freed where it is stuck."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

from ..._core.errors import ClusterUnreachable
from ..._kafka.errors import Answers, Rejection
from ..connection import Connection
from ..diagnosis import listing, names_known_server, troubles
from ..gateway.clusters import Broker, Cluster
from .client import Journal, cause, client, rejection

with suppress(ImportError):
    from confluent_kafka import KafkaError, KafkaException
    from confluent_kafka.admin import AdminClient

# An unreachable cluster is reported within 10 seconds: librdkafka notices a silent peer
# once a second after its 5.
CONNECT_SECONDS = 7.0
_UNSTICK_SECONDS = 3.0
# After all servers failed once, retries (each 100 ms) still get this long: "localhost" may be
# refused on ::1 and answer on 127.0.0.1.
_GRACE_SECONDS = 2.0
# a KRaft controller's listener; librdkafka raises no error for it
_CONTROLLER_SIGN = "Required feature not supported"
_LONGEST_SECONDS = 3600.0  # the client library takes no more
# what a slow controller surely creates; stretches the time given to a large write
_ITEMS_PER_SECOND = 20

T = TypeVar("T")
Futures: TypeAlias = Mapping[Any, Future[Any]]


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
            raise ClusterUnreachable(
                f"refused to work on {connection.address}: it is cluster {self._cluster.cluster_id}, but cluster_id pins {pinned}"
            )

    def describe_cluster(self) -> Cluster:
        return self._cluster

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

    def _client(self, journal_features: bool) -> AdminClient:
        debug = {"debug": "feature"} if journal_features else {}
        return client(
            AdminClient,
            self._connection,
            self._journal,
            {**debug, "throttle_cb": self._on_throttle},
        )

    def _on_throttle(self, event: Any) -> None:
        self._throttled[event.broker_name] += event.throttle_time

    def _probe(self) -> Cluster:
        limit = min(CONNECT_SECONDS, self._connection.timeout)
        asked = time.monotonic()
        answer = self._admin.describe_cluster(
            include_authorized_operations=True, request_timeout=limit
        )
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
        self._known = tuple(
            sorted(Broker(node.id, node.host, node.port, node.rack) for node in found.nodes)
        )
        return Cluster(found.cluster_id, self._known, operations_of(found))

    def _standing(self) -> str:
        """Why nobody answered a request: which broker still answers, and what is wrong with the others."""
        answering = self._answering()
        self._admin.poll(0)
        known = [*self._connection.bootstrap_servers, *(broker.address for broker in self._known)]
        wrong = listing(troubles(self._journal.lines, known))
        if not answering:
            return wrong or "no broker answers"
        if not wrong:
            return (
                f"{answering} answers, but no controller does: the controllers may lack a majority"
            )
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
        known = isinstance(error, KafkaException) and error.args[0].code() not in (
            KafkaError._TIMED_OUT,
            KafkaError._TRANSPORT,
        )
        return error.args[0].str() if known and error else ""

    def _unstick(self) -> None:
        with suppress(KafkaException):
            self._admin.list_topics(timeout=1)

    def _listed(self) -> Any:
        try:
            return self._admin.list_topics(timeout=self._connection.timeout)
        except KafkaException as error:
            raise ClusterUnreachable(
                f"cannot list the topics of {self._connection.address}: {error.args[0].str()}"
            ) from error

    def _ask(self, send: Callable[[float], Futures], read: Callable[[Any], T]) -> Answers[T]:
        """A read. A client whose presumed controller died waits for it for minutes; listing the topics frees it, then ask once more."""
        answers = self._collect(send(self._connection.timeout), read)
        if _lost(answers):
            self._listed()
            answers = self._collect(send(self._connection.timeout), read)
        if lost := _lost(answers):
            cause = f"{lost} (within {self._connection.timeout} s; {self._standing()})"
            raise ClusterUnreachable(f"cannot read from {self._connection.address}: {cause}")
        return answers

    def _order(
        self, items: int, send: Callable[..., Futures], repeatable: bool = False
    ) -> Mapping[str, Rejection | None]:
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

    def _collect(self, futures: Futures, read: Callable[[Any], T]) -> dict[str, T | Rejection]:
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
    return next(
        (answer for answer in answers.values() if isinstance(answer, Rejection) and answer.lost),
        None,
    )


def operations_of(found: Any) -> frozenset[str] | None:
    operations = found.authorized_operations
    return None if operations is None else frozenset(operation.name for operation in operations)
