// SPDX-License-Identifier: GPL-3.0-or-later
// Prints the topic config keys of the Kafka on the class path, as its own classes define them: java -cp "<libs>/*" TopicConfigKeys.java
// One line per key, tab-separated: key, type, Kafka's default, the broker keys the default comes from (name*factor, in Kafka's order).

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;

public class TopicConfigKeys {
    public static void main(String[] args) {
        new TreeMap<>(LogConfig.configKeys()).forEach((name, key) -> {
            // a broker does not describe its internal keys
            if (!key.internalConfig) {
                System.out.println(String.join("\t", name, key.type.toString(), defaultOf(key), synonyms(name)));
            }
        });
    }

    private static String defaultOf(ConfigDef.ConfigKey key) {
        return ConfigDef.convertToString(key.defaultValue, key.type);
    }

    private static String synonyms(String name) {
        // the factor of a unit is what the converter makes of 1; only whole numbers have one
        return ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.getOrDefault(name, List.of()).stream()
            .map(synonym -> synonym.name() + "*" + synonym.converter().apply("1"))
            .collect(Collectors.joining(","));
    }
}
