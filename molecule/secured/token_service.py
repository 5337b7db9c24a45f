# SPDX-License-Identifier: GPL-3.0-or-later
"""token_service.py HOST PORT FOLDER CLIENT SECRET: issues tokens to a client, until the folder is
gone. The first token is in the file FOLDER/token."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.tokens import token_service


def main(host: str, port: str, folder: Path, client: str, secret: str) -> None:
    with token_service(folder, host=host, port=int(port)) as tokens:
        tokens.clients[client] = secret
        token, _ends = tokens.token(client)
        # whoever sees the file sees all of it
        part = folder / "token.part"
        part.write_text(token)
        part.rename(folder / "token")
        while folder.exists():
            time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
