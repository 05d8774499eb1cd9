package io.flywheel.profile;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;

/** Settings of how viewers are shown to others; read under {@code profile}. */
public record ProfileConfig(
    @Default("160000000")
        @Min(1_000_000)
        @Max(4_000_000_000L)
        @Description(
            "Bytes of memory in which this node keeps at most how viewers are shown to others, such"
                + " as on leaderboards: about 50 for a viewer with an id, and the length of the"
                + " viewer's id, name and picture's address. Beyond it, those who were not looked"
                + " at lately are read from the database")
        long bytesInMemory) {}
