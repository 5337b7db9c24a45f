# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells how far the module is, where an action plugin listens (plugin_utils/progress.py)."""

from __future__ import annotations

import os
from contextlib import suppress

# the environment variable that names the file
PROGRESS_FILE = "OMNINODE_KAFKA_PROGRESS_FILE"


def tell(text: str) -> None:
    """Replaces what was told before. A run does not fail because its progress cannot be told."""
    path = os.environ.get(PROGRESS_FILE)
    if not path:
        return
    with suppress(OSError), open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
