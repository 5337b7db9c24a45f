# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the PEM files of a connection, because librdkafka's errors do not name the option."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

# PEM, with its line breaks or without, or only its base64 on one line
_TEXT = re.compile(r"-----BEGIN|[\r\n]|^(?!/)[A-Za-z0-9+/]{60,}={0,2}$")
_JAVA_KEYSTORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_DER = re.compile(rb"\x30[\x80-\xff]")
_CONTENT = {"ca_cert": "certificate", "client_cert": "certificate", "client_key": "private key"}
_OTHER_KEY = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")


def is_text(path: str) -> bool:
    """Whether it is what a PEM file holds, not its path. It may be a key, so it is never shown."""
    return bool(_TEXT.search(path))


def problems(files: Mapping[str, str], password: str | None) -> Iterator[tuple[str, str]]:
    """Pairs of an option and what is wrong with it. `files`: paths by option."""
    all_readable = True
    for option, path in files.items():
        problem = _file_problem(path, _CONTENT[option])
        if problem:
            all_readable = False
            yield option, f"{option}{problem}"
    if all_readable:
        yield from _unusable(files, password)


def _file_problem(path: str, wanted: str) -> str | None:
    """What to say after the option's name. `wanted`: what the file must hold."""
    if is_text(path):
        return " takes the path of a PEM file, not its text"
    if not os.access(path, os.R_OK):
        return f": cannot read file {path}"
    if not os.path.isfile(path):
        return f": {path} is not a file"
    content = Path(path).read_bytes()
    if content.startswith(_JAVA_KEYSTORES):
        return f": {path} is a Java keystore (JKS): convert it by keytool and openssl"
    if _DER.match(content):
        return f": {path} is DER or PKCS#12: convert it to PEM by openssl"
    if b"-----BEGIN " not in content:
        return f": {path} is not a PEM file"
    last_words = f"{wanted.upper()}-----"
    if last_words.encode() not in content:
        return f": {path} holds no {wanted}"
    return None


def _unusable(files: Mapping[str, str], password: str | None) -> Iterator[tuple[str, str]]:
    damaged = False
    for option, path in files.items():
        if _CONTENT[option] == "certificate" and _is_damaged(path):
            damaged = True
            yield option, f"{option}: {path} holds a damaged certificate"
    certificate = files.get("client_cert")
    key = files.get("client_key")
    if damaged or not certificate or not key:
        return
    problem = _key_problem(certificate, key, password)
    if problem:
        yield "client_key", f"client_key: {problem}"


def _is_damaged(certificate: str) -> bool:
    try:
        _context().load_verify_locations(certificate)
    except ssl.SSLError:
        return True
    return False


def _key_problem(certificate: str, key: str, password: str | None) -> str | None:
    encrypted = False

    def tell_password() -> str:
        nonlocal encrypted
        encrypted = True
        return password or ""

    try:
        _context().load_cert_chain(certificate, key, tell_password)
    except (ssl.SSLError, ValueError) as error:  # ValueError: a password of over 1024 bytes
        if getattr(error, "reason", None) in _OTHER_KEY:
            return f"{key} is the key of another certificate than {certificate}"
        if not encrypted:
            return f"{key} holds a damaged private key"
        if not password:
            return f"{key} is encrypted: give secret_client_properties its ssl.key.password"
        return f"{key} has another password than ssl.key.password of secret_client_properties"
    return None


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # the broker decides how strong a key must be
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
