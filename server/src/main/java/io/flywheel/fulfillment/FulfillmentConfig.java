package io.flywheel.fulfillment;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;

/** How the platform is told; read under {@code fulfillment}. */
public record FulfillmentConfig(
    @Default("1000")
        @Min(1)
        @Max(100_000)
        @Description("Streams that may watch grants on this node")
        int maxWatchers) {}
