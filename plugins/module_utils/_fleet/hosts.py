# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible registered for a host, as the verdict on its cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .merge import parse
from .verdict import Verdict, ended, not_tried

_REGISTERED = "kafka_fleet_result"


def verdict_of(host: str, variables: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """A task that failed before it asked a module has no verdict of its own.

    `variables`: those of all hosts; of none where Ansible only checks the syntax.
    """
    own = variables.get(host, {})
    result = own.get(_REGISTERED)
    if result is None:
        return not_tried(host)
    if "verdict" in result:
        return parse(result["verdict"])
    return ended(host, result)
