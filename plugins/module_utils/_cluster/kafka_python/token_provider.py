# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How kafka-python comes to a token of OAUTHBEARER."""

from __future__ import annotations

from contextlib import suppress

from .. import tokens
from ..connection import Connection


class TokenProvider:
    """The library asks it at each connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def token(self) -> str:
        return tokens.token(self._connection).text

    def extensions(self) -> dict[str, str]:
        return tokens.extensions(self._connection)


# check_library reports it where the library is missing
with suppress(ImportError):
    from kafka.net.sasl.oauth import AbstractTokenProvider

    # the library asks for one of its own
    AbstractTokenProvider.register(TokenProvider)
