# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters from each format, and every mistake with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.clusters import Other
from ansible_collections.omninode.kafka.plugins.plugin_utils._inventory.read import (
    check_options,
    format_of,
)

from tests.unit.plugin_utils._inventory.reading import read

CSV = """\
name,bootstrap_servers,cluster_id,region
orders,"a:9092, b:9092",id-1,eu-west

billing,c:9092,id-2,
"""
JSON = """{"result": {"items": [
  {"name": "orders", "bootstrap_servers": "a:9092, b:9092", "cluster_id": "id-1",
   "region": "eu-west"},

  {"name": "billing", "bootstrap_servers": "c:9092", "cluster_id": "id-2", "region": null}]}}
"""
JSON_BY_NAME = """{
  "orders":
    {"bootstrap_servers": "a:9092, b:9092", "cluster_id": "id-1", "region": "eu-west"},
  "billing": {"bootstrap_servers": "c:9092", "cluster_id": "id-2"}
}"""
YAML = """\
- name: orders
  bootstrap_servers: a:9092, b:9092
  cluster_id: id-1
  region: eu-west
- {name: billing, bootstrap_servers: "c:9092", cluster_id: id-2}
"""
YAML_BY_NAME = """\
fleet:
  orders: &common
    bootstrap_servers: a:9092, b:9092
    cluster_id: id-1
    region: eu-west
  billing:
    <<: *common
    bootstrap_servers: c:9092
    cluster_id: id-2
    region:
"""


@pytest.mark.parametrize(
    ("form", "text", "records", "lines"),
    [
        ("csv", CSV, None, [2, 4]),
        ("csv", "\ufeff" + CSV.replace("\n", "\r\n"), None, [2, 4]),
        ("json", JSON, "result.items", [2, 5]),
        ("json", JSON_BY_NAME, None, [3, 4]),
        ("yaml", YAML, None, [1, 5]),
        ("yaml", YAML_BY_NAME, "fleet", [2, 6]),
        ("yaml", JSON, "result.items", [2, 5]),
    ],
)
def test_each_format_gives_the_same_clusters(
    form: str, text: str, records: str | None, lines: list[int]
) -> None:
    orders, billing = read(text, form, records=records, labels=["region"]).clusters

    assert (orders.name, billing.name) == ("orders", "billing")
    assert orders.connection == {"bootstrap_servers": "a:9092, b:9092", "cluster_id": "id-1"}
    assert billing.connection == {"bootstrap_servers": "c:9092", "cluster_id": "id-2"}
    assert list(orders.groups) == ["region_eu_west"]
    assert list(billing.groups) == []
    assert [orders.where, billing.where] == [
        f"line {lines[0]} (orders)",
        f"line {lines[1]} (billing)",
    ]


def rows(*changed: dict[str, Any]) -> str:
    """A line for each row, after the first, of clusters that are right but for what is changed."""
    found = []
    for number, fields in enumerate(changed):
        row = {"name": f"c{number}", "bootstrap_servers": ["a:9092"], "cluster_id": f"id-{number}"}
        found.append(json.dumps({**row, **fields}))
    return "[\n" + ",\n".join(found) + "]"


def test_columns_of_other_names_give_the_options_and_the_common_ones_stay() -> None:
    text = rows({"brokers": ["b:1"], "bootstrap_servers": None, "ci": "orders", "timeout": "60"})
    options = {"name_column": "ci", "columns": {"bootstrap_servers": "brokers"}}

    [cluster] = read(text, "json", **options, connection={"sasl_username": "a"}).clusters

    assert cluster.name == "orders"
    assert cluster.connection == {
        "bootstrap_servers": ["b:1"],
        "timeout": "60",
        "cluster_id": "id-0",
    }


def test_what_all_clusters_have_need_not_be_in_a_row() -> None:
    text = rows({"bootstrap_servers": None, "cluster_id": ""})
    common = {"bootstrap_servers": "{{ inventory_hostname }}:9092"}

    [cluster] = read(text, "json", connection=common, require_cluster_id=False).clusters

    assert cluster.connection == {}


