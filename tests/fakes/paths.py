# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of thing that a path to a file can lead to."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# what is refused, and what the refusal calls it
NO_FILES = {
    "device": "a device",
    "endless device": "a device",
    "directory": "a directory",
    "FIFO": "a FIFO",
    "socket": "a socket",
    "dangling link": "a symbolic link",
    "link to a file": "a symbolic link",
    "link to a device": "a symbolic link",
}
NO_FOLDERS = {
    "missing folder": "there is no folder",
    "folder that is a file": "there is no folder",
}
FILES = ("file", "nothing")


def lay_out(folder: Path) -> dict[str, Path]:
    """One path of each kind."""
    paths = {
        "device": Path("/dev/null"),
        "endless device": Path("/dev/full"),
        "missing folder": folder / "missing/file",
        "folder that is a file": folder / "file/file",
    }
    for kind in (
        "directory",
        "FIFO",
        "socket",
        "dangling link",
        "link to a file",
        "link to a device",
        *FILES,
    ):
        paths[kind] = folder / kind.replace(" ", "-")
    paths["directory"].mkdir()
    os.mkfifo(paths["FIFO"])
    bind(paths["socket"])
    paths["file"].write_text("earlier")
    paths["dangling link"].symlink_to("nowhere")
    paths["link to a file"].symlink_to("file")
    paths["link to a device"].symlink_to("/dev/null")
    return paths


def bind(path: Path) -> None:
    """Makes a socket under a short name first, because the path of a socket is limited."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/s")
        os.rename(f"{folder}/s", path)


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """By name: the inode, and the text of a regular file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        text = path.read_text() if path.is_file() else ""
        found[path.name] = (path.lstat().st_ino, text)
    return found


@contextmanager
def unwritable_folder() -> Iterator[Path]:
    """A folder that this user may not write to. Root may write anywhere, so it switches user."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        os.chmod(name, 0o555)
        user = os.geteuid()
        try:
            if user == 0:
                os.seteuid(65534)
            yield Path(name)
        finally:
            os.seteuid(user)
