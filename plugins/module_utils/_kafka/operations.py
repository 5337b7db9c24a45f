# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of Kafka's ACLs: org.apache.kafka.common.acl.AclOperation."""

from __future__ import annotations

ALL = "ALL"
READ = "READ"
WRITE = "WRITE"
CREATE = "CREATE"
DELETE = "DELETE"
ALTER = "ALTER"
DESCRIBE = "DESCRIBE"
CLUSTER_ACTION = "CLUSTER_ACTION"
DESCRIBE_CONFIGS = "DESCRIBE_CONFIGS"
ALTER_CONFIGS = "ALTER_CONFIGS"
IDEMPOTENT_WRITE = "IDEMPOTENT_WRITE"
CREATE_TOKENS = "CREATE_TOKENS"
DESCRIBE_TOKENS = "DESCRIBE_TOKENS"
TWO_PHASE_COMMIT = "TWO_PHASE_COMMIT"
