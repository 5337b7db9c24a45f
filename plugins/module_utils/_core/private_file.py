# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a file that only its owner may read, whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable

from .change import Plain


def _nothing() -> None:
    pass


def write_private(path: str, content: Plain, make_room: Callable[[], None] = _nothing) -> None:
    """Replaces the file by the content as JSON. Raises OSError.

    `make_room`: called when the content is on the disk, just before it takes the place.
    """
    number, beside = tempfile.mkstemp(prefix=".undo-", dir=os.path.dirname(path))
    try:
        with open(number, "w") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        make_room()
        os.replace(beside, path)
    except BaseException:
        # an interrupt, too, leaves nothing half-written behind
        os.unlink(beside)
        raise
