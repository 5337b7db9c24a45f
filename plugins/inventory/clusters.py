# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts from a list of clusters."""

from __future__ import annotations

DOCUMENTATION = r"""
name: clusters
short_description: Makes a host of each Kafka cluster in a file, or in what a command prints
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Reads clusters from a file of CSV, JSON or YAML, or from what a command prints, such as one that
    asks a CMDB. Each row is one cluster, and becomes one host.
  - All hosts are in the group C(kafka_clusters), which the playbooks of the collection use. The
    modules run on the controller. C(kafka_connection) is the connection to the cluster, for
    C(module_defaults).
  - The file of the inventory ends in C(clusters.yml) or C(clusters.yaml).
  - All mistakes are told at once, each with its line. One mistake and none of the clusters is
    taken, because a run on fewer clusters than there are looks like a success.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [omninode.kafka.clusters]
  source:
    description:
      - Path of the file with the clusters. One that is not absolute begins at the folder of the
        inventory's file. The file may be encrypted by Ansible Vault.
      - Ansible reads every file in a folder that is an inventory. So keep the file outside of such
        a folder, or hand Ansible the inventory's file instead of the folder.
      - Either O(source) or O(command) is required.
    type: str
  command:
    description:
      - A program and its arguments, whose output is read in place of a file. No shell reads them.
      - It runs in the folder of the inventory's file, in the environment of Ansible. Secrets that
        it needs belong there, because everybody on the machine can see its arguments.
    type: list
    elements: str
  command_timeout:
    description: Seconds after which the command is ended, with all that it started.
    type: int
    default: 30
  format:
    description:
      - CSV has the names of the columns in the first line, and a cluster in each other one.
      - JSON and YAML have a list of dictionaries, or a dictionary of dictionaries by the clusters'
        names.
      - By default the suffix of O(source) tells it. With O(command) it is required.
    type: str
    choices: [csv, json, yaml]
  delimiter:
    description: What separates the cells of a line of CSV. One character.
    type: str
    default: ","
  records:
    description:
      - The keys that lead to the clusters in JSON or YAML, joined by dots, such as V(result.items).
    type: str
  name_column:
    description: The column with the name of the host.
    type: str
    default: name
  columns:
    description:
      - The column of each option of the connection, such as C(bootstrap_servers) with V(brokers).
        The options are those of every module, see M(omninode.kafka.topics).
      - An option that is not named here has the column of its own name, where there is one.
      - Columns for C(client_properties), and for options that hold secrets, are refused.
    type: dict
    default: {}
  connection:
    description:
      - Options of the connection that all clusters have. A column with a value overrides them.
      - They can be templates, which are evaluated for each host when a module runs. So passwords
        come from a vault, or from a lookup by C(inventory_hostname).
      - This and the columns together are C(kafka_connection). A variable of that name in
        C(group_vars) is not used, because a variable of a host comes before that of a group.
    type: dict
    default: {}
  require_cluster_id:
    description:
      - Whether each row has to have the C(cluster_id), which pins the cluster. The modules refuse
        any other cluster behind its address.
      - M(omninode.kafka.cluster_info) returns it.
    type: bool
    default: true
  labels:
    description:
      - Columns that make groups. The column C(region) with V(eu-west) puts the host into the group
        C(region_eu_west). A list makes a group of each item, and an empty value makes none.
    type: list
    elements: str
    default: []
  hostvars:
    description:
      - Columns that become variables of the host, by their own names. No other column does.
      - C(kafka_connection), and what begins with C(ansible_), cannot come from a row.
    type: list
    elements: str
    default: []
  invalid_rows:
    description:
      - V(skip) leaves out the rows that have mistakes, with a warning of each. Nothing is taken if
        no row is left, if an option is wrong, or if the text is not of its format.
      - V(fail) takes no cluster then.
    type: str
    choices: [fail, skip]
    default: fail
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
notes:
  - Where an inventory cannot be read, Ansible warns, and goes on with the hosts of the others. The
    playbooks of this collection do not, because C(kafka_clusters_unread) is set then. For playbooks
    of your own, set C(any_unparsed_is_failed=true) in the section C([inventory]) of C(ansible.cfg).
  - Text from a row is never evaluated as a template.
  - O(cache) keeps what O(command) prints, once it has no mistakes. A file is always read again.
  - O(compose), O(groups) and O(keyed_groups) see all columns as variables.
seealso:
  - module: omninode.kafka.cluster_info
  - module: omninode.kafka.topics
"""

