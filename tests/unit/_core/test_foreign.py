# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each border makes of a text of others."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible_collections.omninode.kafka.plugins.module_utils._core import foreign

from tests.hostile import TEXTS, go_string, refusal

GO_STRING = re.compile(r'"([^"\\\n]|\\["\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"')
HALF = TEXTS["half a surrogate pair"]
every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
every_other = pytest.mark.parametrize(
    "text",
    [text for text in TEXTS.values() if text != HALF],
    ids=[name for name in TEXTS if TEXTS[name] != HALF],
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("orders", "orders"),
        ("größe ✓", "größe ✓"),
        ("a\nb\r\0", r"a\nb\r\x00"),
        ("\x1b[2J\x9b", r"\x1b[2J\x9b"),
        ("a\u202eb\u200bc", r"a\u202eb\u200bc"),
        ("\U000e0041", r"\U000e0041"),
        (HALF, r"a\ud800b"),
    ],
)
def test_people_see_one_line(text: str, shown: str) -> None:
    assert foreign.printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        ("a  b", r"a \x20b"),
        (" a ", r"\x20a\x20"),
        ("n" * 249, "n" * 249),
        ("n" * 250, "n" * 248 + "…"),
    ],
)
def test_a_cell_is_no_two_cells(text: str, shown: str) -> None:
    assert foreign.cell(text) == shown


@pytest.mark.parametrize("name", ["expression", "statement", "comment of Jinja", "Go"])
def test_a_template_is_no_literal(name: str) -> None:
    with pytest.raises(ValueError, match=r"would be taken for a template$"):
        foreign.check_literal(TEXTS[name])


@pytest.mark.parametrize(
    "refuse",
    [foreign.check_literal, foreign.quoted, foreign.promql_string, foreign.file_name],
)
def test_half_a_character_is_refused(refuse: Any) -> None:
    with pytest.raises(ValueError, match=r"^'a\\ud800b' holds half of a surrogate pair"):
        refuse(HALF)


@every_other
def test_quotes_hold_any_text(text: str) -> None:
    for literal in (foreign.quoted(text), foreign.promql_string(text)):
        assert literal.isprintable()
        assert GO_STRING.fullmatch(literal)
        assert yaml.safe_load(literal) == go_string(literal) == text
    assert not re.search(r"[$\[]", foreign.promql_string(text))


@every_other
def test_a_regular_expression_matches_the_text_alone(text: str) -> None:
    regex = go_string(foreign.promql_regex([text, "other"]))
    # what these mean is the same in RE2 and here
    assert re.fullmatch(regex, text)
    assert re.fullmatch(regex, "other")
    assert not re.fullmatch(regex, text + "x")
    assert not re.fullmatch(regex, "b")
    # RE2 takes no escaped letter that it does not know
    assert not re.search(r"\\[^\\.+*?()|\[\]{}^$]", regex.replace("\\\\", ""))


def test_a_dot_is_a_dot() -> None:
    assert foreign.promql_regex(["a.b", "c"]) == r'"a\\.b|c"'


def grafana_splits(query: str) -> list[str]:
    return [value.replace("\\,", ",") for value in re.findall(r"(?:\\,|[^,])+", query)]


@every_text
def test_grafana_has_the_values_or_they_are_refused(text: str) -> None:
    why = refusal(lambda: foreign.grafana_values([text, "other"]))
    if why:
        assert re.search("cannot be a value|surrogate", why)
    else:
        query = foreign.grafana_values([text, "other"])
        assert grafana_splits(query) == [text, "other"]
        assert not re.search(r" : |[$]|\[\[", query)


def test_a_comma_is_no_end() -> None:
    assert foreign.grafana_values(["a,b", "c"]) == r"a\,b,c"


@pytest.mark.parametrize("name", ["team", "_a9", "Team"])
def test_a_label_has_a_name(name: str) -> None:
    assert yaml.safe_load(foreign.alert_labels({name: 5})) == {name: "5"}


@every_text
def test_a_label_s_name_is_a_name_or_refused(text: str) -> None:
    if text in ("null", "yes"):
        assert yaml.safe_load(foreign.alert_labels({text: "a"})) == {text: "a"}
    else:
        with pytest.raises(ValueError, match="cannot name a label"):
            foreign.alert_labels({text: "a"})


@every_other
def test_a_label_s_value_is_no_template_of_go(text: str) -> None:
    value = yaml.safe_load(foreign.alert_labels({"team": text}))["team"]
    # the only action that Go finds prints two braces
    assert value.replace('{{ "{{" }}', "").count("{{") == 0
    assert value.replace('{{ "{{" }}', "{{") == text


@pytest.mark.parametrize("name", ["prod", "kafka-prod.1", "größe", "a b", "{{", "--help"])
def test_a_name_of_a_file_is_returned(name: str) -> None:
    assert foreign.file_name(name) == name


@pytest.mark.parametrize("text", ["", ".", "..", "../x", "a/b", "/a", "a\\b", "a\0", "a\nb"])
def test_what_names_no_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot name a file: it has to be one name"):
        foreign.file_name(text)


def test_a_name_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^'n{80}'\.\.\. cannot name a file: over 200 bytes$"):
        foreign.file_name("n" * 201)


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("a", "a"),
        ("__ansible_type", r"\__ansible_type"),
        ("__ansible_unsafe", r"\__ansible_unsafe"),
        (r"\__ansible_type", r"\\__ansible_type"),
        (r"\a", r"\a"),
        ("a__ansible_type", "a__ansible_type"),
        (3, 3),
    ],
)
def test_no_key_is_one_of_ansible(key: object, sent: object) -> None:
    assert foreign.to_ansible({"a": [{key: 1}]}) == {"a": [{sent: 1}]}
    assert foreign.from_ansible({"a": [{sent: 1}]}) == {"a": [{key: 1}]}


@every_other
def test_nothing_is_lost_on_the_way(text: str) -> None:
    there = foreign.to_ansible({text: [text, {text: text}, 1, None, 0.5]})
    assert foreign.from_ansible(there) == {text: [text, {text: text}, 1, None, 0.5]}
