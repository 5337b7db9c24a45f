# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the text: clusters that Ansible can name and reach, or a mistake that is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.omninode.kafka.plugins.module_utils._core.errors import InvalidSpec
from ansible_collections.omninode.kafka.plugins.module_utils._kafka import address
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.plugin_utils._inventory.reading import read

OTHERS = ["region", "timeout", "sasl_username", "sasl_password"]
COLUMNS = ["name", "bootstrap_servers", "cluster_id", *OTHERS]
SCALARS = st.sampled_from(["a", "a:1,b:2", "", " ", "{{ 7 }}", "é", None, 0, 1.5, True]) | st.text()
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(SCALARS, SCALARS, max_size=2)
# often right, so that what is right beside what is wrong is seen too
ROWS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["a", "b", "c"]) | VALUES,
        "bootstrap_servers": st.sampled_from(["a:1", ["b:1", " c:2 "], "a:1, ,b:2"]) | VALUES,
        "cluster_id": st.sampled_from(["1", "2", "3", "4"]) | VALUES,
    },
    optional=dict.fromkeys(OTHERS, VALUES),
)
DOCUMENTS = st.lists(ROWS | VALUES, max_size=3) | st.dictionaries(SCALARS, ROWS, max_size=3)
# pieces of which the formats are made
PIECES = st.sampled_from(
    [*COLUMNS, ",", '"', "\n", "\r", "- ", ": ", "[", "]", "{", "}", "&a ", "*a", "!x ", "a:1", "#"]
)
TEXTS = st.text() | st.lists(PIECES | st.characters()).map("".join)


def check(text: str, form: str, **options: Any) -> None:
    try:
        found = read(text, form, **options)
    except InvalidSpec as error:
        told = str(error)
        assert "none of its clusters was taken" in told
        assert "line " in told or "options: " in told
        return
    assert found.clusters
    names = [cluster.name for cluster in found.clusters]
    assert len(set(names)) == len(names)
    for cluster in found.clusters:
        assert cluster.name.isascii()
        assert not set(cluster.name) & set(" ,:;!&*[]{}/\\~'\"")
        servers = cluster.connection["bootstrap_servers"]
        several = servers.split(",") if isinstance(servers, str) else servers
        assert all(address.is_address(server.strip()) for server in several if server.strip())
        assert cluster.connection["cluster_id"]


@pytest.mark.parametrize("form", ["csv", "json", "yaml"])
@settings(deadline=None)
@given(text=TEXTS)
def test_any_text_gives_clusters_or_a_mistake(form: str, text: str) -> None:
    check(text, form)


@pytest.mark.parametrize("invalid_rows", ["fail", "skip"])
@pytest.mark.parametrize("form", ["json", "yaml"])
@settings(deadline=None)
@given(document=DOCUMENTS)
def test_any_document_gives_clusters_or_a_mistake(
    form: str, invalid_rows: str, document: Any
) -> None:
    check(json.dumps(document), form, labels=["region"], invalid_rows=invalid_rows)
