# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors that a run can end with. Each message is verb + subject + cause.

`facts` go into the failed task's result as they are.
"""

from __future__ import annotations


class StateError(Exception):
    """Root of all errors that the runner turns into a structured failure."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts
        self.warnings: tuple[str, ...] = ()


class InvalidSpec(StateError):
    """The declaration or an option is wrong; nothing was read from the cluster because of it."""


class ClusterUnreachable(StateError):
    """No broker answered as Kafka in time, or it is not the cluster that was pinned."""


class NotAuthorized(StateError):
    """The principal lacks a right that the run needs."""


class NotFound(StateError):
    """What the run asks about does not exist, and the run does not create it."""


class Unsupported(StateError):
    """The cluster or the client library cannot do what is asked."""


class PlanRefused(StateError):
    """The plan was refused before the first write: nothing was changed."""


class ApplyFailed(StateError):
    """Some planned changes were not applied, or may not have been; the outcome says which."""


class NotConverged(StateError):
    """All changes were accepted, yet a live value contradicts the declared one."""
