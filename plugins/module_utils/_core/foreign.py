# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that others wrote, such as a name in a cluster: made safe for where it goes, or refused.

Nothing here trusts Kafka's rules for names, because whoever answers a client need not be Kafka.
What is refused raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_MOST_TOLD = 80  # characters of a refused text
_LONGEST_CELL = 249  # no name of a topic is longer
_LONGEST_FILE_NAME = 200  # bytes; file systems take 255, and an ending comes behind it
_TEMPLATE = re.compile(r"\{[{%#]")
_BESIDE_A_SPACE = re.compile(r"(?<= ) |^ | $")
_SPECIAL_IN_RE2 = re.compile(r"[\\.+*?()|\[\]{}^$]")
_LABEL_NAME = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,199}")
_LABEL_RULE = "it takes up to 200 letters, digits and _, but no digit and no __ first"
_FILE_RULE = "it has to be one name, without /, backslashes and hidden characters"
# a backslash escapes a comma there, and nothing escapes what Grafana takes for more than text
_NO_GRAFANA_VALUE = re.compile(r"[\\$]|\[\[|\s:\s|^\s|\s$|^$")
_ANSIBLE_TYPE = re.compile(r"\\*__ansible_")
_ESCAPED_ANSIBLE_TYPE = re.compile(r"\\+__ansible_")


def printable(text: str) -> str:
    r"""In one line, without hidden characters: a newline becomes \n, an escape \x1b."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def cell(text: str) -> str:
    """For a table whose columns are two spaces apart."""
    shown = _BESIDE_A_SPACE.sub(r"\\x20", printable(text))
    return shown if len(shown) <= _LONGEST_CELL else shown[: _LONGEST_CELL - 1] + "…"


def check_characters(text: str) -> None:
    """Refuses what no file in UTF-8 can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        why = f"{_told(text)} holds half of a surrogate pair, which is no character"
        raise ValueError(why) from error


def check_literal(text: str) -> None:
    """Refuses what would not be text in a file of variables, which Ansible evaluates."""
    if _TEMPLATE.search(text):
        # whoever may write it would have Ansible evaluate it
        raise ValueError(f"{_told(text)} would be taken for a template")
    check_characters(text)


def quoted(text: str) -> str:
    """A string in double quotes, as YAML, Go and PromQL read it."""
    check_characters(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(map(_in_quotes, escaped))}"'


def promql_string(text: str) -> str:
    """The same where Grafana reads it too, which fills in $name, ${name} and [[name]]."""
    return quoted(text).replace("$", r"\u0024").replace("[", r"\u005b")


def promql_regex(texts: Iterable[str]) -> str:
    """A string of PromQL: the regular expression that matches these texts and nothing else."""
    return promql_string("|".join(_SPECIAL_IN_RE2.sub(r"\\\g<0>", text) for text in texts))


def grafana_values(texts: Iterable[str]) -> str:
    """The values of a variable; Grafana fills in $name, and shows `text : value` as `text`."""
    values = list(texts)
    for value in values:
        check_characters(value)
        if _NO_GRAFANA_VALUE.search(value) or not value.isprintable():
            raise ValueError(f"{_told(value)} cannot be a value of a variable of Grafana")
    return ",".join(value.replace(",", "\\,") for value in values)


def alert_labels(labels: Mapping[str, object]) -> str:
    """A mapping of YAML in one line; Prometheus evaluates templates of Go in its values."""
    items = []
    for name, value in labels.items():
        if not _LABEL_NAME.fullmatch(str(name)):
            raise ValueError(f"{_told(name)} cannot name a label: {_LABEL_RULE}")
        literal = str(value).replace("{{", '{{ "{{" }}')
        items.append(f"{quoted(str(name))}: {quoted(literal)}")
    return "{" + ", ".join(items) + "}"


def file_name(text: str) -> str:
    """Refuses what is more, or less, than the name of one file."""
    check_characters(text)
    if text in ("", ".", "..") or "/" in text or "\\" in text or not text.isprintable():
        raise ValueError(f"{_told(text)} cannot name a file: {_FILE_RULE}")
    if len(text.encode()) > _LONGEST_FILE_NAME:
        raise ValueError(f"{_told(text)} cannot name a file: over {_LONGEST_FILE_NAME} bytes")
    return text


def to_ansible(value: Any) -> Any:
    r"""A result that Ansible reads as no more than it is.

    It takes a dictionary with the key __ansible_type for one of its own types. A key that begins
    like that gets a backslash, and one that begins with a backslash before it gets another.
    Half of a surrogate pair, which Ansible refuses in any result, is written as \udXXX.
    """
    if isinstance(value, Mapping):
        return {_to_ansible_key(key): to_ansible(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_ansible(item) for item in value]
    return _in_utf8(value) if isinstance(value, str) else value


def from_ansible(value: Any) -> Any:
    """What to_ansible made, as it was."""
    if isinstance(value, Mapping):
        return {_from_ansible_key(key): from_ansible(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [from_ansible(item) for item in value]
    return value


def _to_ansible_key(key: Any) -> Any:
    if not isinstance(key, str):
        return key
    return "\\" + _in_utf8(key) if _ANSIBLE_TYPE.match(key) else _in_utf8(key)


def _from_ansible_key(key: Any) -> Any:
    return key[1:] if isinstance(key, str) and _ESCAPED_ANSIBLE_TYPE.match(key) else key


def _in_utf8(text: str) -> str:
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _told(text: object) -> str:
    told = str(text)
    return repr(told) if len(told) <= _MOST_TOLD else f"{told[:_MOST_TOLD]!r}..."


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _in_quotes(character: str) -> str:
    if character.isprintable():
        return character
    # YAML and Go know both
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
