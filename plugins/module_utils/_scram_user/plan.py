# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans what is left to do until the cluster has the declared users. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from .._core.guard import impossible
from .._core.plan import Plan, Reason, Refusal
from .._core.wording import some
from .._kafka.scram import (
    DIFFERS,
    FEWEST_ITERATIONS,
    MOST_ITERATIONS,
    PROVED,
    UNPROVED,
    Credential,
    Proof,
)
from . import hazards
from .change import ALTER, AS_DECLARED, CREATE, DELETE, KIND, Side, UserChange
from .spec import Declared, UserSet
from .state import Observed

_NOT_ASKED = Proof(UNPROVED, "prove is false")
_UNCREATABLE = "it does not exist, and without a password it cannot be created"
_ITERATIONS_ALONE = "Kafka alters iterations only together with the password: declare it too"
_BEFORE = {DIFFERS: "not as declared", UNPROVED: "not proved"}


class _Draft(NamedTuple):
    """What the plan has found so far. `unproved`: by cause, what is left as it is."""

    changes: list[UserChange]
    refusals: list[Refusal]
    unproved: defaultdict[str, list[str]]
    unchanged: list[Credential]


def plan_users(
    declared: UserSet, observed: Observed, written: Collection[Credential] = ()
) -> Plan[UserChange]:
    """What is missing is created before anything is altered or deleted.

    `written`: those that the cluster has taken in this run, so that nothing is left of them if they
    cannot be proved.
    """
    draft = _Draft([], [], defaultdict(list), [])
    for credential in sorted(declared.credentials):
        if not declared.looks_at(credential):
            continue
        how = declared.credentials[credential]
        if how.state == "present":
            _plan_present(credential, declared, observed, credential in written, draft)
        elif credential in observed.credentials:
            draft.changes.append(_deletion(credential, observed))
    for credential in sorted(observed.credentials):
        if credential not in declared.credentials and declared.purges(credential):
            draft.changes.append(_deletion(credential, observed))
    changes = _in_order(draft.changes)
    warnings = _left_alone(draft)
    return Plan(
        tuple(changes), tuple(draft.refusals), len(draft.unchanged), warnings=tuple(warnings)
    )


def _in_order(changes: Iterable[UserChange]) -> list[UserChange]:
    order = (CREATE, ALTER, DELETE)
    return sorted(changes, key=lambda change: order.index(change.operation))


def _plan_present(
    credential: Credential,
    declared: UserSet,
    observed: Observed,
    is_written: bool,
    draft: _Draft,
) -> None:
    how = declared.credentials[credential]
    found = observed.credentials.get(credential)
    if found is None:
        _plan_creation(credential, how, draft)
        return
    iterations = how.iterations or found
    if how.password is None:
        if iterations != found:
            draft.refusals.append(_refused(credential, _ITERATIONS_ALONE, ALTER))
        else:
            draft.unchanged.append(credential)
        return
    proof = observed.proofs.get(credential, _NOT_ASKED)
    if is_written and proof.verdict == UNPROVED:
        proof = Proof(PROVED)
    is_unproved = proof.verdict == UNPROVED
    if is_unproved and not declared.proving.set_unproved:
        if iterations != found:
            draft.refusals.append(_unproved(credential, proof))
        else:
            draft.unproved[proof.cause].append(str(credential))
            draft.unchanged.append(credential)
        return
    change = _alteration(credential, how, found, proof)
    if change:
        draft.changes.append(change)
    else:
        draft.unchanged.append(credential)


def _plan_creation(credential: Credential, how: Declared, draft: _Draft) -> None:
    if how.password is None:
        draft.refusals.append(_refused(credential, _UNCREATABLE, CREATE))
        return
    iterations = how.iterations or FEWEST_ITERATIONS
    change = UserChange(
        credential,
        CREATE,
        new=Side(iterations, AS_DECLARED),
        iterations=iterations,
        password=how.password,
    )
    draft.changes.append(change)


def _alteration(
    credential: Credential, how: Declared, found: int, proof: Proof
) -> UserChange | None:
    # other tools may have set a number that Kafka takes from nobody
    kept = max(FEWEST_ITERATIONS, min(found, MOST_ITERATIONS))
    sets_password = proof.verdict != PROVED
    iterations = how.iterations
    if iterations is None:
        iterations = kept if sets_password else found
    old, new = Side(), Side()
    if iterations != found:
        old, new = Side(found), Side(iterations)
    if sets_password:
        old = old._replace(password=_BEFORE[proof.verdict])
        new = new._replace(password=AS_DECLARED)
    if new == Side():
        return None
    found_hazards = (hazards.IN_USE,) if sets_password else ()
    return UserChange(credential, ALTER, old, new, iterations, how.password, found_hazards)


def _deletion(credential: Credential, observed: Observed) -> UserChange:
    old = Side(observed.credentials[credential])
    return UserChange(credential, DELETE, old, hazards=(hazards.IN_USE,))


def _refused(credential: Credential, why: str, operation: str) -> Refusal:
    reason = Reason(KIND, operation, "", "", why, "")
    return impossible(str(credential), reason, operation, credential)


def _unproved(credential: Credential, proof: Proof) -> Refusal:
    why = f"altering iterations sets the password, which is not proved ({proof.cause})"
    reason = Reason(KIND, ALTER, "iterations", "", why, "set_unproved: true", "this run")
    return impossible(str(credential), reason, ALTER, credential)


def _left_alone(draft: _Draft) -> Iterator[str]:
    """What was declared, and is neither proved nor set."""
    for cause, names in draft.unproved.items():
        which = some(KIND, names)
        yield f"password not proved, and left as it is: {which}: {cause}; set_unproved sets it"
