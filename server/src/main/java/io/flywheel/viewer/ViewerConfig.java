package io.flywheel.viewer;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;

/** Settings of viewers; read under {@code viewer}. */
public record ViewerConfig(
    @Default("10000")
        @Min(0)
        @Max(1_000_000)
        @Description("How many WatchViewer streams one node serves at once.")
        int mostWatchers) {}
