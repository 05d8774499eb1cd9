package io.flywheel.program;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;

/** Settings of programs. */
record ProgramConfig(
    @Default("1000")
        @Min(1)
        @Max(1_000_000)
        @Description("How many compiled programs are kept in memory.")
        int cacheSize) {}
