# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages bound together: a text becomes rows, and these clusters, or all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._core.foreign import printable
from ansible_collections.omninode.kafka.plugins.module_utils._core.nearest import hint
from ansible_collections.omninode.kafka.plugins.module_utils._core.problems import Problems, quoted

from . import csv_rows, json_rows, yaml_rows
from .clusters import Cluster, GroupName, Other, parse_clusters
from .options import check_secrets, check_value, parse_columns
from .row import Row, Unreadable

_FORMATS = {".csv": "csv", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}


class Found(NamedTuple):
    """`skipped`: what is wrong with the rows that were left out."""

    clusters: Sequence[Cluster]
    skipped: Sequence[str]


def check_options(given: Mapping[str, Any], known: Sequence[str]) -> None:
    """What the plugin's file itself says: one source, and no name that is not an option."""
    problems = Problems()
    for name in given:
        if name not in known and name != "plugin":
            message = f"{quoted(name)} is no option of this plugin{hint(str(name), known)}"
            problems.add("options", str(name), message)
    if bool(given.get("source")) == bool(given.get("command")):
        problems.add("options", "source", "set either source or command")
    if len(str(given.get("delimiter", ","))) != 1:
        problems.add("options", "delimiter", "write one character, such as ';'")
    problems.raise_if_any("the inventory, no cluster was read")


def format_of(name: str, told: str | None) -> str:
    """`name`: of the file, whose suffix tells where the option does not."""
    by_suffix = _FORMATS.get(PurePath(name).suffix.lower())
    found = told or by_suffix
    if found is None:
        raise InvalidSpec(f"read {name}: set format to csv, json or yaml: its name does not tell")
    return found


def read_clusters(
    text: str,
    source: str,
    options: Mapping[str, Any],
    group_name: GroupName,
    others: Sequence[Other] = (),
) -> Found:
    """`source`: the name of the file or of the command, for messages."""
    problems = Problems()
    columns = parse_columns(options, problems)
    subject = f"{source}, none of its clusters was taken"
    try:
        rows = _rows(text, options)
    except Unreadable as error:
        problems.add(f"line {error.line}", "text", str(error))
        rows = []
    else:
        if not rows:
            problems.add("line 1", "text", "holds no cluster: write one row for each")
    check_secrets({name for row in rows for name in row.columns}, problems)
    if problems.found:
        problems.raise_if_any(subject)
    clusters = parse_clusters(rows, columns, check_value, group_name, problems, others)
    if options["invalid_rows"] == "skip":
        return _without_mistakes(clusters, problems, subject)
    problems.raise_if_any(subject)
    return Found(clusters, ())


def _rows(text: str, options: Mapping[str, Any]) -> list[Row]:
    # a new string, without the tags of Ansible: no value of a row is ever a template
    plain = "".join(text).removeprefix("\ufeff")
    _check_encoding(plain)
    if options["format"] == "csv":
        return [*csv_rows.rows(plain, options["delimiter"])]
    records = options["records"].split(".") if options["records"] else []
    read = json_rows.rows if options["format"] == "json" else yaml_rows.rows
    return [*read(plain, records, options["name_column"])]


def _check_encoding(text: str) -> None:
    """Ansible reads what is not UTF-8 as halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise Unreadable(line, "is not UTF-8: save it as UTF-8") from None


def _without_mistakes(clusters: Sequence[Cluster], problems: Problems, subject: str) -> Found:
    bad = {problem.where for problem in problems.found}
    kept = [cluster for cluster in clusters if cluster.where not in bad]
    if "options" in bad or not kept:
        problems.raise_if_any(subject)
    return Found(kept, [printable(str(problem)) for problem in problems.found])