EXAMPLES = r"""
# clusters.yml, beside a file clusters.csv such as
#   name,bootstrap_servers,cluster_id,environment,region
#   orders-prod,"kafka-1.example:9093,kafka-2.example:9093",MkU3OEVBNTcwNTJENDM2Qg,prod,eu-west
#   orders-dev,kafka.dev.example:9093,Xk9QXzJtRkS8vJ0u3b1c2A,dev,eu-west
plugin: omninode.kafka.clusters
source: clusters.csv
labels: [environment, region]
connection:
  security_protocol: SASL_SSL
  sasl_mechanism: SCRAM-SHA-512
  sasl_username: topic-keeper
  sasl_password: "{{ vault_kafka_password }}"
---
# a command that prints {"result": [{"ci": "orders-prod", "brokers": ["kafka-1.example:9092"]}]},
# and more of each
plugin: omninode.kafka.clusters
command: [./ask-cmdb, --class, kafka]
format: json
records: result
name_column: ci
columns:
  bootstrap_servers: brokers
  cluster_id: id
hostvars: [owner]
compose:
  kafka_topics_destruction_budget: 1 if tier == 'gold' else 5
keyed_groups:
  - key: tier
    prefix: tier
---
# clusters by their names, as YAML, some of which have not been asked for their IDs yet
plugin: omninode.kafka.clusters
source: fleet.yml
require_cluster_id: false
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.template import trust_as_template
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.clusters import (
    GROUP,
    Cluster,
    Other,
)
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.command import output
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.read import (
    check_options,
    format_of,
    read_clusters,
)

_SUFFIXES = ("clusters.yml", "clusters.yaml")
_INTERPRETER = "{{ ansible_playbook_python }}"
# by which playbooks tell that clusters are missing: Ansible itself goes on with a warning
_UNREAD = "kafka_clusters_unread"


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """What Ansible loads."""

    NAME = "omninode.kafka.clusters"

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(_SUFFIXES)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        try:
            given = self._read_config_data(path)
            check_options(given, list(self._options))
            self._add_all(Path(path).parent, cache)
        except (AnsibleError, InvalidSpec) as error:
            message = f"{path}: {error}"
            inventory.set_variable("all", _UNREAD, message)
            raise AnsibleParserError(message) from None

    def _add_all(self, folder: Path, cache: bool) -> None:
        options = {name: self.get_option(name) for name in self._options}
        if command := options["command"]:
            name, text = Path(command[0]).name, self._printed(folder, options, cache)
        else:
            source = folder / Path(options["source"]).expanduser()
            name, text = source.name, self.loader.get_text_file_contents(str(source))
        options["format"] = format_of(name, options["format"])
        others = [*self._others()]
        found = read_clusters(text, name, options, self._sanitize_group_name, others)
        for mistake in found.skipped:
            self.display.warning(f"{name}: left out {mistake}")
        self.inventory.add_group(GROUP)
        self.inventory.set_variable(GROUP, "ansible_connection", "local")
        interpreter = trust_as_template(_INTERPRETER)
        self.inventory.set_variable(GROUP, "ansible_python_interpreter", interpreter)
        for cluster in found.clusters:
            self._add(cluster, options)

    def _others(self) -> Iterator[Other]:
        """The clusters of the inventories before this one."""
        for name, host in self.inventory.hosts.items():
            connection = host.vars.get("kafka_connection")
            if isinstance(connection, Mapping):
                yield Other(name, str(connection.get("cluster_id", "")))

    def _printed(self, folder: Path, options: Mapping[str, Any], cache: bool) -> str:
        """`cache`: whether Ansible lets what an earlier run printed be taken."""
        command = options["command"]
        key = self.get_cache_key(f"{folder} {command}")
        if options["cache"] and cache and key in self._cache:
            return str(self._cache[key])
        text = output(command, folder, options["command_timeout"])
        if options["cache"]:
            # kept at the end, if nothing is wrong with it
            self._cache[key] = text
        return text

    def _add(self, cluster: Cluster, options: Mapping[str, Any]) -> None:
        host = cluster.name
        self.inventory.add_host(host, group=GROUP)
        for group in cluster.groups:
            self.inventory.add_group(group)
            self.inventory.add_host(host, group=group)
        columns = {name: value for name, value in cluster.columns.items() if value is not None}
        variables = {name: columns[name] for name in options["hostvars"] if name in columns}
        variables["kafka_connection"] = {**options["connection"], **cluster.connection}
        for name, value in variables.items():
            self.inventory.set_variable(host, name, value)
        known = {**columns, **variables}
        strict = options["strict"]
        self._set_composite_vars(options["compose"], known, host, strict=strict)
        self._add_host_to_composed_groups(options["groups"], known, host, strict=strict)
        self._add_host_to_keyed_groups(options["keyed_groups"], known, host, strict=strict)
