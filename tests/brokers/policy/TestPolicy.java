// SPDX-License-Identifier: GPL-3.0-or-later

import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.AlterConfigPolicy;
import org.apache.kafka.server.policy.CreateTopicPolicy;

/** Refuses to create topics named "forbidden", and to alter topics named "forbidden" or "frozen" (which can be created). */
public class TestPolicy implements CreateTopicPolicy, AlterConfigPolicy {
    @Override
    public void validate(CreateTopicPolicy.RequestMetadata request) {
        refuse(request.topic(), "forbidden", "created");
    }

    @Override
    public void validate(AlterConfigPolicy.RequestMetadata request) {
        if (request.resource().type() == ConfigResource.Type.TOPIC) {
            refuse(request.resource().name(), "forbidden", "altered");
            refuse(request.resource().name(), "frozen", "altered");
        }
    }

    private static void refuse(String topic, String word, String operation) {
        if (topic.contains(word)) {
            throw new PolicyViolationException("topics named " + word + " must not be " + operation);
        }
    }

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
}
