package io.flywheel.fulfillment;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** How the platform is told, and what is kept; read under {@code fulfillment}. */
public record FulfillmentConfig(
    @Default("1000")
        @Min(1)
        @Max(100_000)
        @Description("Streams that may watch grants on this node")
        int maxWatchers,
    @Default("1096d")
        @Min(30 * 86_400_000L)
        @Max(36_500 * 86_400_000L)
        @Description(
            "How long grants are kept after they have ended, were taken back or, where what was"
                + " granted is used up at once, were granted; badges, and what never ends, stay.")
        Duration keepEndedFor) {}
