# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Points in time, in ms since 1970 as Kafka has them, and as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .quantities import TIME

_AGO = re.compile(rf"([0-9]{{1,7}})\s*({'|'.join(TIME.units)})")
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def parse_instant(text: str, now: int) -> int:
    """A date-time with an offset from UTC, or how long ago, such as 2h. Raises ValueError."""
    if ago := _AGO.fullmatch(text.strip()):
        number, unit = ago.groups()
        return now - int(number) * TIME.units[unit]
    try:
        since = datetime.fromisoformat(text.strip()) - _BEGIN
        return max(since // timedelta(milliseconds=1), 0)
    except (ValueError, TypeError) as error:  # TypeError: it has no offset
        time = "a time with an offset, such as 2026-01-31T12:00:00Z"
        ago_time = "how long ago, such as 90s, 5m, 2h or 7d"
        raise ValueError(f"{text!r} is neither {time}, nor {ago_time}") from error


def iso(milliseconds: int, precision: str = "milliseconds") -> str:
    """`precision`: milliseconds or seconds."""
    try:
        moment = _BEGIN + timedelta(milliseconds=milliseconds)
        return moment.isoformat(timespec=precision).replace("+00:00", "Z")
    except OverflowError:  # a producer may send any number
        return str(milliseconds)
