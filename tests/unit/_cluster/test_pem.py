# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.pem import (
    Pem,
    is_text,
    problems,
)

from tests.certificates import PASSWORD, authority, certificate, encrypted, openssl

NO_PEM = {
    "store.jks": (
        b"\xfe\xed\xfe\xed\x00\x00\x00\x02",
        "is a Java keystore (JKS): convert it by keytool and openssl",
    ),
    "store.jceks": (
        b"\xce\xce\xce\xce\x00\x00\x00\x02",
        "is a Java keystore (JKS): convert it by keytool and openssl",
    ),
    "store.p12": (
        b"\x30\x82\x09\x61\x02\x01\x03",
        "is DER or PKCS#12: convert it to PEM by openssl",
    ),
    "key.der": (b"\x30\x41\x02\x01\x00\x30\x13", "is not a PEM file"),
    "text": (b"0 is not what anybody expects\n", "is not a PEM file"),
    "empty": (b"", "is not a PEM file"),
}
DAMAGED_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
DAMAGED_KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ca.pem, one.crt and other.crt with their keys, one.encrypted, and files that are not PEM."""
    made = tmp_path_factory.mktemp("pem")
    ca = authority(made, "ca")
    one = certificate(made, "one", ca)
    certificate(made, "other", ca)
    encrypted(one.key)
    openssl("genrsa", "-out", made / "rsa.key", "2048")
    # weaker than OpenSSL takes today: how strong a key must be is for the broker to say
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:1024",
        "-nodes",
        "-subj",
        "/CN=weak",
        "-keyout",
        made / "weak.key",
        "-out",
        made / "weak.crt",
    )
    for name, (content, _problem) in NO_PEM.items():
        (made / name).write_bytes(content)
    (made / "damaged.crt").write_text(DAMAGED_CERTIFICATE)
    (made / "damaged.key").write_text(DAMAGED_KEY)
    return made


def told(folder: Path, password: str | None = None, **names: str) -> list[str]:
    """The problems, without the folder."""
    files = [Pem(option, str(folder / name)) for option, name in names.items()]
    texts = []
    for option, text in problems(files, password):
        assert text.startswith(option)
        texts.append(text.replace(f"{folder}/", ""))
    return texts


@pytest.mark.parametrize(
    ("names", "password"),
    [
        ({}, None),
        ({"ca_cert": "ca.pem"}, None),
        ({"client_cert": "one.crt", "client_key": "one.key"}, None),
        ({"ca_cert": "ca.pem", "client_cert": "one.crt", "client_key": "one.key"}, "not needed"),
        ({"client_cert": "one.crt", "client_key": "one.encrypted"}, PASSWORD),
        ({"client_cert": "weak.crt", "client_key": "weak.key"}, None),
        # told elsewhere
        ({"client_key": "one.encrypted"}, None),
    ],
)
def test_fine(folder: Path, names: dict[str, str], password: str | None) -> None:
    assert told(folder, password, **names) == []


ENCRYPTED = "client_key: one.encrypted is encrypted: give client_key_password"
OTHER_PASSWORD = "client_key: one.encrypted has another password than client_key_password"


@pytest.mark.parametrize(
    ("certificate", "key", "password", "problem"),
    [
        ("one.crt", "one.encrypted", None, ENCRYPTED),
        ("one.crt", "one.encrypted", "", ENCRYPTED),
        ("one.crt", "one.encrypted", "wrong", OTHER_PASSWORD),
        ("one.crt", "one.encrypted", "x" * 5000, OTHER_PASSWORD),
        (
            "one.crt",
            "other.key",
            None,
            "client_key: other.key is the key of another certificate than one.crt",
        ),
        (
            "one.crt",
            "rsa.key",
            None,
            "client_key: rsa.key is the key of another certificate than one.crt",
        ),
        (
            "other.crt",
            "one.encrypted",
            PASSWORD,
            "client_key: one.encrypted is the key of another certificate than other.crt",
        ),
        ("one.key", "one.key", None, "client_cert: one.key holds no certificate"),
        ("one.crt", "one.crt", None, "client_key: one.crt holds no private key"),
        ("damaged.crt", "one.key", None, "client_cert: damaged.crt holds a damaged certificate"),
        ("one.crt", "damaged.key", None, "client_key: damaged.key holds a damaged private key"),
    ],
)
def test_one_cause_for_a_pair(
    folder: Path, certificate: str, key: str, password: str | None, problem: str
) -> None:
    assert told(folder, password, client_cert=certificate, client_key=key) == [problem]


@pytest.mark.parametrize("option", ["ca_cert", "client_cert", "client_key"])
@pytest.mark.parametrize(
    ("name", "problem"), [(name, problem) for name, (_content, problem) in NO_PEM.items()]
)
def test_files_that_are_not_pem(folder: Path, option: str, name: str, problem: str) -> None:
    assert told(folder, **{option: name}) == [f"{option}: {name} {problem}"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("one.key", "ca_cert: one.key holds no certificate"),
        ("damaged.crt", "ca_cert: damaged.crt holds a damaged certificate"),
        ("missing", "ca_cert: cannot read file missing"),
        (".", "ca_cert: {folder} is not a file"),
    ],
)
def test_what_is_no_authority(folder: Path, name: str, problem: str) -> None:
    assert told(folder, ca_cert=name) == [problem.format(folder=folder)]


def test_a_relative_path_tells_where_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [*problems([Pem("ca_cert", "ca.pem")], None)] == [
        ("ca_cert", f"ca_cert: cannot read file {tmp_path}/ca.pem")
    ]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert told(tmp_path, ca_cert="pipe") == ["ca_cert: pipe is not a file"]


def test_every_file_is_checked(folder: Path) -> None:
    files = {"ca_cert": "text", "client_cert": "missing", "client_key": "one.crt"}
    assert told(folder, **files) == [
        "ca_cert: text is not a PEM file",
        "client_cert: cannot read file missing",
        "client_key: one.crt holds no private key",
    ]


def test_the_text_of_a_file_is_never_told(folder: Path) -> None:
    text = (folder / "one.key").read_text()
    body = "".join(text.splitlines()[1:-1])
    forms = [
        text,
        text.replace("\n", ""),
        text.replace("\n", "\\n"),
        body,
        base64.b64encode(text.encode()).decode(),
        f"{body[:40]}\n",
    ]
    for form in forms:
        assert is_text(form)
        for option in ("ca_cert", "client_cert", "client_key"):
            assert list(problems([Pem(option, form)], None)) == [
                (
                    option,
                    f"{option} takes the path of a PEM file, not its text: use {option}_pem "
                    "for a text",
                )
            ]


@pytest.mark.parametrize(
    "path", ["ca.pem", "/etc/ssl/certs/ca.pem", "/" + "long/" * 30, "a" * 59, "with-a-dash" * 10]
)
def test_a_path_is_not_taken_for_text(path: str) -> None:
    assert not is_text(path)


def told_of_texts(folder: Path, password: str | None = None, **texts: str) -> list[str]:
    """The problems of texts, each of which is the name of a file or itself."""
    given = []
    for option, text in texts.items():
        file = folder / text
        given.append(Pem(f"{option}_pem", text if "\n" in text else file.read_text()))
    found = []
    for option, problem in problems(given, password):
        assert problem.startswith(option)
        found.append(problem)
    return found


@pytest.mark.parametrize(
    ("texts", "password"),
    [
        ({"ca_cert": "ca.pem"}, None),
        ({"client_cert": "one.crt", "client_key": "one.key"}, None),
        ({"client_cert": "one.crt", "client_key": "one.encrypted"}, PASSWORD),
        ({"client_cert": "weak.crt", "client_key": "weak.key"}, None),
    ],
)
def test_texts_that_are_fine(folder: Path, texts: dict[str, str], password: str | None) -> None:
    assert told_of_texts(folder, password, **texts) == []
    # as others hand them on
    for change in (str.strip, lambda text: f"\n\n# é\n{text}\n\n", windows):
        changed = {option: change((folder / name).read_text()) for option, name in texts.items()}
        assert told_of_texts(folder, password, **changed) == []


def windows(text: str) -> str:
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("certificate", "key", "password", "problem"),
    [
        ("one.crt", "one.encrypted", None, "the text is encrypted: give client_key_password"),
        (
            "one.crt",
            "one.encrypted",
            "wrong",
            "the text has another password than client_key_password",
        ),
        (
            "one.crt",
            "other.key",
            None,
            "the text is the key of another certificate than client_cert_pem",
        ),
        ("one.crt", "one.crt", None, "the text holds no private key"),
        ("one.crt", "damaged.key", None, "the text holds a damaged private key"),
    ],
)
def test_one_cause_for_a_pair_of_texts(
    folder: Path, certificate: str, key: str, password: str | None, problem: str
) -> None:
    assert told_of_texts(folder, password, client_cert=certificate, client_key=key) == [
        f"client_key_pem: {problem}"
    ]


def test_a_text_and_a_file_are_a_pair(folder: Path) -> None:
    text = Pem("client_key_pem", (folder / "other.key").read_text())
    [(option, problem)] = problems([Pem("client_cert", str(folder / "one.crt")), text], None)
    assert option == "client_key_pem"
    assert problem.endswith(f"the key of another certificate than {folder / 'one.crt'}")
    assert not [*problems([Pem("client_cert", str(folder / "other.crt")), text], None)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (DAMAGED_CERTIFICATE, ": the text holds a damaged certificate"),
        (DAMAGED_KEY, ": the text holds no certificate"),
        ("hunter2\n", ": the text is not PEM, which has lines such as -----BEGIN CERTIFICATE-----"),
    ],
)
def test_texts_that_are_no_certificate(folder: Path, text: str, problem: str) -> None:
    for option in ("ca_cert", "client_cert"):
        assert told_of_texts(folder, **{option: text}) == [f"{option}_pem{problem}"]


def test_a_text_on_one_line(folder: Path) -> None:
    text = (folder / "one.key").read_text()
    for form in (text.replace("\n", ""), text.replace("\n", " "), text.replace("\n", "\\n")):
        [(_option, problem)] = problems([Pem("client_key_pem", form)], None)
        assert problem == (
            "client_key_pem: the text has lost its line breaks: write it as a block, after a |"
        )


@pytest.mark.parametrize("path", ["/etc/ssl/ca.pem", "~/ca.pem", "ca.crt", "../tls/client.key\n"])
def test_a_path_in_the_place_of_a_text(path: str) -> None:
    assert [*problems([Pem("ca_cert_pem", path)], None)] == [
        (
            "ca_cert_pem",
            "ca_cert_pem takes the text of a PEM file, not its path: use ca_cert for a path",
        )
    ]


def test_a_platform_without_files_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")
    other = {"client_cert": "one.crt", "client_key": "other.key"}
    # the client library has to find out
    assert told_of_texts(folder, **other) == []
    assert told(folder, **other)


def test_no_file_stays_open(folder: Path) -> None:
    before = os.listdir("/proc/self/fd")
    told_of_texts(folder, client_cert="one.crt", client_key="one.key")
    assert os.listdir("/proc/self/fd") == before
