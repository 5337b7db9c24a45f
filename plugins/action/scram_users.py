# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module scram_users and shows how far it is."""

from __future__ import annotations

from ansible_collections.omninode.kafka.plugins.plugin_utils.progress import ActionWithProgress


class ActionModule(ActionWithProgress):
    """Ansible looks for a class of this name."""
