# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to one cluster: all that can be asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .clusters import Clusters
from .configs import Configs
from .groups import Groups
from .records import Records
from .topics import Topics

# few calls ask for these
if TYPE_CHECKING:
    from .acls import Acls
    from .logins import Login
    from .quotas import Quotas
    from .replicas import Replicas
    from .users import Users


class Gateway(Clusters, Topics, Configs, Groups, Records, Protocol):
    """One call is one request, unless its docstring says otherwise.

    What fails as a whole raises ClusterUnreachable; what fails of one item is an answer.
    """

    def another_view(self) -> Gateway:
        """A new connection to any of the brokers: another one may answer, with an older view."""

    def as_user(self, login: Login) -> Gateway:
        """A new connection to the same cluster, as that principal.

        Raises NotAuthorized where the cluster refuses the password.
        """

    def acls(self) -> Acls:
        """The ACLs, by the same connection."""

    def quotas(self) -> Quotas:
        """The client quotas, by a connection of their own, as for replicas."""

    def replicas(self) -> Replicas:
        """The replicas, by a connection of their own. Raises Unsupported where it cannot be made.

        Connects when it is asked first; whoever asks closes it.
        """

    def users(self) -> Users:
        """The SCRAM users, by the same connection; who logs in has a connection of its own."""
