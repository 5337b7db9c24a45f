# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that others wrote, such as a name in a cluster: made safe for where it goes, or refused.

Nothing here relies on Kafka's rules for names: what answers a client may be no Kafka at all.
Every function that refuses a text raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_LONGEST_EXCERPT = 80  # characters
_LONGEST_CELL = 249  # characters; the longest name that a topic can have
_LONGEST_FILE_NAME = 200  # bytes; file systems allow 255, and an extension still follows
_TEMPLATE = re.compile(r"\{[{%#]")
_BEGINS_A_TEMPLATE = re.compile(r"\{(?=[{%#])")
_LIKE_A_GAP = re.compile(r"(?<= ) |^ | $")
_SPECIAL_IN_RE2 = re.compile(r"[\\.+*?()|\[\]{}^$]")
_LABEL_NAME = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]{0,199}")
_LABEL_RULE = "use up to 200 letters, digits and _, beginning with neither a digit nor __"
# not a path, and not the name of this folder or of the one above it
_FILE_NAME = re.compile(r"(?!\.{1,2}\Z)[^/\\]+")
_FILE_RULE = "it has to be one name, without /, backslashes and hidden characters"
# Grafana reads a backslash as an escape, and the others as more than text; none can be escaped
_NOT_A_GRAFANA_VALUE = re.compile(r"[\\$]|\[\[|\s:\s|^\s|\s$|^$")
_ANSIBLE_TYPE = re.compile(r"\\*__ansible_")
_ESCAPED_ANSIBLE_TYPE = re.compile(r"\\+__ansible_")


def printable(text: str) -> str:
    r"""The text on one line, with hidden characters escaped: a newline becomes \n."""
    if text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def cell(text: str) -> str:
    """The text as one cell of a table whose columns are separated by two spaces."""
    return _cut(_LIKE_A_GAP.sub(r"\\x20", printable(text)))


def brief(text: str) -> str:
    """The text on one line of bounded length, for a message."""
    return _cut(printable(text))


def told(text: str) -> str:
    """The same, with a space where a template would begin: what a job tells becomes variables of
    the next one, in which Ansible evaluates templates."""
    return _BEGINS_A_TEMPLATE.sub("{ ", brief(text))


def check_characters(text: str) -> None:
    """Refuses half of a surrogate pair, which no UTF-8 file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        why = f"{_excerpt(text)} holds half of a surrogate pair, which is not a character"
        raise ValueError(why) from error


def check_literal(text: str) -> None:
    """Refuses a template: in a file of variables, Ansible would evaluate it."""
    if _TEMPLATE.search(text):
        raise ValueError(f"{_excerpt(text)} would be taken for a template")
    check_characters(text)


def quoted(text: str) -> str:
    """The text in double quotes, as YAML, Go and PromQL read it."""
    check_characters(text)
    escaped = text.replace("\\", "\\\\")
    escaped = escaped.replace('"', '\\"')
    inside = "".join(_in_quotes(character) for character in escaped)
    return f'"{inside}"'


def promql_string(text: str) -> str:
    """The text as a string of PromQL, in which Grafana replaces no $name, ${name} or [[name]]."""
    literal = quoted(text)
    return literal.replace("$", r"\u0024").replace("[", r"\u005b")


def promql_regex(texts: Iterable[str]) -> str:
    """A string of PromQL: the regular expression that matches exactly these texts."""
    alternatives = [_SPECIAL_IN_RE2.sub(r"\\\g<0>", text) for text in texts]
    return promql_string("|".join(alternatives))


def grafana_values(texts: Iterable[str]) -> str:
    """The texts as the list of values that a variable of Grafana takes.

    Refuses what Grafana would change: it replaces $name, and shows `text : value` as `text`.
    """
    values = []
    for text in texts:
        check_characters(text)
        if _NOT_A_GRAFANA_VALUE.search(text) or not text.isprintable():
            raise ValueError(f"{_excerpt(text)} cannot be a value of a Grafana variable")
        values.append(text.replace(",", "\\,"))
    return ",".join(values)


def alert_labels(labels: Mapping[str, object]) -> str:
    """The labels of an alert as YAML on one line; Prometheus evaluates none of their values."""
    items = []
    for key, value in labels.items():
        name = str(key)
        if not _LABEL_NAME.fullmatch(name):
            raise ValueError(f"{_excerpt(name)} cannot name a label: {_LABEL_RULE}")
        # a template of Go that prints two braces
        literal = str(value).replace("{{", '{{ "{{" }}')
        items.append(f"{quoted(name)}: {quoted(literal)}")
    inside = ", ".join(items)
    return "{" + inside + "}"


def file_name(text: str) -> str:
    """The text itself, if it can be the name of one file, and of nothing else."""
    check_characters(text)
    if not _FILE_NAME.fullmatch(text) or not text.isprintable():
        raise ValueError(f"{_excerpt(text)} cannot name a file: {_FILE_RULE}")
    if len(text.encode()) > _LONGEST_FILE_NAME:
        raise ValueError(f"{_excerpt(text)} cannot name a file: over {_LONGEST_FILE_NAME} bytes")
    return text


def to_ansible(value: Any) -> Any:
    r"""A result that Ansible reads as plain values only.

    Ansible makes one of its own types of a dictionary with the key __ansible_type. So each key
    that begins with __ansible_, or with backslashes before it, gets one more backslash.
    Ansible also refuses half of a surrogate pair, which becomes \udXXX here.
    """
    if isinstance(value, Mapping):
        return {_to_ansible_key(key): to_ansible(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_ansible(item) for item in value]
    if isinstance(value, str):
        return _in_utf8(value)
    return value


def from_ansible(value: Any) -> Any:
    """The value that to_ansible was given."""
    if isinstance(value, Mapping):
        return {_from_ansible_key(key): from_ansible(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [from_ansible(item) for item in value]
    return value


def _to_ansible_key(key: Any) -> Any:
    if not isinstance(key, str):
        return key
    encoded = _in_utf8(key)
    if _ANSIBLE_TYPE.match(key):
        return f"\\{encoded}"
    return encoded


def _from_ansible_key(key: Any) -> Any:
    if isinstance(key, str) and _ESCAPED_ANSIBLE_TYPE.match(key):
        return key[1:]
    return key


def _in_utf8(text: str) -> str:
    if text.isascii():
        return text
    return text.encode(errors="backslashreplace").decode()


def _cut(shown: str) -> str:
    if len(shown) <= _LONGEST_CELL:
        return shown
    beginning = shown[: _LONGEST_CELL - 1]
    return f"{beginning}…"


def _excerpt(text: str) -> str:
    """The beginning of a refused text, in quotes, for a message."""
    if len(text) <= _LONGEST_EXCERPT:
        return repr(text)
    beginning = text[:_LONGEST_EXCERPT]
    return f"{beginning!r}..."


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode()


def _in_quotes(character: str) -> str:
    """The character, or an escape that both YAML and Go know."""
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
