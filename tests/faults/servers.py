# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are no honest brokers: some answer on their own, others hand on what real brokers
answer, changed."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from kafka.protocol.metadata import MetadataResponse

API_VERSIONS, METADATA = 18, 3
_HOST = "127.0.0.1"

Serve = Callable[[socket.socket], None]


class Asked(NamedTuple):
    """A request. `python`: whether kafka-python sent it. `number`: of the connection's, from 0."""

    api: int
    version: int
    correlation: int
    python: bool
    number: int


# the frame to send, or nothing, which closes the connection
Change = Callable[[Asked, bytes], bytes]


@contextlib.contextmanager
def serving(serve: Serve) -> Iterator[int]:
    """A port whose connections are served so, each in a thread."""
    with socket.create_server((_HOST, 0), backlog=50) as server:
        threading.Thread(target=_accept, args=(server, serve), daemon=True).start()
        yield server.getsockname()[1]
        # wakes up who accepts
        server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, serve: Serve) -> None:
    while True:
        try:
            connection, _address = server.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, serve), daemon=True).start()


def _serve(connection: socket.socket, serve: Serve) -> None:
    # whoever is told nonsense hangs up
    with connection, contextlib.suppress(OSError, EOFError):
        serve(connection)


def frame(connection: socket.socket) -> bytes:
    """The next one, with its size."""
    size = _exactly(connection, 4)
    return size + _exactly(connection, int.from_bytes(size))


def framed(body: bytes) -> bytes:
    return struct.pack(">i", len(body)) + body


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = connection.recv(size, socket.MSG_WAITALL)
    if len(received) < size:
        raise EOFError
    return received


@contextlib.contextmanager
def relays(addresses: Sequence[str], change: Change) -> Iterator[list[int]]:
    """The ports of one relay a broker. Who asks for the cluster is told of these ports only."""
    ports: dict[int, int] = {}

    def through(address: str) -> Serve:
        host, _colon, port = address.rpartition(":")

        def serve(connection: socket.socket) -> None:
            with socket.create_connection((host, int(port))) as broker:
                _relay(connection, broker, lambda asked, answer: change(asked, redirected(answer)))

        return serve

    def redirected(answer: bytes) -> bytes:
        for port, other in ports.items():
            named = _HOST.encode() + struct.pack(">i", port)
            answer = answer.replace(named, _HOST.encode() + struct.pack(">i", other))
        return answer

    with contextlib.ExitStack() as stack:
        for address in addresses:
            port = int(address.rpartition(":")[2])
            ports[port] = stack.enter_context(serving(through(address)))
        yield [*ports.values()]


def _relay(connection: socket.socket, broker: socket.socket, change: Change) -> None:
    python = False
    number = 0
    while True:
        request = frame(connection)
        api, version, correlation = struct.unpack_from(">hhi", request, 4)
        python = python or b"kafka-python" in request
        broker.sendall(request)
        answer = change(Asked(api, version, correlation, python, number), frame(broker))
        if not answer:
            return
        connection.sendall(answer)
        number += 1


def retold(asked: Asked, answer: bytes, tell: Callable[[Any], None]) -> bytes:
    """The answer to a metadata request, changed by `tell`."""
    # the correlation, and from version 9 on no tagged fields
    begin = 4 + (5 if asked.version >= 9 else 4)
    told = MetadataResponse.decode(answer[begin:], version=asked.version)
    tell(told)
    # the library encodes answers for its own tests, and asks for a header even without one
    told._header = None
    return framed(answer[4:begin] + told.encode(version=asked.version))


def lying(tell: Callable[[Any], None]) -> Change:
    """Of nothing but metadata."""

    def change(asked: Asked, answer: bytes) -> bytes:
        return retold(asked, answer, tell) if asked.api == METADATA else answer

    return change
