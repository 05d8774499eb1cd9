package io.flywheel.viewer;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;

/** Settings of viewers; read under {@code viewer}. */
public record ViewerConfig(
    @Default("20000")
        @Min(0)
        @Max(1_000_000)
        @Description(
            "How many WatchViewer streams one node serves at once. A merchant has at most as many of"
                + " them as are left for others: one alone half of all.")
        int maxWatchers) {}
