# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short ways to write ACLs and plans in tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.omninode.kafka.plugins.module_utils._acl.change import AclChange
from ansible_collections.omninode.kafka.plugins.module_utils._acl.plan import plan_acls
from ansible_collections.omninode.kafka.plugins.module_utils._acl.spec import parse_acl_set
from ansible_collections.omninode.kafka.plugins.module_utils._acl.state import Observed
from ansible_collections.omninode.kafka.plugins.module_utils._core.plan import Plan
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.acls import Binding, Pattern

CLUSTER = Pattern("cluster", "kafka-cluster")


def right(
    who: str = "a", operation: str = "READ", what: Pattern | str = "orders", **fields: str
) -> Binding:
    """Of a user, on a topic unless the pattern says otherwise."""
    pattern = Pattern("topic", what) if isinstance(what, str) else what
    return Binding(f"User:{who}", pattern, operation, **fields)


def entry(binding: Binding, **fields: Any) -> dict[str, Any]:
    """As it is declared."""
    resource_type, name, pattern_type = binding.pattern
    return {
        "principal": binding.principal,
        "resource_type": resource_type,
        "resource_name": name,
        "pattern_type": pattern_type,
        "operations": [binding.operation.lower()],
        "permission": binding.permission,
        "host": binding.host,
        **fields,
    }


def planned(
    present: Iterable[Binding] = (),
    absent: Iterable[Binding] = (),
    observed: Iterable[Binding] = (),
    **options: Any,
) -> Plan[AclChange]:
    acls = [*map(entry, present), *(entry(binding, state="absent") for binding in absent)]
    return plan_acls(parse_acl_set(acls, **options), Observed(frozenset(observed)))
