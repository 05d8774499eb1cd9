package io.flywheel.task;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** Settings of tasks; read under {@code task}. */
public record TaskConfig(
    @Default("400d")
        @Min(30 * 86_400_000L)
        @Max(36_500 * 86_400_000L)
        @Description(
            "How long it is kept what a room did towards a goal in a day, a week or a broadcast, and"
                + " who contributed, and what a day or a week took of a budget.")
        Duration keepWindowsFor) {}
