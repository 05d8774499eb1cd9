package io.flywheel.level;

import com.google.protobuf.util.Durations;
import io.flywheel.v1.Level;
import io.flywheel.v1.LevelDecay;
import io.flywheel.v1.LevelRules;
import org.jspecify.annotations.Nullable;

/**
 * How a program's experience decays. Immutable and thread-safe.
 *
 * @param afterMillis from what was gained last to the first loss
 * @param everyMillis from one loss to the next
 * @param percent what is lost of the experience each time; 0: {@code amount} is
 * @param amount what is lost each time; 0: {@code percent} is
 * @param floor the experience below which nothing is lost
 * @param demotes whether levels are lost with it
 */
record CompiledDecay(
    long afterMillis, long everyMillis, int percent, long amount, long floor, boolean demotes) {
  private static final int ALL = 100;

  /** That of rules with all defaults filled in; null: they have none. */
  static @Nullable CompiledDecay of(LevelRules rules) {
    if (!rules.hasDecay()) {
      return null;
    }
    LevelDecay decay = rules.getDecay();
    return new CompiledDecay(
        Durations.toMillis(decay.getAfter()),
        Durations.toMillis(decay.getEvery()),
        decay.getPercent(),
        decay.getAmount(),
        rules.getLevelsList().stream()
            .filter(level -> level.getId().equals(decay.getFloorLevelId()))
            .mapToLong(Level::getExperience)
            .findFirst()
            .orElse(decay.getFloorExperience()),
        decay.getDemotes());
  }

  /** What so much experience loses at once; 0: nothing more. */
  long loss(long experience) {
    long most = percent > 0 ? share(experience) : amount;
    return Math.max(0, Math.min(most, experience - floor));
  }

  /** When the next loss is due, were there anything to lose; in epoch milliseconds. */
  long nextMillis(DecayClockOrBuilder clock) {
    long next = clock.getGainedMillis() + afterMillis;
    if (clock.getLostMillis() > 0) {
      next = Math.max(next, clock.getLostMillis() + everyMillis);
    }
    return clock.getRulesMillis() > clock.getGainedMillis()
        ? Math.max(next, clock.getRulesMillis() + everyMillis)
        : next;
  }

  /** Rounded up, so that it comes to an end. */
  private long share(long experience) {
    long rest = experience % ALL * percent;
    return experience / ALL * percent + (rest + ALL - 1) / ALL;
  }
}