def test_a_label_makes_a_group_of_each_text() -> None:
    text = rows({"tags": ["a b", 1, True, None, ""]}, {"tags": "a b"}, {"tags": None})

    found = read(text, "json", labels=["tags"]).clusters

    groups = [list(cluster.groups) for cluster in found]
    assert groups == [["tags_a_b", "tags_1", "tags_true"], ["tags_a_b"], []]


MISTAKES = [
    ({"name": None}, "line 2: name: is missing: write the name of the cluster's host"),
    ({"name": 7}, "line 2: name: is the number 7: put it in quotes"),
    ({"name": "a b"}, "line 2: name: 'a b' cannot name a host: use letters"),
    ({"name": "a:1"}, "'a:1' cannot name a host"),
    ({"name": "a,b"}, "'a,b' cannot name a host"),
    ({"name": "-a"}, "'-a' cannot name a host"),
    ({"name": "a\n"}, r"'a\n' cannot name a host"),
    ({"name": "kafka_clusters"}, "kafka_clusters is the name of a group: write another one"),
    ({"name": "region_a"}, "(region_a): name: region_a is the name of a group"),
    ({"bootstrap_servers": None}, "(c0): bootstrap_servers: is missing: write its brokers"),
    ({"bootstrap_servers": "a"}, "bootstrap_servers: a has no port: write a:9092"),
    ({"bootstrap_servers": ["u:pw@a:1"]}, "bootstrap_servers: holds a user"),
    ({"bootstrap_servers": "{{ 7*7 }}"}, "bootstrap_servers: item 1 is not host:port"),
    ({"cluster_id": None}, "cluster_id: is missing: write the ID that omninode.kafka.cluster_info"),
    ({"cluster_id": 5}, "cluster_id: is the number 5: put it in quotes"),
    ({"security_protocol": "TLS"}, "security_protocol: value of security_protocol must be one of"),
    ({"timeout": "soon"}, "timeout: argument 'timeout' is of type"),
    ({"region": {"a": 1}}, "region: is the dictionary {'a': 1}: write a text"),
    ({"region": 1.5}, "region: is the number 1.5: write a text"),
    ({"region": "\ud800"}, "row: region '\\ud800' holds half of a surrogate pair"),
    ({"sasl_password": "x"}, "source: the column sasl_password holds secrets, which no row may"),
    ({"client_properties": {}}, "source: the column client_properties cannot be in a row"),
]


@pytest.mark.parametrize(("fields", "told"), MISTAKES, ids=[told for _row, told in MISTAKES])
def test_a_mistake_in_a_row_is_told_with_its_line(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidSpec) as failed:
        read(rows({"region": "a", **fields}), "json", labels=["region"])

    assert told in str(failed.value)
    assert "fleet.json, none of its clusters was taken" in str(failed.value)
    assert "pw" not in str(failed.value)


BESIDE = [
    ({"name": "c0"}, "line 2 (c0), line 3 (c0): name: 'c0' is there more than once"),
    ({"cluster_id": "id-0"}, "line 2 (c0), line 3 (c1): cluster_id: 'id-0' is there more than"),
    ({"region": "a_b"}, "line 3 (c1): labels: region 'a_b' makes the group region_a_b, as region"),
]


@pytest.mark.parametrize(("fields", "told"), BESIDE, ids=[told for _row, told in BESIDE])
def test_a_mistake_beside_another_row_is_told(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidSpec) as failed:
        read(rows({"region": "a-b"}, fields), "json", labels=["region"])

    assert told in str(failed.value)


