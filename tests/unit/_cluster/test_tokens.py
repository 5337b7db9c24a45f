# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import http.server
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster import tokens
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.sasl import (
    endpoint_problem,
    token_problem,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import ClusterUnreachable

from tests.hostile import TEXTS

NOW = 1_800_000_000.0
SECRET = "hunter2"


@pytest.fixture(autouse=True)
def no_source() -> None:
    """The endpoint of a test may listen on the port of an earlier one, whose token is kept."""
    tokens._source.cache_clear()


def jwt(**claims: object) -> str:
    return of(json.dumps(claims).encode())


def of(content: bytes) -> str:
    return f"head.{base64.urlsafe_b64encode(content).rstrip(b'=').decode()}.tail"


@contextmanager
def endpoint(*answers: bytes, status: int = 200) -> Iterator[str]:
    """Gives these answers one after the other, the last one for ever."""
    left = list(answers)

    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/token"
        finally:
            server.shutdown()
            thread.join()


def connection(url: str, **options: Any) -> Connection:
    return Connection(
        ("a:1",),
        "SASL_PLAINTEXT",
        sasl_mechanism="OAUTHBEARER",
        oauth_token_endpoint=url,
        oauth_client_id="shop",
        oauth_client_secret=SECRET,
        **options,
    )


def issued(**fields: object) -> bytes:
    return json.dumps({"access_token": "opaque", **fields}).encode()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    def put(now: float) -> None:
        monkeypatch.setattr(tokens, "time", Clock(now))

    put(NOW)
    return put


class Clock:
    def __init__(self, now: float) -> None:
        self.time = lambda: now
        self.strftime, self.gmtime = time.strftime, time.gmtime


@pytest.mark.parametrize(
    ("fields", "life"),
    [
        ({"expires_in": 3600}, 3600),
        # as some write it
        ({"expires_in": "3600"}, 3600),
        # what a token tells is by the clock of others, so this counts less
        ({"access_token": jwt(exp=NOW + 60), "expires_in": 90}, 90),
        ({"access_token": jwt(exp=NOW + 60)}, 60),
        ({}, 300),
        ({"expires_in": None}, 300),
        ({"expires_in": True}, 300),
        ({"expires_in": float("nan")}, 300),
        ({"expires_in": float("inf")}, 300),
        ({"expires_in": 10**400}, 300),
        ({"expires_in": 10**7}, 86400),
    ],
)
@pytest.mark.usefixtures("clock")
def test_how_long_a_token_lasts(fields: dict[str, Any], life: float) -> None:
    with endpoint(issued(**fields)) as url:
        token = tokens.token(connection(url))
    assert token.text == fields.get("access_token", "opaque")
    assert token.ends == NOW + life
    # before librdkafka asks for another
    assert NOW < token.renewed < NOW + 0.8 * life


def test_all_clients_share_a_token_until_it_is_renewed(clock: Callable[[float], None]) -> None:
    with endpoint(issued(access_token="one", expires_in=100), issued(access_token="two")) as url:
        own = connection(url)
        assert tokens.token(own).text == tokens.token(connection(url)).text == "one"
        clock(NOW + 74)
        assert tokens.token(own).text == "one"
        clock(NOW + 76)
        assert tokens.token(own).text == "two"
        # both are secrets, and so is what the endpoint was sent
        basic = base64.b64encode(b"shop:hunter2").decode()
        assert own.scrub(f"one, two, {basic}, {SECRET}") == ", ".join(["********"] * 4)
        # another client has another token
        assert "one" not in [*tokens.secrets(connection(url, oauth_scope="other"))]


def test_an_expired_answer_is_told(clock: Callable[[float], None]) -> None:
    assert clock
    for fields in ({"expires_in": 0}, {"access_token": jwt(exp=NOW - 1)}):
        assert refusal(issued(**fields)).endswith("its token has expired already: set the clocks")


def refusal(body: bytes, status: int = 200) -> str:
    """What is said of it after the endpoint."""
    with endpoint(body, status=status) as url, pytest.raises(ClusterUnreachable) as caught:
        tokens.token(connection(url))
    message = str(caught.value)
    beginning = f"cannot reach a:1: no token from {url}: "
    assert message.startswith(beginning)
    return message.removeprefix(beginning)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"[" * 100_000,
        b"{}",
        issued(access_token=""),
        issued(access_token=5),
        issued(access_token="two words"),
        issued(access_token="a\nb"),
        b"\xff" * 2**20,
    ],
)
def test_an_answer_without_a_token(body: bytes) -> None:
    assert refusal(body) == "it answers without an access_token: check oauth_token_endpoint"


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (
            400,
            {"error": "invalid_client"},
            "it refuses oauth_client_id or oauth_client_secret (invalid_client)",
        ),
        (401, {}, "it refuses oauth_client_id or oauth_client_secret"),
        (
            400,
            {"error": "invalid_scope", "error_description": "no such scope"},
            "it refuses oauth_scope (invalid_scope: no such scope)",
        ),
        (
            400,
            {"error": "invalid_request", "error_description": 5},
            "it answers HTTP 400 (invalid_request): check oauth_token_endpoint",
        ),
        (500, {"error": ["a"]}, "it answers HTTP 500: check oauth_token_endpoint"),
    ],
)
def test_a_refusal(status: int, answer: dict[str, Any], told: str) -> None:
    assert refusal(json.dumps(answer).encode(), status) == told


