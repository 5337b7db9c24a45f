# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is declared of each part, by the options of the module that keeps such a part alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from .._acl.options import acls_spec
from .._ansible.options.nested import Options, nested
from .._core.errors import InvalidSpec
from .._core.problems import Problems
from .._core.resource import AnyResource
from .._quota.options import quotas_spec
from .._topic.options import topics_spec

# the options of a part and those of the whole run
Parse: TypeAlias = Callable[[Options, Options], AnyResource | None]


class _Part(NamedTuple):
    """`options`: of the module that keeps it alone. `parse`: None where nothing is declared."""

    name: str
    options: Callable[[], dict[str, Any]]
    parse: Parse


def applications_spec() -> dict[str, Any]:
    return {part.name: {"type": "dict"} for part in _PARTS}


def parse_parts(params: Options) -> Mapping[str, AnyResource]:
    """Raises InvalidSpec with every problem of all parts."""
    problems = Problems()
    parts = {}
    for part in _PARTS:
        options = nested(part.name, part.options(), params[part.name] or {}, problems)
        try:
            resource = part.parse(options, params)
        except InvalidSpec as error:
            _tell(part.name, error, problems)
            continue
        if resource is not None:
            parts[part.name] = resource
    problems.raise_if_any()
    return parts


def _tell(part: str, error: InvalidSpec, problems: Problems) -> None:
    """The mistakes of one part beside those of the others."""
    for mistake in error.facts["errors"]:  # type: ignore[attr-defined]
        place = f"{part}: {mistake['where']}"
        problems.add(place, mistake["field"], mistake["message"])


def _topics(options: Options, run: Options) -> AnyResource | None:
    from .._topic.resource import Topics
    from .._topic.spec import parse_topic_set

    declared = parse_topic_set(**options, wait=run["wait"], undo_file=run["undo_file"])
    return Topics(declared) if declared.topics or declared.purge else None


def _acls(options: Options, _run: Options) -> AnyResource | None:
    from .._acl.resource import Acls
    from .._acl.spec import parse_acl_set

    declared = parse_acl_set(**options)
    return Acls(declared) if declared.bindings or declared.purge else None


def _quotas(options: Options, _run: Options) -> AnyResource | None:
    from .._quota.resource import Quotas
    from .._quota.spec import parse_quota_set

    declared = parse_quota_set(**options)
    return Quotas(declared) if declared.entities or declared.purge else None


# in the order of dependence
_PARTS = (
    _Part("topics", topics_spec, _topics),
    _Part("acls", acls_spec, _acls),
    _Part("quotas", quotas_spec, _quotas),
)
