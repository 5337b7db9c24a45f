# Copyright: (c) 2026, omninode.kafka contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options in module_utils/_ansible/options/moves.py."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  throttle:
    description:
      - The bytes per second that each broker may send, and may receive, for replicas that this run
        moves. Such as V(50MiB), or V(unlimited). A broker with a disk of its own and a network of 1
        Gbit/s has more than half of it left at the default.
      - It limits only the replicas that move (KIP-73). What was set before comes back when the
        moves are done, and after a failure.
      - Without a throttle, moving replicas has the hazard V(traffic), which O(allow) must have.
    type: str
    default: 50MiB
  moves_at_once:
    description: How many partitions move at the same time, in the whole run. Small ones go first.
    type: int
    default: 10
notes:
  - A run that moves replicas, or that has a topic with C(placement), or that makes one with
    C(assignments), needs the Python library kafka-python (3 or newer) on the host that runs the
    module, and the ACL operation DESCRIBE on the cluster. To move them, it needs ALTER and
    ALTER_CONFIGS on the cluster, and ALTER_CONFIGS on the topics too.
  - That library logs in with TLS, a client certificate, and SASL (PLAIN, SCRAM-SHA-256 and
    SCRAM-SHA-512). Client properties that it does not know are refused.
  - The module waits until all replicas have arrived, however long that takes. It gives up when no
    byte arrives for two minutes, and names the partition and its brokers.
  - With O(wait=false), it begins O(moves_at_once) partitions and returns. Their throttle stays set.
    A later run goes on with the moves, or lifts the throttle once they have ended. What needs the
    replicas, such as C(min.insync.replicas) of the same topic, is left to a later run too.
  - Which throttles were set before is noted in the folder of O(undo_file), before the first one is
    set, so that the run after a killed one sets them again. Without O(undo_file), a run takes
    throttles for those of a killed run only if their rate and topics are those of its own moves,
    and warns of others.
"""
