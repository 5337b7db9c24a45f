# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that any client has to do.

`bare.py BOOTSTRAP PREFIX COUNT` reads the topics and prints how many are not as they should be.
"""

from __future__ import annotations

import sys

from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

bootstrap, prefix, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
names = [f"{prefix}{number:04}" for number in range(count)]
admin = AdminClient({"bootstrap.servers": bootstrap, "allow.auto.create.topics": False})
described = admin.describe_topics(TopicCollection(names), request_timeout=30)
wrong = {name for name, topic in described.items() if len(topic.result().partitions) != 1}
for start in range(0, count, 250):
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names[start : start + 250]]
    for resource, config in admin.describe_configs(resources, request_timeout=30).items():
        if config.result()["retention.ms"].value != "604800000":
            wrong.add(resource.name)
print(len(wrong))
