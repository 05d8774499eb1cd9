package io.flywheel.fulfillment.webhook;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** How webhooks are sent; read under {@code webhook}. */
public record WebhookConfig(
    @Default("false")
        @Description(
            "Whether webhooks may go to http URLs and to loopback and private addresses; for"
                + " development")
        boolean allowPrivateTargets,
    @Default("15s") @Min(100) @Max(60_000) @Description("How long an endpoint may take to answer")
        Duration timeout,
    @Default("16")
        @Min(1)
        @Max(1_000)
        @Description("Messages that are on their way to one endpoint at a time")
        int concurrency,
    @Default("7d")
        @Min(3_600_000)
        @Max(365 * 86_400_000L)
        @Description("How long messages that were delivered or dropped are kept")
        Duration keep) {}
