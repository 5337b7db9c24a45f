# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that any client has to do: half of the floor.

`raw.py KIND CONNECTION FILE` reads what the file declares from the cluster, compares each declared
value, and fails if any differs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SECONDS = 120.0
AT_ONCE = 250  # topics in a request: more take longer, see the module topics
Connection = dict[str, str]
Entries = list[dict[str, Any]]


def topics(connection: Connection, declared: Entries) -> Iterator[str]:
    from confluent_kafka import TopicCollection
    from confluent_kafka.admin import ConfigResource, ResourceType

    admin = _admin(connection)
    names = [topic["name"] for topic in declared]
    described = admin.describe_topics(TopicCollection(names), request_timeout=SECONDS)
    configs: dict[str, Any] = {}
    for start in range(0, len(names), AT_ONCE):
        batch = [ConfigResource(ResourceType.TOPIC, name) for name in names[start:][:AT_ONCE]]
        for resource, future in admin.describe_configs(batch, request_timeout=SECONDS).items():
            configs[resource.name] = future.result()
    for topic in declared:
        name, found = topic["name"], described[topic["name"]].result().partitions
        if len(found) != topic["partitions"]:
            yield name
        if len(found[0].replicas) != topic["replication_factor"]:
            yield name
        for key, value in topic["config"].items():
            if configs[name][key].value != value:
                yield name


def acls(connection: Connection, declared: Entries) -> Iterator[str]:
    from confluent_kafka.admin import (
        AclBindingFilter,
        AclOperation,
        AclPermissionType,
        ResourcePatternType,
        ResourceType,
    )

    # the library takes None, its types do not
    any_: Any = None
    every = AclBindingFilter(
        ResourceType.ANY,
        any_,
        ResourcePatternType.ANY,
        any_,
        any_,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    admin = _admin(connection)
    described = admin.describe_acls(every, request_timeout=SECONDS).result()
    found = {(acl.principal, acl.name, acl.operation.name) for acl in described}
    for acl in declared:
        for operation in acl["operations"]:
            if (acl["principal"], acl["resource_name"], operation.upper()) not in found:
                yield acl["principal"]


def scram_users(connection: Connection, declared: Entries) -> Iterator[str]:
    """Kafka shows no password, so none is compared."""
    admin = _admin(connection)
    described = admin.describe_user_scram_credentials(request_timeout=SECONDS)
    found = described.result()
    for user in declared:
        credentials = found[user["name"]].scram_credential_infos
        if user["iterations"] not in {each.iterations for each in credentials}:
            yield user["name"]


def quotas(connection: Connection, declared: Entries) -> Iterator[str]:
    from kafka import KafkaAdminClient
    from kafka.protocol.admin import DescribeClientQuotasRequest

    admin = KafkaAdminClient(**connection)
    # the library has no method for it
    every = DescribeClientQuotasRequest(components=[], strict=False)
    found = {}
    for entry in admin._manager.run(admin._manager.send, every).entries:
        [part] = entry.entity
        found[part.entity_name] = {value.key: value.value for value in entry.values}
    for quota in declared:
        for key, value in quota["quotas"].items():
            if found[quota["user"]].get(key) != value:
                yield quota["user"]
    admin.close()


def _admin(connection: Connection) -> Any:
    from confluent_kafka.admin import AdminClient

    # the options of the modules have the names of the library's properties
    properties = {name.replace("_", "."): value for name, value in connection.items()}
    return AdminClient({**properties, "allow.auto.create.topics": False})


KINDS: dict[str, Callable[[Connection, Entries], Iterator[str]]] = {
    "topics": topics,
    "acls": acls,
    "scram_users": scram_users,
    "quotas": quotas,
}


def main() -> None:
    kind, connection, file = sys.argv[1:]
    declared = json.loads(Path(file).read_text())["declared"]
    wrong = list(KINDS[kind](json.loads(connection), declared))
    if wrong:
        sys.exit(f"{len(wrong)} differ, such as {wrong[0]}")


if __name__ == "__main__":
    main()
