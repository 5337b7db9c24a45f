# SPDX-License-Identifier: GPL-3.0-or-later
"""`reads.py BOOTSTRAP TOPIC COUNT` reads so many records, each for itself.

The client library may wait for a second when its queue is to hold no more than one.
"""

from __future__ import annotations

import sys

from ansible_collections.omninode.kafka.plugins.module_utils._cluster.confluent.log import (
    ConfluentLog,
)
from ansible_collections.omninode.kafka.plugins.module_utils._cluster.connection import Connection
from ansible_collections.omninode.kafka.plugins.module_utils._kafka.partitions import (
    TopicPartition,
)


def main() -> None:
    bootstrap, topic, count = sys.argv[1:]
    place = TopicPartition(topic, 0)
    log = ConfluentLog(Connection((bootstrap,)))
    for offset in range(int(count)):
        [record] = log.read({place: offset}, 1, 20).records
        if record.offset != offset:
            sys.exit(f"read {record.offset} in place of {offset}")


if __name__ == "__main__":
    main()
