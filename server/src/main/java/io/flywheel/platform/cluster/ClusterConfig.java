package io.flywheel.platform.cluster;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.util.Optional;

/** Settings of several nodes on one database; read under {@code cluster}. */
public record ClusterConfig(
    @Description(
            "The Redis 7 or Valkey by which nodes on one database hear of each other's commits, such"
                + " as redis://host:6379 or rediss://:password@host:6380/1; the same for every"
                + " node. Without it a second node refuses to start. none: several nodes without"
                + " fan-out, whose live streams tell only of their own node.")
        Optional<String> redisUrl,
    @Default("65536")
        @Min(16)
        @Max(10_000_000)
        @Description(
            "How many commits may wait for Redis; of those beyond, live streams are given the"
                + " standing anew.")
        int queueCapacity) {}
