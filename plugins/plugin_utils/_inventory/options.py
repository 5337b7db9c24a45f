# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the inventory plugin that say which column is for what, and their values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.omninode.kafka.plugins.module_utils._ansible.options.connection import (
    connection_spec,
)
from ansible_collections.omninode.kafka.plugins.module_utils._core.nearest import hint
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import (
    Problems,
    described,
    quoted,
)
from ansible_collections.omninode.kafka.plugins.module_utils._kafka import address

from .clusters import Columns

SECRETS = (
    "client_key_pem",
    "client_key_password",
    "sasl_password",
    "oauth_client_secret",
    "oauth_token",
    "secret_client_properties",
)
# a property can name a library that the client loads
_COMMON_ONLY = (*SECRETS, "client_properties")
# decide what runs on the controller, or are set by the plugin
_NO_HOSTVARS = ("ansible_", "kafka_connection")


def parse_columns(options: Mapping[str, Any], problems: Problems) -> Columns:
    """`options`: those of the plugin, by name."""
    spec = connection_spec()
    common: Mapping[str, Any] = options["connection"]
    mapped: Mapping[str, Any] = options["columns"]
    _check_names("connection", common, spec, problems)
    _check_names("columns", mapped, spec, problems)
    for name in _COMMON_ONLY:
        if name in mapped:
            problems.add("options", "columns", f"{name} {_why_common(name)}")
    for name in options["hostvars"]:
        if name.startswith(_NO_HOSTVARS) or not name.isidentifier():
            problems.add(
                "options", "hostvars", f"{quoted(name)} cannot be set by a row: leave it out"
            )
    connection = {name: name for name in spec if name not in _COMMON_ONLY}
    for option in mapped.keys() & connection.keys():
        connection[option] = str(mapped[option])
    return Columns(
        options["name_column"],
        connection,
        common.keys(),
        options["labels"],
        options["hostvars"],
        options["require_cluster_id"],
    )


def check_secrets(names: Collection[str], problems: Problems) -> None:
    """A column that has the name of a secret would hold one, in plain text."""
    for name in _COMMON_ONLY:
        if name in names:
            problems.add("options", "source", f"the column {name} {_why_common(name)}")


def check_value(option: str, value: object) -> None:
    """Raises ValueError if an option of the connection cannot have the value of a row."""
    spec = connection_spec()[option]
    if spec["type"] in ("path", "str") and not isinstance(value, str):
        raise ValueError(f"is {described(value)}: put it in quotes")
    validator = ArgumentSpecValidator({option: spec})
    checked = validator.validate({option: value})
    for message in checked.error_messages:
        raise ValueError(message)
    if option == "bootstrap_servers":
        servers = [text.strip() for text in checked.validated_parameters[option] if text.strip()]
        for mistake in address.mistakes(servers):
            raise ValueError(mistake)


def _check_names(
    option: str, given: Iterable[str], known: Collection[str], problems: Problems
) -> None:
    for name in given:
        if name not in known:
            message = f"{quoted(name)} is no option of a connection{hint(str(name), known)}"
            problems.add("options", option, message)


def _why_common(name: str) -> str:
    if name not in SECRETS:
        return f"cannot be in a row: set connection.{name} for all clusters"
    template = '"{{ vault_' + name + ' }}"'
    return f"holds secrets, which no row may: set connection.{name}, such as to {template}"
