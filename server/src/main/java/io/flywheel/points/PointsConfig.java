package io.flywheel.points;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** Settings of points; read under {@code points}. */
public record PointsConfig(
    @Default("1096d")
        @Min(30 * 86_400_000L)
        @Max(36_500 * 86_400_000L)
        @Description(
            "How long entries of the ledger are kept; of older ones their sums stay, and each"
                + " viewer's newest entry.")
        Duration keepEntriesFor) {}
