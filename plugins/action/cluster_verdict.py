# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps or compares what is declared of a cluster, and returns one verdict."""

from __future__ import annotations

from ansible_collections.omninode.kafka.plugins.plugin_utils.verdict import ActionWithVerdict


class ActionModule(ActionWithVerdict):
    """Ansible looks for a class of this name."""
