package io.flywheel.engine;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** How the engine runs; read under {@code engine}. */
public record EngineConfig(
    @Default("2")
        @Min(1)
        @Max(64)
        @Description("Lanes: how many batches run at a time on this node")
        int lanes,
    @Default("1000") @Min(1) @Max(10_000) @Description("The most actions in one batch")
        int batchSize,
    @Default("20000")
        @Min(1_000) // a call's events are taken all or none
        @Max(1_000_000)
        @Description(
            "The most actions that may wait or run on this node. A merchant has at most as many of"
                + " them as are left for others: one alone half of all.")
        int queueCapacity,
    @Default("1s")
        @Min(10)
        @Max(3_600_000)
        @Description("How often the node looks for follow-ups that are due")
        Duration followUpInterval,
    @Default("8d")
        @Min(7 * 86_400_000L)
        @Max(3_650 * 86_400_000L)
        @Description("How long ids of events and requests are remembered")
        Duration rememberFor) {}
