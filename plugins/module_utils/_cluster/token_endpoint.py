# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks an endpoint for a token, by the client credentials grant (RFC 6749, 4.4)."""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from functools import partial
from http.client import HTTPException, InvalidURL
from typing import Any

from .._core.foreign import brief
from .background import begin
from .connection import Connection
from .sasl import token_problem
from .tls import trust_authorities
from .tokens import basic

_SECONDS = 10.0
_MOST_BYTES = 2**16
_OTHER_SERVER = "(http or https, and the port)"
_UNTRUSTED = "add its authority to ca_cert or ca_cert_pem, or to those that the system trusts"


class Refused(Exception):
    """Why there is no token, on one line and without secrets."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Python would send the client's secret along."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def ask(connection: Connection) -> Mapping[str, Any]:
    """What the endpoint answers, with an access_token. Raises Refused."""
    seconds = min(_SECONDS, connection.timeout)
    # a time-out of a socket begins again with each byte
    asked = begin(partial(_ask, connection, seconds))
    try:
        answer = asked.result(seconds)
    except TimeoutError:
        why = f"it does not answer within {seconds:g} s: {_check(connection)}"
        raise Refused(why) from None
    except urllib.error.HTTPError as error:
        raise Refused(_refusal(connection, error.code, error.msg)) from None
    except urllib.error.URLError as error:
        raise Refused(_cause(connection, error.reason)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise Refused(_cause(connection, error)) from None
    token = answer.get("access_token")
    if not isinstance(token, str) or token_problem(token):
        said = _said(connection, answer)
        raise Refused(f"it answers without an access_token{said}: {_check(connection)}")
    return answer


def _ask(connection: Connection, seconds: float) -> Mapping[str, Any]:
    form = {"grant_type": "client_credentials"}
    if connection.oauth_scope:
        form["scope"] = connection.oauth_scope
    credentials = basic(connection.oauth_client_id or "", connection.oauth_client_secret or "")
    request = urllib.request.Request(  # noqa: S310 - it is http or https, see sasl.endpoint_problem
        connection.oauth_token_endpoint or "",
        urllib.parse.urlencode(form).encode(),
        {"Authorization": f"Basic {credentials}", "Accept": "application/json"},
    )
    # not ssl.create_default_context: from Python 3.13 on, it is stricter than the client libraries
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.minimum_version = ssl.TLSVersion.TLSv1_2
    trusting.load_default_certs()
    trust_authorities(trusting, connection)
    secured = urllib.request.HTTPSHandler(context=trusting)
    opener = urllib.request.build_opener(secured, _NoRedirects)
    try:
        with opener.open(request, timeout=seconds) as response:
            return _json(response.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            error.msg = error.read(_MOST_BYTES).decode(errors="replace")
        raise


def _json(content: bytes | str) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(connection: Connection, status: int, body: str) -> str:
    answer = _json(body)
    said = _said(connection, answer)
    error = answer.get("error")
    if error in ("invalid_client", "unauthorized_client") or status == 401:
        return f"it refuses oauth_client_id or oauth_client_secret{said}"
    if error == "invalid_scope":
        return f"it refuses oauth_scope{said}"
    check = _check(connection)
    if 300 <= status < 400:
        return f"it redirects elsewhere, where a secret is not sent: {check}"
    return f"it answers HTTP {status}{said}: {check}"


def _said(connection: Connection, answer: Mapping[str, Any]) -> str:
    """What an error says (RFC 6749, 5.2), for a message."""
    told = []
    for field in ("error", "error_description"):
        if isinstance(answer.get(field), str):
            told.append(brief(connection.scrub(answer[field])))
    return f" ({': '.join(told)})" if told else ""


def _cause(connection: Connection, error: object) -> str:
    check = _check(connection)
    if isinstance(error, ssl.SSLCertVerificationError):
        why = brief(error.verify_message)
        return f"its certificate is not trusted: {why}: {_UNTRUSTED}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {check}, which may speak http"
    if isinstance(error, ConnectionRefusedError):
        return f"connection refused: {check}"
    if isinstance(error, ConnectionError):
        return f"it closed the connection: {check} {_OTHER_SERVER}"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return f"host name not resolved: {check}"
    if isinstance(error, TimeoutError):
        return f"it does not answer in time: {check}"
    if isinstance(error, (InvalidURL, ValueError)):
        # the endpoint's is checked before; this one may hold a password
        return f"the proxy is no address: {check}"
    if isinstance(error, HTTPException):
        return f"its answer is not HTTP: {check} {_OTHER_SERVER}"
    why = brief(connection.scrub(str(error)))
    return f"{why}: {check}"


def _check(connection: Connection) -> str:
    """What to look at; who runs a module easily forgets the proxy."""
    endpoint = urllib.parse.urlsplit(connection.oauth_token_endpoint or "")
    advice = "check oauth_token_endpoint"
    proxies = urllib.request.getproxies()
    if endpoint.scheme not in proxies or urllib.request.proxy_bypass(endpoint.netloc):
        return advice
    return f"{advice} and the proxy ({endpoint.scheme}_proxy, no_proxy)"
