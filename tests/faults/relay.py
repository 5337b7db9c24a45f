# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands between a run and the brokers, and spoils what passes, from the moment a case says so.

It knows little of Kafka's protocol: a message is a length and so many bytes, a request begins with
the number of its API, and an answer holds addresses, which become the relay's.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

HOST = b"127.0.0.1"
# https://kafka.apache.org/protocol.html#protocol_api_keys
WRITES = {
    "CreateTopics": 19,
    "DeleteTopics": 20,
    "CreateAcls": 30,
    "DeleteAcls": 31,
    "CreatePartitions": 37,
    "IncrementalAlterConfigs": 44,
    "AlterPartitionReassignments": 45,
    "AlterClientQuotas": 49,
    "AlterUserScramCredentials": 51,
}


# a connection that is closed so is reset
_RESETS = struct.pack("ii", 1, 0)


class Reset(Exception):
    """The connection breaks, after this much of the message was sent."""

    def __init__(self, sent: bytes = b"") -> None:
        super().__init__()
        self.sent = sent


class Fault(Protocol):
    """What becomes of messages; both raise Reset, or wait, where the message is not to pass."""

    def request(self, api: int, message: bytes) -> bytes: ...

    def answer(self, api: int, message: bytes) -> bytes: ...


class Relay:
    """Listens once for each broker. `fault`: nothing, until a case sets it."""

    def __init__(self, ports: Mapping[int, int]) -> None:
        """`ports`: ours by those of the brokers."""
        self.bootstrap = ",".join(f"127.0.0.1:{port}" for port in ports.values())
        self.fault: Fault | None = None
        # a port may begin another address, so hosts stand before them
        self._addresses = {_address(theirs): _address(ours) for theirs, ours in ports.items()}

    def serve(self, listener: socket.socket, port: int) -> None:
        """Until the listener is closed."""
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            _begin(self._connect, client, port)

    def _connect(self, client: socket.socket, port: int) -> None:
        # answers come in the order of the requests
        asked: deque[int] = deque()
        with client, socket.create_connection(("127.0.0.1", port)) as broker:
            back = _begin(_pass, broker, client, lambda message: self._answer(asked, message))
            _pass(client, broker, lambda message: self._request(asked, message))
            back.join()

    def _request(self, asked: deque[int], message: bytes) -> bytes:
        api = int.from_bytes(message[:2])
        asked.append(api)
        return self.fault.request(api, message) if self.fault else message

    def _answer(self, asked: deque[int], message: bytes) -> bytes:
        for theirs, ours in self._addresses.items():
            message = message.replace(theirs, ours)
        api = asked.popleft()
        return self.fault.answer(api, message) if self.fault else message


@contextlib.contextmanager
def relay(brokers: list[int]) -> Iterator[Relay]:
    """`brokers`: their ports."""
    with contextlib.ExitStack() as stack:
        listeners = {}
        for port in brokers:
            listeners[port] = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        made = Relay({port: each.getsockname()[1] for port, each in listeners.items()})
        for port, listener in listeners.items():
            _begin(made.serve, listener, port)
        yield made
        for listener in listeners.values():
            # closing it alone would not wake who waits for it
            listener.shutdown(socket.SHUT_RDWR)


def _begin(call: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=call, args=arguments, daemon=True)
    thread.start()
    return thread


def _pass(source: socket.socket, target: socket.socket, through: Callable[[bytes], bytes]) -> None:
    """Until one of them ends the connection, or a fault does."""
    with contextlib.suppress(OSError):
        while message := _message(source):
            try:
                target.sendall(_framed(through(message)))
            except Reset as reset:
                target.sendall(reset.sent)
                for each in (source, target):
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
                break
    with contextlib.suppress(OSError):
        for each in (source, target):
            # wakes who passes on messages the other way
            each.shutdown(socket.SHUT_RD)


def _address(port: int) -> bytes:
    """As answers of all versions hold it."""
    return HOST + port.to_bytes(4)


def _message(source: socket.socket) -> bytes:
    """Nothing at the end."""
    length = _exactly(source, 4)
    return _exactly(source, int.from_bytes(length)) if length else b""


def _exactly(source: socket.socket, length: int) -> bytes:
    parts = []
    while length:
        part = source.recv(length)
        if not part:
            return b""
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _framed(message: bytes) -> bytes:
    return len(message).to_bytes(4) + message
