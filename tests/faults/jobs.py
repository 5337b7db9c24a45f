# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run is to bring about, one job a resource, and what another client sees of it."""

from __future__ import annotations

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

from tests.brokers.fixtures import TestBroker
from tests.integration import run
from tests.integration.cluster import Cluster

# what another client sees of a change
BEFORE, DECLARED, OTHER = "as before", "as declared", "neither"

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
        """Each change, by the name that a report gives it: BEFORE, DECLARED or OTHER."""

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


def _told(value: object, before: object, declared: object) -> str:
    if value == before:
        return BEFORE
    return DECLARED if value == declared else OTHER


def _name(right: AclBinding) -> str:
    """As reports name what a principal may do."""
    return f"{right.principal} on topic {right.name}"
