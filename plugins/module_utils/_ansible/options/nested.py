# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that are given within an option, read as Ansible reads those of a module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..._core.nearest import hint
from ..._core.problems import Problems

Options: TypeAlias = Mapping[str, Any]


def nested(option: str, spec: Options, given: Options, problems: Problems) -> dict[str, Any]:
    """All options of the spec, with their defaults where they are not given, or are wrong.

    As for a module, null counts as not given.
    """
    for name in given:
        if name not in spec:
            meant = hint(str(name), spec)
            problems.add(option, str(name), f"unknown option{meant}")
    values = {}
    for name, rule in spec.items():
        validator = ArgumentSpecValidator({name: rule})
        value = given.get(name)
        checked = validator.validate({} if value is None else {name: value})
        if checked.error_messages:
            problems.add(option, name, checked.error_messages[0], value)
            checked = validator.validate({})
        values[name] = checked.validated_parameters[name]
    return values
