# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that somebody could give to anything that has a name, and the files in which they end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
# what runs this leaves a file behind
TOUCHED = "omninode-kafka-was-evaluated"

TEXTS = {
    "expression": "h{{ lookup('pipe', 'touch " + TOUCHED + "') }}x",
    "statement": "{% set x = lookup('pipe', 'touch " + TOUCHED + "') %}",
    "comment of Jinja": "a{# b #}",
    "half an expression": "{{",
    "Go": '{{ query "up" }}{{{',
    "percent": "%(name)s %s 100% %",
    "shell": "$(touch " + TOUCHED + ") `touch " + TOUCHED + "` ; & |",
    "Grafana": "$topic ${topic} [[topic]] $__all",
    "value of Grafana": "shown : value",
    "comma": "a,b\\,c",
    "anchor": "&a",
    "alias": "*a",
    "tag": "!unsafe x",
    "merge": "<<",
    "mapping": "a: b",
    "comment": "a # b",
    "document": "---",
    "null": "null",
    "boolean": "yes",
    "number": "1e3",
    "list": "- a",
    "flow": "[a, {b: c}]",
    "block": "|-",
    "double quote": 'a" or vector(1) or up{a="',
    "single quote": "a' or 'b",
    "backslash": "a\\",
    "escape": r"\n \x1b \u0041 \1",
    "regular expression": "a.*|(b)+[c]^d$?{2}",
    "newline": "g  0  0.0\nother  1  1",
    "CR": "a\rb",
    "CRLF": "a\r\nb",
    "line separators": "a\u0085b\u2028c\u2029d",
    "NUL": "a\0b",
    "ANSI": "\x1b[2J\x1b]0;title\x07a\x9b31m",
    "delete": "a\x7f\b\b",
    "bidi": "a\u202eb\u2066c",
    "zero width": "a\u200bb\ufeffc",
    "beyond the first plane": "\U0001f642 \U000e0041",
    "up": "../../x",
    "here": ".",
    "parent": "..",
    "absolute": "/etc/passwd",
    "Windows": "..\\x",
    "option": "--help",
    "home": "~",
    "blank": " ",
    "spaces": " a  b ",
    "nothing": "",
    "type of Ansible": "__ansible_type",
    "unsafe of Ansible": "__ansible_unsafe",
    "vault of Ansible": "__ansible_vault",
    "escaped type of Ansible": "\\\\__ansible_type",
    "omitted": "__omit_place_holder__0",
    "label of Prometheus": "__name__",
    "long": "n" * 100_000,
    "half a surrogate pair": "a\ud800b",
}


def go_string(literal: str) -> str:
    """What Go and PromQL read in a string of double quotes."""

    def character(found: re.Match[str]) -> str:
        return found[3] or chr(int(found[1] or found[2], 16))

    escapes = r'\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|(["\\]))'
    return re.sub(escapes, character, literal[1:-1])


def refusal(work: Callable[[], object]) -> str:
    """Why a text is refused; nothing where it is not."""
    try:
        work()
    except ValueError as error:
        return str(error)
    return ""


def outputs(root: Path = ROOT) -> set[str]:
    """What hands text on: plugins, modules, templates, and lists of tasks that write text."""
    patterns = ["plugins/filter/*.py", "plugins/lookup/*.py", "plugins/modules/*.py"]
    patterns += ["plugins/action/*.py", "plugins/inventory/*.py", "roles/*/templates/**/*.j2"]
    found = [path for pattern in patterns for path in root.glob(pattern)]
    for pattern in ("*.yml", "playbooks/**/*.yml", "roles/*/tasks/**/*.yml"):
        found += [path for path in root.glob(pattern) if contents(path)]
    return {str(path.relative_to(root)) for path in found}


def contents(path: Path) -> list[str]:
    """The texts that a file's tasks write, by `copy`, `blockinfile` or `lineinfile`."""
    options: list[object] = []
    for node in _dictionaries(yaml.safe_load(path.read_text())):
        options += [node.get(key) for key in ("content", "block", "line")]
    return [option for option in options if isinstance(option, str)]


def _dictionaries(node: object) -> Iterator[dict[str, object]]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _dictionaries(child)
