# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters from rows: all that is wrong with any of them is told at once, each with its line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._core.nearest import hint
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import (
    Problems,
    described,
    quoted,
)

from .row import Row

GROUP = "kafka_clusters"
PINS = "cluster_id"
# what neither a pattern of hosts nor a path reads in another way
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
_HOST_RULE = "use letters, digits, _, . and -, beginning and ending with neither . nor -"
_ELSEWHERE = "another inventory"
_OTHER_NAMES = {"all", "ungrouped", GROUP}

# an option of a connection and its value: raises ValueError with what is wrong
CheckValue = Callable[[str, object], None]
GroupName = Callable[[str], str]


class Columns(NamedTuple):
    """What the columns are for. `connection`: the column of each option of the connection.

    `common`: the options that every cluster has without a column.
    """

    name: str
    connection: Mapping[str, str]
    common: Collection[str]
    labels: Sequence[str]
    hostvars: Sequence[str]
    must_pin: bool


class Cluster(NamedTuple):
    """One host. `groups`: with the label that makes each."""

    where: str
    name: str
    connection: Mapping[str, Any]
    groups: Mapping[str, str]
    columns: Mapping[str, Any]


class Other(NamedTuple):
    """A cluster of another inventory. `cluster_id`: nothing where none is pinned."""

    name: str
    cluster_id: str


def parse_clusters(
    rows: Sequence[Row],
    columns: Columns,
    check: CheckValue,
    group_name: GroupName,
    problems: Problems,
    others: Sequence[Other] = (),
) -> list[Cluster]:
    """Those that can be read. Also tells what is wrong only beside other rows.

    `others`: of other inventories, whose variables would otherwise be overwritten.
    """
    clusters = []
    for where, row in zip(_places(rows), rows, strict=True):
        if row.mistake:
            problems.add(where, "row", row.mistake)
        else:
            clusters.append(_cluster(where, row, columns, check, group_name, problems))
    _check_columns(rows, columns, problems)
    names = [(_ELSEWHERE, other.name) for other in others]
    names += [(one.where, one.name) for one in clusters]
    _check_twice(columns.name, names, problems)
    pins = [(_ELSEWHERE, other.cluster_id) for other in others]
    pins += [(one.where, str(one.connection.get(PINS, ""))) for one in clusters]
    _check_twice(PINS, pins, problems)
    _check_groups(clusters, problems)
    return clusters


def _places(rows: Sequence[Row]) -> Iterator[str]:
    """Where each row is; a line of JSON can hold all of them."""
    shared = Counter(row.line for row in rows)
    for number, row in enumerate(rows, 1):
        where = f"line {row.line}"
        yield f"{where}, row {number}" if shared[row.line] > 1 else where


def _cluster(
    where: str,
    row: Row,
    columns: Columns,
    check: CheckValue,
    group_name: GroupName,
    problems: Problems,
) -> Cluster:
    name = row.columns.get(columns.name)
    if not isinstance(name, str) or not _HOST.fullmatch(name) or name in _OTHER_NAMES:
        problems.add(where, columns.name, _no_name(name), name)
        name = ""
    else:
        where += f" ({name})"
    connection = {}
    for option, column in columns.connection.items():
        value = row.columns.get(column)
        if value in (None, "", []):
            _check_missing(where, option, column, columns, problems)
            continue
        try:
            check(option, value)
        except ValueError as error:
            problems.add(where, column, str(error), value)
        connection[option] = value
    groups = {}
    for label in columns.labels:
        for text in _labels(where, label, row.columns.get(label), problems):
            groups[group_name(f"{label}_{text}")] = f"{label} {quoted(text)}"
    return Cluster(where, name, connection, groups, row.columns)


def _no_name(name: object) -> str:
    if name in (None, ""):
        return "is missing: write the name of the cluster's host"
    if not isinstance(name, str):
        return f"is {described(name)}: put it in quotes"
    if name in _OTHER_NAMES:
        return f"{name} is the name of a group: write another one"
    return f"{quoted(name)} cannot name a host: {_HOST_RULE}"


def _check_missing(
    where: str, option: str, column: str, columns: Columns, problems: Problems
) -> None:
    if option in columns.common:
        return
    if option == "bootstrap_servers":
        problems.add(where, column, "is missing: write its brokers, such as kafka-1.example:9092")
    if option == PINS and columns.must_pin:
        problems.add(
            where,
            column,
            "is missing: write the ID that omninode.kafka.cluster_info returns,"
            " or set require_cluster_id to false",
        )


def _labels(where: str, label: str, value: object, problems: Problems) -> Iterator[str]:
    """The texts of a label: several of a list, none of nothing."""
    for item in value if isinstance(value, list) else [value]:
        if item is None or item == "":
            continue
        if isinstance(item, (bool, int, str)):
            yield str(item).lower() if isinstance(item, bool) else str(item)
        else:
            problems.add(where, label, f"is {described(item)}: write a text", item)


def _check_columns(rows: Sequence[Row], columns: Columns, problems: Problems) -> None:
    """A column that no row has is a mistake of whoever named it."""
    known = {name for row in rows for name in row.columns}
    if not known:
        return
    named = [("labels", name) for name in columns.labels]
    named += [("hostvars", name) for name in columns.hostvars]
    named += [("columns", name) for option, name in columns.connection.items() if name != option]
    for option, name in named:
        if name not in known:
            message = f"no row has the column {quoted(name)}{hint(name, known)}"
            problems.add("options", option, message)


def _check_twice(column: str, found: Iterable[tuple[str, str]], problems: Problems) -> None:
    """`found`: pairs of a place and a text that only one may have."""
    places = defaultdict(list)
    for where, text in found:
        if text:
            places[text].append(where)
    for text, several in places.items():
        # what is alike elsewhere is no mistake of these rows
        if len(several) > 1 and set(several) != {_ELSEWHERE}:
            message = f"{quoted(text)} is there more than once: one host is one cluster"
            for where in several:
                problems.add(where, column, message)


def _check_groups(clusters: Sequence[Cluster], problems: Problems) -> None:
    """Names that are valid in Ansible can be the same for two labels."""
    first: dict[str, tuple[str, str]] = {}
    for cluster in clusters:
        for group, label in cluster.groups.items():
            where, other = first.setdefault(group, (cluster.where, label))
            if label != other:
                message = f"{label} makes the group {group}, as {other} in {where} does"
                problems.add(cluster.where, "labels", f"{message}: spell them alike")
    for cluster in clusters:
        if cluster.name in first:
            message = f"{cluster.name} is the name of a group: write another one"
            problems.add(cluster.where, "name", message)
