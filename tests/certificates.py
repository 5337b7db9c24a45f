# SPDX-License-Identifier: GPL-3.0-or-later
"""Throwaway certificates, and a listener that shows one."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
PASSWORD = "tiger"


class Pair(NamedTuple):
    certificate: Path
    key: Path


def authority(folder: Path, name: str) -> Pair:
    made = Pair(folder / f"{name}.pem", folder / f"{name}.key")
    openssl(
        "req",
        "-x509",
        *_NEW_KEY,
        "-subj",
        f"/CN={name}",
        "-keyout",
        made.key,
        "-out",
        made.certificate,
    )
    return made


def certificate(
    folder: Path, name: str, by: Pair, names: str = "DNS:localhost", days: int = 30
) -> Pair:
    """Signed by that authority; negative days make one that has expired."""
    made = Pair(folder / f"{name}.crt", folder / f"{name}.key")
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName={names}")
    openssl("req", *_NEW_KEY, "-subj", f"/CN={name}", "-keyout", made.key, "-out", request)
    signing = ("-CA", by.certificate, "-CAkey", by.key, "-CAcreateserial")
    openssl(
        "x509",
        "-req",
        "-in",
        request,
        *signing,
        "-days",
        str(days),
        "-extfile",
        extensions,
        "-out",
        made.certificate,
    )
    return made


def encrypted(key: Path, password: str = PASSWORD) -> Path:
    """The same key, protected by that password."""
    made = key.with_suffix(".encrypted")
    openssl("pkcs8", "-topk8", "-in", key, "-out", made, "-passout", f"pass:{password}")
    return made


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@contextmanager
def listener(shown: Pair, wants_clients_of: Pair | None = None) -> Iterator[int]:
    """Shakes hands on this port, then says no more."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*shown)
    if wants_clients_of:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(wants_clients_of.certificate)

    def serve() -> None:
        while True:
            try:
                client, _address = server.accept()
            except OSError:
                return
            with (
                client,
                suppress(OSError),
                context.wrap_socket(client, server_side=True) as secured,
            ):
                secured.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