def test_a_cluster_of_another_inventory_is_told() -> None:
    others = [Other("c0", ""), Other("c2", "id-1"), Other("c3", ""), Other("c4", "id-1")]

    with pytest.raises(InvalidSpec) as failed:
        read(rows({}, {}), "json", others)

    *_heading, name, pin = str(failed.value).splitlines()
    assert name == (
        "- another inventory, line 2 (c0): name: 'c0' is there more than once:"
        " one host is one cluster"
    )
    assert pin.endswith(
        "line 3 (c1): cluster_id: 'id-1' is there more than once: one host is one cluster"
    )
    assert read(rows({}, {}), "json", [Other("x", "y"), Other("z", "y")]).clusters


OPTIONS = [
    ({"labels": ["regoin"]}, "labels: no row has the column 'regoin' (did you mean 'region'?)"),
    ({"hostvars": ["owner"]}, "hostvars: no row has the column 'owner'"),
    ({"columns": {"cluster_id": "x"}}, "columns: no row has the column 'x'"),
    (
        {"columns": {"cluster": "x"}},
        "columns: 'cluster' is no option of a connection (did you mean",
    ),
    (
        {"columns": {"oauth_token": "x"}},
        "columns: oauth_token holds secrets, which no row may",
    ),
    ({"connection": {"server": "x"}}, "connection: 'server' is no option of a connection"),
    ({"hostvars": ["ansible_host"]}, "hostvars: 'ansible_host' cannot be set by a row"),
    ({"hostvars": ["kafka_connection"]}, "'kafka_connection' cannot be set by a row"),
    ({"hostvars": ["a b"]}, "hostvars: 'a b' cannot be set by a row"),
]


@pytest.mark.parametrize("invalid_rows", ["fail", "skip"])
@pytest.mark.parametrize(("options", "told"), OPTIONS, ids=[told for _option, told in OPTIONS])
def test_a_wrong_option_is_told(options: dict[str, Any], told: str, invalid_rows: str) -> None:
    with pytest.raises(InvalidSpec) as failed:
        read(rows({"region": "a"}), "json", invalid_rows=invalid_rows, **options)

    assert told in str(failed.value)


TEXTS = [
    ("csv", "", "line 1: text: holds no cluster: write one row for each"),
    ("csv", "name,bootstrap_servers\n", "line 1: text: holds no cluster"),
    ("csv", "name,,b\n", "line 1: text: column 2 has no name: write one"),
    ("csv", "name,b,b\n", "line 1: text: two columns are called 'b': rename one"),
    ("csv", 'name\na\n"b\n', "line 3: text: is no CSV: unexpected end of data"),
    ("csv", "name,b\na\nb,c,d\n", "line 2: row: has 1 cells, the header has 2"),
    ("csv", "name,b\na\nb,c,d\n", "line 3: row: has 3 cells, the header has 2"),
    ("csv", "name\na\udce9\n", "line 2: text: is not UTF-8: save it as UTF-8"),
    ("json", '[{"name": "a b"}, {"name": "a"}]', "line 1, row 1: name: 'a b' cannot name"),
    ("json", '[{"name": "a b"}, {"name": "a"}]', "line 1, row 2 (a): cluster_id: is missing"),
    ("json", "", "line 1: text: is no JSON: Expecting value"),
    ("json", "[\n1,\n}", "line 3: text: is no JSON: Expecting value"),
    ("json", '[{"a": NaN}]', "is no JSON: NaN is no number"),
    ("json", "[" * 100_000, "line 1: text: is nested too deeply"),
    ("json", "\n7", "line 2: text: is neither a list nor a dictionary of clusters"),
    ("json", "[\n7]", "line 2: row: is 7, which has no columns: write a dictionary"),
    ("json", '[\n{"a": 1,\n"a": 2}]', "line 2: row: has 'a' twice: remove one"),
    ("json", '{"a": {},\n"a": {}}', "line 2: row: 'a' is there twice: remove one"),
    ("yaml", "", "line 1: text: is empty: write a list of clusters"),
    ("yaml", "- a: [\n", "line 2: text: is no YAML: expected the node content"),
    ("yaml", "- a: 1\n--- \n- b: 1\n", "line 2: text: is no YAML: but found another document"),
    ("yaml", "\n- \x07", "line 2: text: is no YAML: holds a character that YAML does not allow"),
    ("yaml", "[" * 100_000, "line 1: text: is nested too deeply"),
    ("yaml", "7", "line 1: text: is neither a list nor a dictionary of clusters"),
    ("yaml", "- a\n- b\n", "line 2: row: is 'b', which has no columns"),
    ("yaml", "- a: 1\n  a: 2\n", "line 1: row: has 'a' twice: remove one"),
    ("yaml", "a: {b: 1}\na: {b: 1}\n", "line 2: row: 'a' is there twice: remove one"),
    ("yaml", "- 1: a\n", "line 1: row: has the column 1: put its name in quotes"),
    ("yaml", "- a: !vault x\n", "line 1: row: is no YAML of plain values: could not determine"),
    ("yaml", "- a: 2026-01-01\n", "a holds datetime.date(2026, 1, 1), which is no text"),
    ("yaml", "- a: 2026-99-99\n", "line 1: row: holds a value that is none: month must be"),
    ("yaml", "- &a {b: *a}\n", "line 1: row: is no YAML of plain values: found unconstructable"),
]


