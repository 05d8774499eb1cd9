package io.flywheel.analytics;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** Settings of figures; read under {@code analytics}. */
public record AnalyticsConfig(
    @Default("true")
        @Description(
            "Whether what happens in rooms is counted. Without, it costs nothing and is in no report,"
                + " until RebuildFigures makes it up from the journal, as far as that is kept.")
        boolean enabled,
    @Default("2000")
        @Min(0)
        @Max(100_000)
        @Description(
            "How many WatchRoom streams one node serves at once. A merchant has at most as many of"
                + " them as are left for others: one alone half of all.")
        int maxWatchers,
    @Default("90d")
        @Min(86_400_000L)
        @Max(3_650 * 86_400_000L)
        @Description("How long the figures of single minutes are kept.")
        Duration keepMinutesFor,
    @Default("400d")
        @Min(30 * 86_400_000L)
        @Max(36_500 * 86_400_000L)
        @Description(
            "How long visits are kept after the viewer was there last, and with them the figures of"
                + " a broadcast.")
        Duration keepVisitsFor,
    @Default("5m")
        @Min(1_000L)
        @Max(3_600_000L)
        @Description(
            "How often what batches add to figures is folded into the figures' rows. Until then it is"
                + " a row of each batch. The longer, the more of what a viewer did is written once;"
                + " and the longer takes whoever reads figures next, for what waits is folded before."
                + " In recorded rooms 100 events are folded into 83 rows after 30 seconds, 44 after"
                + " two minutes, 27 after five and 20 after ten.")
        Duration foldEvery) {}
