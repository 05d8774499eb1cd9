package io.flywheel.engine;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import java.time.Duration;

/** How the engine runs; read under {@code engine}. */
public record EngineConfig(
    @Default("2") @Description("Lanes, 1 to 64: how many batches run at a time on this node")
        int lanes,
    @Default("1000") @Description("The most actions in one batch, 1 to 10000") int batchSize,
    @Default("20000")
        @Description("The most actions that may wait or run on this node, 1000 to 1000000")
        int queueCapacity,
    @Default("1s") @Description("How often the node looks for follow-ups that are due")
        Duration followUpInterval,
    @Default("8d")
        @Description("How long ids of events and requests are remembered, at least 7 days")
        Duration rememberFor) {}
