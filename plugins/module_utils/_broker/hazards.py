# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can hurt where a broker is drained. Pure."""

from __future__ import annotations

TRAFFIC = "traffic"
ALL = (TRAFFIC,)
