# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath with two more functions, matches(text, regex) and product(number, number).

The only importer of jmespath, and of google-re2, which `matches` needs: a regular expression of
Python's own may run for hours, and no signal interrupts it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .errors import Unsupported

_LONGEST = 10_000
_DEEPEST = 100  # jmespath recurses for each level; 250 are too many for Python's stack
_MATCHES = "matches"

T = TypeVar("T")


def compile_query(expression: str) -> Callable[[object], Any]:
    """The expression as a function of what it is asked about.

    Both raise ValueError with the cause. Raises Unsupported where a library is missing.
    """
    try:
        import jmespath
    except ImportError as error:
        raise _missing("a JMESPath query", "jmespath") from error

    _refuse_what_is_too_large(expression)
    compiled = _within_the_stack(lambda: jmespath.compile(expression))
    matches = _regular_matches() if _calls(compiled.parsed, _MATCHES) else None

    class Functions(jmespath.functions.Functions):
        @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})
        def _func_matches(self, text: str, regex: str) -> bool:
            return bool(matches and matches(text, regex))

        @jmespath.functions.signature({"types": ["number"]}, {"types": ["number"]})
        def _func_product(self, one: float, other: float) -> float:
            return one * other

    options = jmespath.Options(custom_functions=Functions())
    return lambda document: _within_the_stack(lambda: compiled.search(document, options=options))


def _missing(what: str, library: str) -> Unsupported:
    where = "on the host that runs the module"
    return Unsupported(f"{what} needs the Python library {library} {where}")


def _refuse_what_is_too_large(expression: str) -> None:
    if len(expression) > _LONGEST:
        raise ValueError(f"it has {len(expression)} characters, and may have {_LONGEST}")
    depth = deepest = 0
    for character in expression:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise ValueError(f"its brackets are nested {deepest} deep, and may be {_DEEPEST}")


def _within_the_stack(work: Callable[[], T]) -> T:
    """Not only brackets nest: so do chains of operators."""
    try:
        return work()
    except RecursionError:
        raise ValueError("it is nested too deep for Python; split it") from None


def _calls(node: object, function: str) -> bool:
    """Whether a syntax tree of jmespath's has a call of the function."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, Mapping):
            continue
        if found["type"] == "function_expression" and found["value"] == function:
            return True
        waiting += found["children"]
    return False


def _regular_matches() -> Callable[[str, str], bool]:
    """Whether the whole of a text matches a regular expression, in time linear to the text."""
    try:
        import re2
    except ImportError as error:
        raise _missing(f"{_MATCHES}() in a JMESPath expression", "google-re2") from error

    options = re2.Options()
    options.log_errors = False
    # nobody asks what a group has matched, and thousands of groups take seconds
    options.never_capture = True

    def matches(text: str, regex: str) -> bool:
        try:
            return re2.compile(regex, options).fullmatch(text) is not None
        except re2.error as error:
            why = error.args[0].decode(errors="replace")
            raise ValueError(f"{regex!r} is no regular expression of RE2: {why}") from error

    return matches