@pytest.mark.parametrize("text", [*TEXTS.values(), "x" * 10_000, f"a\r\n{SECRET} shop"])
def test_foreign_text_is_one_line_without_secrets(text: str) -> None:
    answer = {"error": text, "error_description": text}
    told = refusal(json.dumps(answer).encode(), 400)
    assert told.isprintable()
    assert len(told) < 600
    assert SECRET not in told


@contextmanager
def answering(content: bytes) -> Iterator[int]:
    """The port of a server that says this to the first client, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            client, _address = server.accept()
            with client:
                client.sendall(content)
                client.shutdown(socket.SHUT_WR)
                # who hangs up on what is not read yet resets the connection, and the answer is lost
                while client.recv(2**16):
                    pass

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


NOT_HTTP = "its answer is not HTTP: check oauth_token_endpoint (http or https, and the port)"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        # a record of TLS
        (b"\x15\x03\x03\x00\x02\x02P", NOT_HTTP),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", NOT_HTTP),
        (b"", "it closed the connection: check oauth_token_endpoint (http or https, and the port)"),
    ],
)
def test_what_is_no_http(content: bytes, told: str) -> None:
    with answering(content) as port, pytest.raises(ClusterUnreachable) as caught:
        tokens.token(connection(f"http://127.0.0.1:{port}/token"))
    assert str(caught.value).endswith(f"/token: {told}")


def test_a_host_that_no_name_server_can_know() -> None:
    with pytest.raises(ClusterUnreachable, match="host name not resolved: check oauth_token_endp"):
        tokens.token(connection("http://login..example/token"))


def test_an_error_that_is_no_refusal_is_told() -> None:
    """Some endpoints send it with the status of a success."""
    told = refusal(json.dumps({"error": "invalid_client", "error_description": SECRET}).encode())
    assert told == (
        "it answers without an access_token (invalid_client: ********): check oauth_token_endpoint"
    )


@pytest.mark.parametrize(
    ("proxy", "told"),
    [
        ("http://127.0.0.1:1", "connection refused: "),
        (f"socks5://shop:{SECRET}@127.0.0.1:1", "unknown url type: socks5: "),
        (f"http:/shop:{SECRET}@127.0.0.1:1", "the proxy is no address: "),
        (f"http://shop:{SECRET}@127.0.0.1:hunter2", "the proxy is no address: "),
    ],
)
def test_a_proxy_is_told(monkeypatch: pytest.MonkeyPatch, proxy: str, told: str) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(ClusterUnreachable) as caught:
        tokens.token(connection("http://login.example/token"))
    advice = "check oauth_token_endpoint and the proxy (http_proxy, no_proxy)"
    assert str(caught.value).endswith(f"/token: {told}{advice}")


def test_a_proxy_that_is_not_used_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert refusal(b"{}") == "it answers without an access_token: check oauth_token_endpoint"


def test_an_endpoint_that_drips_is_given_up() -> None:
    """Each byte would begin the time-out of a socket again."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            client, _address = server.accept()
            with client:
                client.recv(1)
                client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not ended.wait(0.1):
                    client.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/token"
        with pytest.raises(ClusterUnreachable, match="does not answer within 1 s"):
            tokens.token(connection(url, timeout=1))
        ended.set()
        thread.join()


@pytest.mark.parametrize(
    "text",
    [
        "opaque",
        "a.b.c",
        of(b"[]"),
        of(b"\xff"),
        of(b"[" * 100_000),
        jwt(),
        jwt(exp="soon"),
        jwt(exp=None),
        jwt(exp=10**400),
        jwt(exp=NOW + 1),
        jwt(exp=str(NOW + 1)),
    ],
)
@pytest.mark.usefixtures("clock")
def test_a_token_that_does_not_tell_that_it_has_expired(text: str) -> None:
    assert tokens.expiry_problem(text) is None


@pytest.mark.usefixtures("clock")
def test_a_token_that_has_expired() -> None:
    assert tokens.expiry_problem(jwt(exp=1_000_000_000)) == (
        "has expired at 2001-09-09T01:46:40Z: get a new one"
    )


def test_what_a_token_tells_of_itself() -> None:
    claims = jwt(iss="a\nb", aud=["kafka", "x" * 1000], sub="shop", exp=5, other="y")
    told = tokens.described(claims)
    assert told.startswith(r"iss a\nb, aud ['kafka', ")
    assert told.endswith("…, sub shop")
    assert tokens.described("opaque") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("opaque", None),
        ("a-b._~+/c==", None),
        ("Bearer abc", "begins with Bearer: write the token alone"),
        ("two words", "has characters that no token has"),
        ("a=b", "has characters that no token has"),
        ("", "has characters that no token has"),
    ],
)
def test_what_is_no_token(text: str, told: str | None) -> None:
    assert token_problem(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://login.example/oauth2/token?a=b", None),
        ("http://[::1]:8080/token", None),
        ("login.example/token", "is not the address"),
        ("ftp://login.example/token", "is not the address"),
        ("file:///etc/passwd", "is not the address"),
        ("https:///token", "is not the address"),
        ("https://login.example:99999/token", "is not the address"),
        ("https://[::1/token", "is not the address"),
        ("https://user:hunter2@login.example/token", "holds a user"),
        ("https://login.example/a b", "has characters"),
        ("https://login.example/é", "has characters"),
        ("https://login.example/\n", "has characters"),
    ],
)
def test_what_is_no_endpoint(text: str, told: str | None) -> None:
    problem = endpoint_problem(text)
    assert (problem or "").startswith(told or "")
    assert (problem is None) is (told is None)
    assert SECRET not in (problem or "")
