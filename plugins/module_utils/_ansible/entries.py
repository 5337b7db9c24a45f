# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module whose option is a list of dictionaries that hold a secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .options.connection import REDACTED


class EntriesModule(AnsibleModule):  # type: ignore[misc]
    """Ansible sees the entries without their secrets, and only what it can take of them.

    It would stop at the first field that it does not know, quote an entry that is no dictionary,
    and mask a secret wherever its text occurs. `option`: whose suboptions hold secrets, which are
    no_log. `entries`: as they were given, for a parser of ours.
    """

    def __init__(self, option: str, **settings: Any) -> None:
        self.entries: Any = None
        self._option = option
        super().__init__(**settings)

    def declared(self, names: Iterable[str]) -> dict[str, Any]:
        """The values of these options, with the entries as they were given."""
        values = {name: self.params[name] for name in names}
        values[self._option] = self.entries
        return values

    def _load_params(self) -> None:
        """Ansible calls it first, before it validates or logs anything."""
        super()._load_params()
        given = self.params.get(self._option)
        if given is None:
            given = []
        self.entries = given
        shown = list(self._shown())
        self.params[self._option] = shown

    def _shown(self) -> Iterator[dict[str, Any]]:
        if not isinstance(self.entries, (list, tuple)):
            return
        known: Mapping[str, Any] = self.argument_spec[self._option]["options"]
        for entry in self.entries:
            if isinstance(entry, Mapping):
                yield _without_secrets(entry, known)


def _without_secrets(entry: Mapping[Any, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    shown = {}
    for field, value in entry.items():
        if field not in known:
            continue
        is_secret = bool(known[field].get("no_log")) and value is not None
        shown[field] = REDACTED if is_secret or _is_deep(value) else value
    return shown


def _is_deep(value: object) -> bool:
    """Whether it holds dictionaries, as no field does: a password may be one level too deep."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return any(isinstance(item, (Mapping, list, tuple)) for item in items)
