# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Points in time: ms since 1970, as Kafka stores them, and the texts that people write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .quantities import TIME

_AGO = re.compile(rf"([0-9]{{1,7}})\s*({'|'.join(TIME.units)})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_NEITHER = (
    "neither a time with an offset, such as 2026-01-31T12:00:00Z, "
    "nor how long ago, such as 90s, 5m, 2h or 7d"
)


def parse_instant(text: str, now: int) -> int:
    """Ms since 1970, from a date-time with an offset from UTC, or from how long ago, such as 2h.

    `now`: ms since 1970. A time before 1970 counts as 1970. Raises ValueError.
    """
    stripped = text.strip()
    ago = _AGO.fullmatch(stripped)
    if ago:
        number, unit = ago.groups()
        return now - int(number) * TIME.units[unit]
    try:
        since_epoch = datetime.fromisoformat(stripped) - _EPOCH
    except (ValueError, TypeError) as error:  # TypeError: the time has no offset
        raise ValueError(f"{text!r} is {_NEITHER}") from error
    return max(since_epoch // _MILLISECOND, 0)


def iso(milliseconds: int, precision: str = "milliseconds") -> str:
    """A date-time in UTC; the number itself where no year can hold it.

    `milliseconds`: since 1970. `precision`: milliseconds or seconds.
    """
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:  # a producer may send any number as a timestamp
        return str(milliseconds)
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
