# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which planned changes can hurt: who could no longer log in. Pure."""

from __future__ import annotations

IN_USE = "in_use"
ALL = (IN_USE,)
