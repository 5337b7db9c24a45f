# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath, with two functions more, matches(text, regex) and product(number, number). The only importer of the library."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .errors import Unsupported


def compile_query(expression: str) -> Callable[[object], Any]:
    """The expression as a function of what it is asked about; both raise ValueError with the cause. Raises Unsupported without the library."""
    try:
        import jmespath
    except ImportError as error:
        raise Unsupported("a JMESPath query needs the Python library jmespath on the host that runs the module") from error

    class Functions(jmespath.functions.Functions):
        @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})
        def _func_matches(self, text: str, regex: str) -> bool:
            """Whether the whole text matches."""
            try:
                return re.fullmatch(regex, text) is not None
            except re.error as error:
                raise ValueError(f"{regex!r} is no regular expression: {error}") from error

        @jmespath.functions.signature({"types": ["number"]}, {"types": ["number"]})
        def _func_product(self, one: float, other: float) -> float:
            return one * other

    compiled = jmespath.compile(expression)
    options = jmespath.Options(custom_functions=Functions())
    return lambda document: compiled.search(document, options=options)
