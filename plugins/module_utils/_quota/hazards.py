# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change of quotas can hurt."""

from __future__ import annotations

from .change import QuotaChange

THROTTLING = "throttling"
ALL = (THROTTLING,)


def may_throttle(change: QuotaChange) -> bool:
    """Whether the change binds clients that nobody named more than before.

    An entity with a name of its own is bound as its declaration says.
    """
    return change.entity.is_default and bool(change.lowered)
