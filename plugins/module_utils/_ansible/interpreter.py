# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imported first: ends a module on a Python that is too old to import the rest."""

from __future__ import annotations

import json
import sys

_OLDEST = (3, 11)

if sys.version_info < _OLDEST:
    needed = ".".join(map(str, _OLDEST))
    found = ".".join(map(str, sys.version_info[:3]))
    cause = f"omninode.kafka needs Python {needed} or newer, but {sys.executable} is Python {found}"
    # there is no AnsibleModule yet
    json.dump({"failed": True, "msg": f"{cause}: set ansible_python_interpreter"}, sys.stdout)
    raise SystemExit(1)
