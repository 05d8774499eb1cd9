package io.flywheel.engine;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.google.common.base.Splitter;
import io.flywheel.platform.config.Default;
import io.flywheel.platform.config.Description;
import io.flywheel.platform.config.Max;
import io.flywheel.platform.config.Min;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The record of what happened; read under {@code journal}. */
public record JournalConfig(
    @Default("true")
        @Description(
            "Whether actions are recorded with what they set off; what happens while they are not"
                + " can't be read later")
        boolean enabled,
    @Description(
            "Merchants of whom nothing is recorded, by their ids, separated by commas; left out:"
                + " none. Figures can't be rebuilt for them, nor badges awarded for what was.")
        Optional<String> exceptMerchants,
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
        Duration keepForReaders) {

  /** The merchants of whom nothing is recorded. */
  Set<String> excepted() {
    return exceptMerchants.stream()
        .flatMap(Splitter.on(',').trimResults().omitEmptyStrings()::splitToStream)
        .collect(toUnmodifiableSet());
  }
}
