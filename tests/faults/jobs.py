# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is to bring about, one job a resource, and what another client sees of it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from typing import Any, Protocol

from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka import KafkaAdminClient
from kafka.protocol.admin import DescribeClientQuotasRequest

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster
from tests.integration.moving import fill, replicas, throttles

# what another client sees of a change
BEFORE, DECLARED, OTHER = "as before", "as declared", "neither"
THROTTLED = "throttled"  # replicas that are on their way, or that a run was about to move
_RATE = "producer_byte_rate"

Seen = Mapping[str, str]


class Job(Protocol):
    """`options` of `module` declare several changes, of each operation that the resource has."""

    module: str

    @property
    def connection(self) -> dict[str, Any]:
        """The connection options, without `timeout`."""

    @property
    def options(self) -> dict[str, Any]: ...

    def prepare(self) -> None:
        """Makes what the run finds."""

    def seen(self) -> Seen:
        """Each change, by the name that a report gives it: one of the words above."""

    def clear(self) -> None: ...


class Topics:
    """Creations, alterations, more partitions and deletions: so many of each."""

    module = "topics"

    def __init__(self, broker: TestBroker, cluster: Cluster, prefix: str, each: int = 5) -> None:
        self.connection = {"bootstrap_servers": broker.bootstrap}
        self._cluster, self._prefix = cluster, prefix
        self._numbers = range(each)

    def _names(self, kind: str) -> list[str]:
        return [f"{self._prefix}{kind}.{number}" for number in self._numbers]

    @property
    def options(self) -> dict[str, Any]:
        return {
            "profiles": {
                "made": {"names": self._names("made"), "replication_factor": 3},
                "altered": {"names": self._names("altered"), "config": {"flush.ms": 5}},
                "grown": {"names": self._names("grown"), "partitions": 3},
                "gone": {"names": self._names("gone"), "state": "absent"},
            },
            "allow": ["all"],
        }

    def prepare(self) -> None:
        old = [*self._names("altered"), *self._names("grown"), *self._names("gone")]
        self._cluster.create({name: (1, {}) for name in old})

    def seen(self) -> Seen:
        found = self._cluster.topics(self._prefix)
        return {
            **{name: DECLARED if name in found else BEFORE for name in self._names("made")},
            **{name: BEFORE if name in found else DECLARED for name in self._names("gone")},
            **{
                name: _told(found[name]["config"], {}, {"flush.ms": "5"})
                for name in self._names("altered")
            },
            **{name: _told(found[name]["partitions"], 1, 3) for name in self._names("grown")},
        }

    def clear(self) -> None:
        self._cluster.delete(self._cluster.names(self._prefix))


class Acls:
    """Rights that are given, and rights that are taken."""

    module = "acls"

    def __init__(self, broker: TestBroker, cluster: Cluster, prefix: str, each: int = 5) -> None:
        self.connection = {"bootstrap_servers": broker.bootstrap}
        self._cluster, self._prefix = cluster, prefix
        self._numbers = range(each)

    def _right(self, kind: str, number: int) -> AclBinding:
        return AclBinding(
            ResourceType.TOPIC,
            f"{self._prefix}{number}",
            ResourcePatternType.LITERAL,
            f"User:{self._prefix}{kind}",
            "*",
            AclOperation.READ,
            AclPermissionType.ALLOW,
        )

    def _entries(self, kind: str, state: str) -> list[dict[str, Any]]:
        of_all = {"principal": f"User:{self._prefix}{kind}", "resource_type": "topic"}
        right = {**of_all, "operations": ["read"], "state": state}
        names = [f"{self._prefix}{number}" for number in self._numbers]
        return [{**right, "resource_name": name} for name in names]

    @property
    def options(self) -> dict[str, Any]:
        given, taken = self._entries("given", "present"), self._entries("taken", "absent")
        return {"acls": [*given, *taken], "allow": ["all"]}

    def prepare(self) -> None:
        self._cluster.allow([self._right("taken", number) for number in self._numbers])

    def seen(self) -> Seen:
        found = set(self._cluster.rights())
        seen = {}
        for number in self._numbers:
            given, taken = self._right("given", number), self._right("taken", number)
            seen[_name(given)] = DECLARED if given in found else BEFORE
            seen[_name(taken)] = BEFORE if taken in found else DECLARED
        return seen

    def clear(self) -> None:
        own = [right for right in self._cluster.rights() if right.name.startswith(self._prefix)]
        self._cluster.disallow(own)


class Users:
    """SCRAM users that are made, and users that are removed."""

    module = "scram_users"

    def __init__(self, broker: TestBroker, cluster: Cluster, prefix: str, each: int = 5) -> None:
        self.connection = {
            "bootstrap_servers": broker.sasl_bootstrap,
            "security_protocol": "SASL_SSL",
            "ca_cert": str(broker.ca_cert),
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_username": "admin",
            "sasl_password": broker.users["admin"],
        }
        self._cluster, self._prefix = cluster, prefix
        self._numbers = range(each)

    def _names(self, kind: str) -> list[str]:
        return [f"{self._prefix}{kind}.{number}" for number in self._numbers]

    @property
    def options(self) -> dict[str, Any]:
        made = [{"name": name, "password": f"{name} secret"} for name in self._names("made")]
        gone = [{"name": name, "state": "absent"} for name in self._names("gone")]
        return {"users": [*made, *gone], "allow": ["all"]}

    def prepare(self) -> None:
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        made = [UserScramCredentialUpsertion(name, info, b"secret") for name in self._names("gone")]
        for answer in self._cluster.admin.alter_user_scram_credentials(made).values():
            answer.result(run.HANGS)
        names = set(self._names("gone"))
        self._cluster.await_(lambda: names <= self._found(), "the users to be known")

    def _found(self) -> set[str]:
        found = self._cluster.admin.describe_user_scram_credentials().result(run.HANGS)
        return {name for name in found if name.startswith(self._prefix)}

    def seen(self) -> Seen:
        found = self._found()
        seen = {}
        for name in self._names("made"):
            seen[f"{name} (SCRAM-SHA-512)"] = DECLARED if name in found else BEFORE
        for name in self._names("gone"):
            seen[f"{name} (SCRAM-SHA-512)"] = BEFORE if name in found else DECLARED
        return seen

    def clear(self) -> None:
        left = [{"name": name, "state": "absent"} for name in self._found()]
        if left:
            run.succeed(self.module, **self.connection, users=left, allow=["all"])


