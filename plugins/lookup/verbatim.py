# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The value of a variable as it was given: no template in it is evaluated."""

from __future__ import annotations

DOCUMENTATION = r"""
name: verbatim
short_description: Returns variables without evaluating them
version_added: 0.1.0
author:
  - omninode.kafka contributors (@omninode)
description:
  - Returns the value of a variable as JSON, word for word. Ansible itself would evaluate templates
    in it.
  - Use it for text that others wrote and that comes in an extra variable, such as the name of a
    consumer group in the C(undo) of M(omninode.kafka.topics).
options:
  _terms:
    description: Names of variables.
    type: list
    elements: str
    required: true
notes:
  - A variable that is a string is returned as it is, because it may be JSON already.
seealso:
  - module: omninode.kafka.topics
"""

EXAMPLES = r"""
# ansible-playbook ... -e '{"note": ["{{ this is not a template }}"]}'
- name: Show what was given as an extra variable
  ansible.builtin.debug:
    msg: "{{ lookup('omninode.kafka.verbatim', 'note') }}"
"""

RETURN = r"""
_raw:
  description: The value of each variable as JSON; an empty string if the variable is not defined.
  type: list
  elements: str
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):  # type: ignore[misc]
    """What Ansible loads."""

    def run(
        self,
        terms: Sequence[str],
        variables: Mapping[str, Any] | None = None,
        **_options: Any,
    ) -> list[str]:
        known = variables or {}
        return [_as_json(known.get(name, "")) for name in terms]


def _as_json(value: Any) -> str:
    if isinstance(value, str):
        # a new string, without the tag by which Ansible trusts a text as a template
        return "".join(value)
    return json.dumps(value)
