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
from .._scram_user.options import declared_users_spec, scram_users_spec
from .._topic.options import topics_spec

# the options of a part and those of the whole run
Parse: TypeAlias = Callable[[Options, Options], AnyResource | None]


class _Part(NamedTuple):
    """`option`: has the options of the module that keeps it alone, which are `spec`.

    `parse`: None where nothing is declared.
    """

    name: str
    option: str
    spec: Callable[[], dict[str, Any]]
    parse: Parse


def applications_spec() -> dict[str, Any]:
    options: dict[str, Any] = {part.option: {"type": "dict"} for part in _PARTS}
    # who declares users in there, which is a mistake, must not see their passwords
    options["scram_users"]["no_log"] = True
    return {**options, **declared_users_spec()}


def parse_parts(params: Options) -> Mapping[str, AnyResource]:
    """Raises InvalidSpec with every problem of all parts. `users`: as they were given."""
    problems = Problems()
    parts = {}
    for part in _PARTS:
        given = params[part.option] or {}
        options = nested(part.option, part.spec(), given, problems)
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


def _users_spec() -> dict[str, Any]:
    """Without the users themselves, who have an option of their own, which hides passwords."""
    spec = scram_users_spec()
    for name in declared_users_spec():
        del spec[name]
    return spec


def _users(options: Options, run: Options) -> AnyResource | None:
    from .._scram_user.resource import ScramUsers
    from .._scram_user.spec import parse_scram_user_set

    declared = parse_scram_user_set(**options, users=run["users"])
    return ScramUsers(declared) if declared.credentials or declared.purge else None


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
    _Part("topics", "topics", topics_spec, _topics),
    _Part("users", "scram_users", _users_spec, _users),
    _Part("acls", "acls", acls_spec, _acls),
    _Part("quotas", "quotas", quotas_spec, _quotas),
)
