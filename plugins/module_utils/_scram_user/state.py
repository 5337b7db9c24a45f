# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SCRAM users of a cluster as they were observed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .._core.change import Plain
from .._kafka.scram import Credential, Proof


class Observed(NamedTuple):
    """`credentials`: their iterations. `proofs`: of the declared passwords that were to be proved.

    `own_user`: as which user the run acts, None without SASL. `operations`: what it may do with the
    cluster, None where the cluster does not say.
    """

    credentials: Mapping[Credential, int]
    proofs: Mapping[Credential, Proof] = {}
    cluster_id: str = ""
    own_user: str | None = None
    operations: frozenset[str] | None = None


def declarations(credentials: Mapping[Credential, int]) -> list[dict[str, Plain]]:
    """In the form that is declared, sorted, without passwords, which Kafka does not know."""
    entries = []
    for credential in sorted(credentials):
        entries.append(as_declaration(credential, credentials[credential]))
    return entries


def as_declaration(credential: Credential, iterations: int) -> dict[str, Plain]:
    name, mechanism = credential
    return {"name": name, "mechanism": mechanism, "iterations": iterations}
