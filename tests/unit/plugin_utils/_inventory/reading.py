# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the inventory plugin's pure parts read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible.plugins.inventory import to_safe_group_name
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.clusters import Other
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.read import (
    Found,
    read_clusters,
)

DEFAULTS: dict[str, Any] = {
    "delimiter": ",",
    "records": None,
    "name_column": "name",
    "columns": {},
    "connection": {},
    "require_cluster_id": True,
    "labels": [],
    "hostvars": [],
    "invalid_rows": "fail",
}


def read(text: str, form: str, others: Sequence[Other] = (), **options: Any) -> Found:
    every = {**DEFAULTS, "format": form, **options}
    return read_clusters(text, f"fleet.{form}", every, to_safe_group_name, others)
