# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof of what an application may do, in the form in which the runner calls a delivery."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .._cluster.gateway.gateway import Gateway
from .._core.errors import StateError
from .._core.foreign import printable
from .._core.wording import because
from .._kafka.acls import TRANSACTIONAL_ID
from .judge import EXCESS, MISSING, PROVED, UNKNOWN, Access, reason
from .observe import observe
from .records import (
    APPLICATION,
    RUN,
    WRITTEN,
    Trial,
    Tried,
    skipped,
    trials,
    try_all,
)
from .spec import Declared, parse_access


@dataclass(frozen=True, slots=True)
class Proof:
    """What is to be proved. Implements the runner's Delivery.

    `seconds`: what reading records back may take. `warn`: takes what is no failure. The others
    are known once it is prepared: as whom it is proved, what the operations tell, and the records
    to write.
    """

    declared: Declared
    seconds: float
    warn: Callable[[str], None]
    new_mark: Callable[[], object] = uuid.uuid4
    application: Gateway | None = None
    found: Sequence[Access] = ()
    wanted: Sequence[Trial] = ()

    @property
    def writes(self) -> bool:
        return bool(self.wanted)

    def prepare(self, gateway: Gateway) -> Proof:
        login = self.declared.login
        application = gateway
        if login:
            application = gateway.as_user(login)
        found = observe(gateway, application, self.declared)
        wanted: Sequence[Trial] = ()
        if self.declared.records:
            wanted = trials(found)
        return replace(self, application=application, found=found, wanted=wanted)

    def result(self) -> dict[str, Any]:
        changed = any(trial.expected == WRITTEN for trial in self.wanted)
        tried = skipped(self.wanted)
        return self._judged(tried, changed)

    def send(self, gateway: Gateway) -> dict[str, Any]:
        application = self.application or gateway
        of_application = application.log()
        logs = {APPLICATION: of_application, RUN: gateway.log()}
        mark = str(self.new_mark())
        tried = try_all(self.wanted, logs, mark, self.seconds)
        changed = any(each.place or each.lost for each in tried)
        return self._judged(tried, changed)

    def _judged(self, tried: Sequence[Tried], changed: bool) -> dict[str, Any]:
        """The result. Raises StateError with all that differs."""
        for warning in _warnings(self.found, tried):
            text = printable(warning)
            self.warn(text)
        statuses = {each.status for each in self.found}
        statuses |= {each.status for each in tried}
        result: dict[str, Any] = {
            "changed": changed,
            "proved": statuses <= {PROVED},
            "principal": self._principal(),
            "access": [each.as_result() for each in self.found],
            "records": [each.as_result() for each in tried],
        }
        differences = [*_differences(self.found, tried)]
        if not differences:
            return result
        # Ansible prints a failed result as a whole
        for rows in ("access", "records"):
            result[rows] = [row for row in result[rows] if row["status"] != PROVED]
        who = result["principal"] or "the application"
        head = f"{who} has another access than declared"
        raise StateError(because(head, differences), **result)

    def _principal(self) -> str | None:
        """None where only the brokers know, as with a client certificate."""
        if not self.application:
            return None
        return self.application.acls().principal()


def parse_proof(params: Mapping[str, Any], seconds: float, warn: Callable[[str], None]) -> Proof:
    """Raises InvalidSpec."""
    return Proof(parse_access(params), seconds, warn)


def _differences(found: Sequence[Access], tried: Sequence[Tried]) -> Iterator[str]:
    for access in found:
        if access.differs:
            yield reason(access)
    for each in tried:
        if each.status in (EXCESS, MISSING):
            where = f"topic {each.topic}"
            if each.place:
                place = f"partition {each.partition}, offset {each.offset}"
                where = f"{where}, {place}"
            yield f"{where}: {each.why}"


def _warnings(found: Sequence[Access], tried: Sequence[Tried]) -> Iterator[str]:
    """What is no difference, but not as declared either, or not known."""
    for access in found:
        is_told = access.differs or access.status == PROVED
        is_never_known = access.target.pattern.resource_type == TRANSACTIONAL_ID
        if not is_told and not is_never_known:
            yield f"{access.target}: {access.why}"
    for each in tried:
        if each.status == UNKNOWN:
            yield f"the record for topic {each.topic}: {each.why}"
