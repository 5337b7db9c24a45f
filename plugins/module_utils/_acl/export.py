# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live ACLs as a short declaration: what is the default is not said. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._core.errors import InvalidSpec
from .._kafka.acls import ALLOW, ANY, CLUSTER, LITERAL
from .spec import parse_acl_set

_DEFAULTS = {
    "pattern_type": LITERAL,
    "permission": ALLOW,
    "host": ANY,
}


def declaration(acls: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that may be declared; one that is left out has a mistake, so it does nothing."""
    for entry in acls:
        short = dict(entry)
        for field, default in _DEFAULTS.items():
            if short.get(field) == default:
                del short[field]
        if short["resource_type"] == CLUSTER:
            del short["resource_name"]
        if _may_be_declared(short):
            yield short


def _may_be_declared(entry: Mapping[str, Any]) -> bool:
    try:
        parse_acl_set([entry])
    except InvalidSpec:
        return False
    return True
