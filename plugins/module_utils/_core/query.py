# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath with two functions more: matches(text, regex) and product(number, number).

The only file that imports jmespath, and google-re2, which `matches` needs: Python's own regular
expressions can run for hours, and no signal interrupts them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .errors import Unsupported

_LONGEST = 10_000  # characters
_DEEPEST = 100  # levels; jmespath recurses for each, and 250 already exceed Python's stack
_MATCHES = "matches"

T = TypeVar("T")


def compile_query(expression: str) -> Callable[[object], Any]:
    """A function that answers the expression for a document.

    Compiling and answering raise ValueError with the cause. Compiling raises Unsupported where
    a library is missing.
    """
    try:
        import jmespath
    except ImportError as error:
        raise _missing("a JMESPath query", "jmespath") from error

    _check_size(expression)
    compiled = _within_the_stack(lambda: jmespath.compile(expression))
    if _calls(compiled.parsed, _MATCHES):
        _check_re2()

    class Functions(jmespath.functions.Functions):
        @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})
        def _func_matches(self, text: str, regex: str) -> bool:
            return _matches(text, regex)

        @jmespath.functions.signature({"types": ["number"]}, {"types": ["number"]})
        def _func_product(self, one: float, other: float) -> float:
            return one * other

    options = jmespath.Options(custom_functions=Functions())

    def answer(document: object) -> Any:
        return _within_the_stack(lambda: compiled.search(document, options=options))

    return answer


def _missing(what: str, library: str) -> Unsupported:
    where = "on the host that runs the module"
    return Unsupported(f"{what} needs the Python library {library} {where}")


def _check_size(expression: str) -> None:
    length = len(expression)
    if length > _LONGEST:
        raise ValueError(f"it has {length} characters, but at most {_LONGEST} are allowed")
    depth = deepest = 0
    for character in expression:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    if deepest > _DEEPEST:
        raise ValueError(
            f"its brackets are nested {deepest} levels deep, but at most {_DEEPEST} are allowed"
        )


def _within_the_stack(work: Callable[[], T]) -> T:
    """Not only brackets nest: so do chains of operators."""
    try:
        return work()
    except RecursionError:
        raise ValueError("it is nested too deep for Python; split it") from None


def _calls(tree: object, function: str) -> bool:
    """Whether a syntax tree of jmespath calls the function."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Mapping):
            continue
        if node["type"] == "function_expression" and node["value"] == function:
            return True
        waiting += node["children"]
    return False


def _check_re2() -> None:
    try:
        import re2  # noqa: F401
    except ImportError as error:
        raise _missing(f"{_MATCHES}() in a JMESPath expression", "google-re2") from error


def _matches(text: str, regex: str) -> bool:
    """Whether the whole text matches the regular expression, in time linear to the text."""
    import re2

    options = re2.Options()
    options.log_errors = False
    # nobody asks what a group has matched, and thousands of groups take seconds
    options.never_capture = True
    try:
        compiled = re2.compile(regex, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace")
        raise ValueError(f"{regex!r} is not a regular expression of RE2: {why}") from error
    return compiled.fullmatch(text) is not None