@pytest.mark.parametrize(("form", "text", "told"), TEXTS, ids=[told for *_text, told in TEXTS])
def test_a_text_that_cannot_be_read_is_told_with_its_line(form: str, text: str, told: str) -> None:
    with pytest.raises(InvalidSpec) as failed:
        read(text, form)

    assert told in str(failed.value)


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_key_that_leads_nowhere_is_told(form: str) -> None:
    with pytest.raises(InvalidSpec, match=r"line 2: text: has no 'items', which records names"):
        read('{"result":\n {"item": []}}', form, records="result.items")


def test_values_that_share_a_list_many_times_are_read() -> None:
    levels = ["- name: a", "  bootstrap_servers: a:1", "  cluster_id: a", "  l0: &l0 [x]"]
    for level in range(1, 60):
        levels.append(f"  l{level}: &l{level} [" + f"*l{level - 1}," * 9 + "]")

    [cluster] = read("\n".join(levels), "yaml").clusters

    assert cluster.name == "a"


def test_rows_with_mistakes_are_left_out_if_that_is_asked_for() -> None:
    text = rows({}, {"name": "a b"}, {"cluster_id": "x"}, {"cluster_id": "x"}, {})

    found = read(text, "json", invalid_rows="skip")

    assert [cluster.name for cluster in found.clusters] == ["c0", "c4"]
    assert [told.partition(":")[0] for told in found.skipped] == [
        "line 3",
        "line 4 (c2)",
        "line 5 (c3)",
    ]


def test_nothing_is_left_out_where_nothing_would_be_left() -> None:
    with pytest.raises(InvalidSpec, match="cannot name a host"):
        read(rows({"name": "a b"}), "json", invalid_rows="skip")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"source": "a", "lables": []}, "lables: 'lables' is no option of this plugin (did you"),
        ({}, "source: set either source or command"),
        ({"source": "a", "command": ["b"]}, "source: set either source or command"),
        ({"source": "a", "delimiter": "||"}, "delimiter: write one character, such as ';'"),
    ],
)
def test_a_mistake_in_the_file_of_the_plugin_is_told(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidSpec) as failed:
        check_options(given, ["source", "command", "labels", "delimiter"])

    assert told in str(failed.value)


def test_the_format_is_told_by_the_suffix_or_by_the_option() -> None:
    assert format_of("fleet.CSV", None) == "csv"
    assert format_of("fleet.yml", None) == "yaml"
    assert format_of("fleet.csv", "json") == "json"
    with pytest.raises(InvalidSpec, match="read cmdb: set format to csv, json or yaml"):
        format_of("cmdb", None)
