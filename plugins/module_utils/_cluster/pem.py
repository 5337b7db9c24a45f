# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the PEM of a connection, because librdkafka's errors do not name the option."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

# PEM, with its line breaks or without, or only its base64 on one line
_TEXT = re.compile(r"-----BEGIN|[\r\n]|^(?!/)[A-Za-z0-9+/]{60,}={0,2}$")
_PATH = re.compile(r"[/~.]\S*|\S+\.(pem|crt|cer|key|jks|p12)")
_BEGIN = "-----BEGIN "
_JAVA_KEYSTORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_DER = re.compile(rb"\x30[\x80-\xff]")
_CONTENT = {"ca_cert": "certificate", "client_cert": "certificate", "client_key": "private key"}
_OTHER_KEY = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")


class Pem(NamedTuple):
    """What an option gives: the path of a file, or the text of one."""

    option: str
    value: str

    @property
    def is_file(self) -> bool:
        return self.option in _CONTENT

    @property
    def role(self) -> str:
        """The option that takes a path."""
        return self.option.removesuffix("_pem")

    @property
    def shown(self) -> str:
        """A text is never shown: it may be a key."""
        return self.value if self.is_file else "the text"

    @property
    def name(self) -> str:
        return self.value if self.is_file else self.option


def is_text(path: str) -> bool:
    """Whether it is what a PEM file holds, not its path. It may be a key, so it is never shown."""
    return bool(_TEXT.search(path))


def ascii_of(text: str | None) -> str | None:
    """The text without comments in other letters, which Python's ssl refuses."""
    return text and text.encode("ascii", "ignore").decode()


@contextmanager
def as_file(pem: Pem) -> Iterator[str]:
    """A path, which ssl.load_cert_chain wants; that of a text is in memory, on no disk.

    Raises OSError where the platform has no such files.
    """
    if pem.is_file:
        yield pem.value
        return
    create = getattr(os, "memfd_create", None)  # on Linux only
    if create is None:
        raise OSError("this platform keeps no files in memory")
    with os.fdopen(create(pem.option), "wb") as file:
        file.write(pem.value.encode())
        file.flush()
        yield f"/proc/self/fd/{file.fileno()}"


def problems(given: Sequence[Pem], password: str | None) -> Iterator[tuple[str, str]]:
    """Pairs of an option and what is wrong with it."""
    all_readable = True
    for pem in given:
        problem = _file_problem(pem) if pem.is_file else _text_problem(pem)
        if problem:
            all_readable = False
            yield pem.option, f"{pem.option}{problem}"
    if all_readable:
        yield from _unusable(given, password)


def _file_problem(pem: Pem) -> str | None:
    """What to say after the option's name."""
    path = pem.value
    if is_text(path):
        return f" takes the path of a PEM file, not its text: use {pem.option}_pem for a text"
    if not os.access(path, os.R_OK):
        return f": cannot read file {os.path.abspath(path)}"
    if not os.path.isfile(path):
        return f": {path} is not a file"
    content = Path(path).read_bytes()
    if content.startswith(_JAVA_KEYSTORES):
        return f": {path} is a Java keystore (JKS): convert it by keytool and openssl"
    if _DER.match(content):
        return f": {path} is DER or PKCS#12: convert it to PEM by openssl"
    if _BEGIN.encode() not in content:
        return f": {path} is not a PEM file"
    return _other_content(pem, content)


def _text_problem(pem: Pem) -> str | None:
    text = pem.value.strip()
    if _PATH.fullmatch(text):
        return f" takes the text of a PEM file, not its path: use {pem.role} for a path"
    if _BEGIN not in text:
        return f": the text is not PEM, which has lines such as {_BEGIN}CERTIFICATE-----"
    if "\n" not in text:
        return ": the text has lost its line breaks: write it as a block, after a |"
    return _other_content(pem, text.encode())


def _other_content(pem: Pem, content: bytes) -> str | None:
    wanted = _CONTENT[pem.role]
    last_words = f"{wanted.upper()}-----"
    if last_words.encode() not in content:
        return f": {pem.shown} holds no {wanted}"
    return None


def _unusable(given: Sequence[Pem], password: str | None) -> Iterator[tuple[str, str]]:
    damaged = False
    by_role = {pem.role: pem for pem in given}
    for pem in given:
        if _CONTENT[pem.role] == "certificate" and _is_damaged(pem):
            damaged = True
            yield pem.option, f"{pem.option}: {pem.shown} holds a damaged certificate"
    certificate = by_role.get("client_cert")
    key = by_role.get("client_key")
    if damaged or not certificate or not key:
        return
    problem = _key_problem(certificate, key, password)
    if problem:
        yield key.option, f"{key.option}: {key.shown} {problem}"


def _is_damaged(certificate: Pem) -> bool:
    context = _context()
    try:
        if certificate.is_file:
            context.load_verify_locations(certificate.value)
        else:
            context.load_verify_locations(cadata=ascii_of(certificate.value))
    except ssl.SSLError:
        return True
    return False


def _key_problem(certificate: Pem, key: Pem, password: str | None) -> str | None:
    """What to say after what shows the key."""
    encrypted = False

    def tell_password() -> str:
        nonlocal encrypted
        encrypted = True
        return password or ""

    try:
        with as_file(certificate) as shown, as_file(key) as proof:
            _context().load_cert_chain(shown, proof, tell_password)
    except (ssl.SSLError, ValueError) as error:  # ValueError: a password of over 1024 bytes
        if getattr(error, "reason", None) in _OTHER_KEY:
            return f"is the key of another certificate than {certificate.name}"
        if not encrypted:
            return "holds a damaged private key"
        if not password:
            return "is encrypted: give client_key_password"
        return "has another password than client_key_password"
    except OSError:
        # without files in memory, the client library has to find out
        return None
    return None


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # the broker decides how strong a key must be
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
