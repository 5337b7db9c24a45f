# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows the verdicts on a fleet as one table."""

from __future__ import annotations

from ansible_collections.omninode.kafka.plugins.plugin_utils.report import ActionWithTable


class ActionModule(ActionWithTable):
    """Ansible looks for a class of this name."""