class Quotas:
    """Quotas of users: some are made, some altered, some removed."""

    module = "quotas"

    def __init__(self, broker: TestBroker, cluster: Cluster, prefix: str, each: int = 5) -> None:  # noqa: ARG002
        self.connection = {"bootstrap_servers": broker.bootstrap}
        self._prefix = prefix
        self._numbers = range(each)

    def _names(self, kind: str) -> list[str]:
        return [f"{self._prefix}{kind}.{number}" for number in self._numbers]

    def _entries(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        return [{"user": name, **fields} for name in self._names(kind)]

    @property
    def options(self) -> dict[str, Any]:
        limit = {"quotas": {_RATE: 2e9}}
        made, altered = self._entries("made", **limit), self._entries("altered", **limit)
        gone = self._entries("gone", state="absent")
        return {"quotas": [*made, *altered, *gone], "allow": ["all"]}

    def prepare(self) -> None:
        old = {"quotas": {_RATE: 1e9}}
        found = [*self._entries("altered", **old), *self._entries("gone", **old)]
        run.succeed(self.module, **self.connection, quotas=found, allow=["all"])

    def _found(self) -> dict[str, float]:
        client = KafkaAdminClient(**self.connection)
        try:
            # the library has no method for it
            request = DescribeClientQuotasRequest(components=[], strict=False)
            manager = client._manager
            entries = manager.run(manager.send, request).entries or ()
        finally:
            client.close()
        found = {}
        for entry in entries:
            [*parts] = entry.entity
            if (parts[0].entity_name or "").startswith(self._prefix):
                found[parts[0].entity_name] = entry.values[0].value
        return found

    def seen(self) -> Seen:
        found = self._found()
        kinds = {"made": (None, 2e9), "altered": (1e9, 2e9), "gone": (1e9, None)}
        return {
            f"user {name}": _told(found.get(name), *values)
            for kind, values in kinds.items()
            for name in self._names(kind)
        }

    def clear(self) -> None:
        left = [{"user": name, "state": "absent"} for name in self._found()]
        if left:
            run.succeed(self.module, **self.connection, quotas=left, allow=["all"])


class Moves:
    """Topics that get more replicas, and are throttled no more when these have arrived.

    The undo file is where the run after a killed one learns of the throttles.
    """

    module = "topics"

    def __init__(self, broker: TestBroker, cluster: Cluster, prefix: str, each: int = 2) -> None:
        self.connection = {"bootstrap_servers": broker.bootstrap}
        self._cluster = cluster
        self.names = [f"{prefix}moved.{number}" for number in range(each)]
        self._folder = tempfile.mkdtemp()

    @property
    def options(self) -> dict[str, Any]:
        moved = [{"name": name, "replication_factor": 3} for name in self.names]
        return {"topics": moved, "undo_file": f"{self._folder}/undo.json", "allow": ["all"]}

    def prepare(self) -> None:
        self._cluster.create(dict.fromkeys(self.names, (1, {})))
        for name in self.names:
            fill(self.connection["bootstrap_servers"], name, 1)

    def seen(self) -> Seen:
        return {name: self._of(name) for name in self.names}

    def _of(self, name: str) -> str:
        if throttles(self._cluster, name):
            return THROTTLED
        found = replicas(self._cluster, name)
        [brokers], [in_sync] = found.brokers, found.in_sync
        arrived = len(in_sync) if sorted(brokers) == in_sync else 0
        return _told(arrived, 1, 3)

    def clear(self) -> None:
        self._cluster.delete(self.names)
        shutil.rmtree(self._folder)


class Applications:
    """All the other changes, composed into one plan."""

    module = "applications"

    def __init__(self, broker: TestBroker, cluster: Cluster, prefix: str, each: int = 2) -> None:
        self._users = Users(broker, cluster, prefix, each)
        self._others = (
            Topics(broker, cluster, prefix, each),
            Acls(broker, cluster, prefix, each),
            Quotas(broker, cluster, prefix, each),
        )
        self.connection = self._users.connection

    @property
    def options(self) -> dict[str, Any]:
        of_users = self._users.options
        users, kept = of_users.pop("users"), of_users
        others = {job.module: job.options for job in self._others}
        return {**others, "users": users, "scram_users": kept}

    def prepare(self) -> None:
        for job in (*self._others, self._users):
            job.prepare()

    def seen(self) -> Seen:
        seen: dict[str, str] = {}
        for job in (*self._others, self._users):
            seen |= job.seen()
        return seen

    def clear(self) -> None:
        for job in (*self._others, self._users):
            job.clear()


def _told(value: object, before: object, declared: object) -> str:
    if value == before:
        return BEFORE
    return DECLARED if value == declared else OTHER


def _name(right: AclBinding) -> str:
    """As reports name what a principal may do."""
    return f"{right.principal} on topic {right.name}"
