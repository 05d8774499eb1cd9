package io.flywheel.engine;

import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;

/** The record of what happened; read under {@code journal}. */
public record JournalConfig(
    @Default("true")
        @Description(
            "Whether actions are recorded with what they set off; what happens while they are not"
                + " can't be read later")
        boolean enabled,
    @Default("7d")
        @Min(86_400_000L)
        @Max(3_650 * 86_400_000L)
        @Description("How long the record is kept at least")
        Duration keep,
    @Default("30d")
        @Min(86_400_000L)
        @Max(3_650 * 86_400_000L)
        @Description(
            "How long what a registered reader has not read yet is kept, if that is longer")
        Duration keepForReaders) {}
