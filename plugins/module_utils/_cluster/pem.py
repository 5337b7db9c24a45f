# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PEM files of a connection, judged before librdkafka reads them: it names no option."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path

# with line breaks or without, or what is left of it in one line of base64
_TEXT = re.compile(r"-----BEGIN|[\r\n]|^(?!/)[A-Za-z0-9+/]{60,}={0,2}$")
_JAVA_KEYSTORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_DER = re.compile(rb"\x30[\x80-\xff]")
_CONTENT = {"ca_cert": "certificate", "client_cert": "certificate", "client_key": "private key"}
_OTHER_KEY = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")


def is_text(path: str) -> bool:
    """Whether it is what a PEM file holds rather than where the file is: never to be shown."""
    return bool(_TEXT.search(path))


def problems(files: Mapping[str, str], password: str | None) -> Iterator[tuple[str, str]]:
    """Pairs of an option and what is wrong with it. `files`: paths by option."""
    found = [(option, _file_problem(option, path)) for option, path in files.items()]
    bad = [(option, problem) for option, problem in found if problem]
    yield from bad or _unusable(files, password)


def _file_problem(option: str, path: str) -> str | None:
    if is_text(path):
        return f"{option} takes the path of a PEM file, not its text"
    if not os.access(path, os.R_OK):
        return f"{option}: cannot read file {path}"
    if not os.path.isfile(path):
        return f"{option}: {path} is not a file"
    content = Path(path).read_bytes()
    if content.startswith(_JAVA_KEYSTORES):
        return f"{option}: {path} is a Java keystore (JKS): convert it by keytool and openssl"
    if _DER.match(content):
        return f"{option}: {path} is DER or PKCS#12: convert it to PEM by openssl"
    if b"-----BEGIN " not in content:
        return f"{option}: {path} is not a PEM file"
    wanted = _CONTENT[option]
    if f"{wanted.upper()}-----".encode() not in content:
        return f"{option}: {path} holds no {wanted}"
    return None


def _unusable(files: Mapping[str, str], password: str | None) -> Iterator[tuple[str, str]]:
    certificates = [option for option in ("ca_cert", "client_cert") if option in files]
    damaged = [option for option in certificates if not _loads(files[option])]
    for option in damaged:
        yield option, f"{option}: {files[option]} holds a damaged certificate"
    if not damaged and {"client_cert", "client_key"} <= files.keys():
        problem = _key_problem(files["client_cert"], files["client_key"], password)
        if problem:
            yield "client_key", f"client_key: {problem}"


def _loads(certificate: str) -> bool:
    try:
        _context().load_verify_locations(certificate)
    except ssl.SSLError:
        return False
    return True


def _key_problem(certificate: str, key: str, password: str | None) -> str | None:
    encrypted = False

    def tell_password() -> str:
        nonlocal encrypted
        encrypted = True
        return password or ""

    try:
        _context().load_cert_chain(certificate, key, tell_password)
    except (ssl.SSLError, ValueError) as error:  # the second for a password of more than 1024 bytes
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
    context.set_ciphers("DEFAULT:@SECLEVEL=0")  # how strong a key has to be is for others to say
    return context
