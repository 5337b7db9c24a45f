# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that shows the key that proves the tokens for OAUTHBEARER, which it signs."""

from __future__ import annotations

import base64
import http.server
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.certificates import openssl

AUDIENCE = "kafka"
_LIFE = 3600  # seconds


class Tokens:
    """`url`: of the service, and the issuer of its tokens."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.jwks_url = f"{url}/jwks"
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


@contextmanager
def token_service(folder: Path) -> Iterator[Tokens]:
    """On a port of its own; `folder` keeps its key."""

    class Service(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(tokens.keys()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        tokens = Tokens(f"http://127.0.0.1:{server.server_port}", folder)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield tokens
        finally:
            server.shutdown()
            thread.join()


def _output(*arguments: str | Path, given: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *arguments], input=given, check=True, capture_output=True)
    return done.stdout


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
