# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that issues the tokens for OAUTHBEARER, and shows the key that proves them."""

from __future__ import annotations

import base64
import http.server
import json
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

from tests.certificates import Pair, openssl

AUDIENCE = "kafka"
_LIFE = 3600  # seconds


class Tokens:
    """`url`: of the service, and the issuer of its tokens. `clients`: their secrets by ID.

    `asked`: the forms by which clients asked for tokens. `issued`: what they got.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.jwks_url = f"{url}/jwks"
        self.endpoint = f"{url}/token"
        self.clients: dict[str, str] = {}
        self.asked: list[dict[str, list[str]]] = []
        self.issued: list[str] = []
        self._key = folder / "tokens.key"
        openssl("genrsa", "-out", self._key, "2048")

    def keys(self) -> dict[str, object]:
        told = _output("rsa", "-in", self._key, "-modulus", "-noout")
        modulus = bytes.fromhex(told.decode().strip().removeprefix("Modulus="))
        numbers = {"n": _base64(modulus), "e": _base64(b"\1\0\1")}
        return {"keys": [{"kty": "RSA", "kid": "1", "alg": "RS256", "use": "sig", **numbers}]}

    def token(self, subject: str, **claims: object) -> tuple[str, float]:
        """With the time when it ends, as the oauth_cb of confluent_kafka returns it."""
        now = int(time.time())
        ends = now + _LIFE
        usual = {"sub": subject, "iss": self.url, "aud": AUDIENCE, "iat": now, "exp": ends}
        parts = [{"alg": "RS256", "kid": "1", "typ": "JWT"}, {**usual, **claims}]
        signed = ".".join(_base64(json.dumps(part).encode()) for part in parts)
        signature = _output("dgst", "-sha256", "-sign", self._key, given=signed.encode())
        return f"{signed}.{_base64(signature)}", float(ends)

    def answer(self, authorization: str, form: str) -> tuple[HTTPStatus, dict[str, object]]:
        """To the client credentials grant (RFC 6749, 4.4)."""
        sent = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        client, _colon, secret = sent.partition(":")
        fields = parse_qs(form)
        self.asked.append(fields)
        if client not in self.clients or self.clients[client] != secret:
            # a service that tells what it was told, on two lines
            told = {"error": "invalid_client", "error_description": f"not\n{secret} {sent}"}
            return HTTPStatus.UNAUTHORIZED, told
        if fields["grant_type"] != ["client_credentials"]:
            return HTTPStatus.BAD_REQUEST, {"error": "unsupported_grant_type"}
        if "forbidden" in fields.get("scope", []):
            return HTTPStatus.BAD_REQUEST, {"error": "invalid_scope"}
        token, _ends = self.token(client)
        self.issued.append(token)
        issued = {"access_token": token, "token_type": "Bearer", "expires_in": _LIFE}
        return HTTPStatus.OK, issued


@contextmanager
def token_service(folder: Path, host: str = "127.0.0.1", port: int = 0) -> Iterator[Tokens]:
    """`folder` keeps its key. `port`: 0 takes a free one."""
    made: list[Tokens] = []
    with _serving(_service(lambda: made[0]), host=host, port=port) as url:
        made.append(Tokens(url, folder))
        yield made[0]


@contextmanager
def secured_endpoint(tokens: Tokens, shown: Pair) -> Iterator[str]:
    """Another address that issues these tokens, by https."""
    with _serving(_service(lambda: tokens), shown) as url:
        yield f"{url}/token"


def _service(tokens: Callable[[], Tokens]) -> type[http.server.BaseHTTPRequestHandler]:
    class Service(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(HTTPStatus.OK, tokens().keys())

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path == "/token":
                self._send(*tokens().answer(self.headers["Authorization"], form))
            elif self.path == "/moved":
                self._send(HTTPStatus.FOUND, {}, Location=tokens().endpoint)
            else:
                self._send(HTTPStatus.NOT_FOUND, {})

        def _send(self, status: HTTPStatus, content: dict[str, object], **headers: str) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None: ...

    return Service


@contextmanager
def _serving(
    service: type[http.server.BaseHTTPRequestHandler],
    shown: Pair | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> Iterator[str]:
    with http.server.ThreadingHTTPServer((host, port), service) as server:
        if shown:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*shown)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"{'https' if shown else 'http'}://{host}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _output(*arguments: str | Path, given: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True)
    return done.stdout


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
