# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of configurations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from ..._kafka.errors import Acknowledgements, Answers, Rejection


class Config(NamedTuple):
    """What is set on a topic or broker itself, and what it inherits. A sensitive value is None.

    What a broker's own file of properties sets counts as inherited: no request can unset it.
    """

    own: Mapping[str, str | None]
    inherited: Mapping[str, str | None]

    def knows(self, key: str) -> bool:
        return key in self.own or key in self.inherited

    def value(self, key: str) -> str | None:
        """The one in force."""
        return self.own.get(key, self.inherited.get(key))


class Configs(Protocol):
    def describe_configs(self, names: Sequence[str]) -> Answers[Config]:
        """Of topics. One request for each 250."""

    def describe_broker_config(self) -> Mapping[str, str | None] | Rejection:
        """The effective configuration of one broker.

        One request, and one more for each broker that does not answer.
        """

    def describe_broker_configs(self, brokers: Collection[int]) -> Mapping[int, Config | Rejection]:
        """By broker, of those that the cluster had when the connection was made.

        One request for each.
        """

    def incremental_alter_broker_configs(
        self, alterations: Mapping[int, Mapping[str, str | None]]
    ) -> Mapping[int, Rejection | None]:
        """Of single brokers: sets keys, unsets those whose value is None, keeps all others.

        A broker takes any key, known or not. One request for each broker.
        """

    def incremental_alter_configs(
        self, alterations: Mapping[str, Mapping[str, str | None]], validate_only: bool
    ) -> Acknowledgements:
        """Of topics: sets keys, unsets those whose value is None, keeps all others (KIP-339)."""
