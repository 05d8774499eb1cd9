package io.flywheel.badge;

import com.google.common.hash.Hashing;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.WindowRule;
import io.flywheel.program.TextExpression;
import io.flywheel.v1.Badge;
import io.flywheel.v1.BadgeCount;
import io.flywheel.v1.BadgeTier;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A badge as rules use it, defaults filled in. Immutable and thread-safe. */
final class CompiledBadge {
  private final Badge badge;
  private final @Nullable Counter counter;
  private final WindowRule window;
  private final TextExpression thing;
  private final long rule;
  private final long startsMillis;
  private final long endsMillis;

  /**
   * @param counter what is counted; null: nothing is
   * @param thing gives the thing that is counted for
   */
  CompiledBadge(Badge badge, @Nullable Counter counter, TextExpression thing) {
    this.badge = badge;
    this.counter = counter;
    this.thing = thing;
    this.window = WindowRule.of(badge.getWindow(), false);
    this.rule = ruleOf(badge);
    this.startsMillis = badge.hasStartsAt() ? Timestamps.toMillis(badge.getStartsAt()) : 0;
    this.endsMillis = badge.hasEndsAt() ? Timestamps.toMillis(badge.getEndsAt()) : Long.MAX_VALUE;
  }

  /** The badge as configured, with all defaults filled in. */
  Badge badge() {
    return badge;
  }

  String id() {
    return badge.getId();
  }

  /** What is counted; null: the badge is only given. */
  @Nullable Counter counter() {
    return counter;
  }

  WindowRule window() {
    return window;
  }

  BadgeCount counted() {
    return badge.getCounted();
  }

  /** The thing that an occurrence is counted for; empty: none. */
  String thingOf(Occurrence occurrence) {
    return thing.of(occurrence.event(), occurrence.fact());
  }

  /**
   * Stands for all that makes what is counted comparable: counts by another rule begin anew, titles
   * and tiers may change.
   */
  long rule() {
    return rule;
  }

  /** The rule of a badge with its defaults. */
  static long ruleOf(Badge badge) {
    Badge.Builder rule =
        Badge.newBuilder()
            .setMetric(badge.getMetric())
            .setCounted(badge.getCounted())
            .setThing(badge.getThing())
            .setWindow(badge.getWindow());
    if (badge.hasStartsAt()) {
      rule.setStartsAt(badge.getStartsAt());
    }
    if (badge.hasEndsAt()) {
      rule.setEndsAt(badge.getEndsAt());
    }
    // No part of it is a map, so equal rules have equal bytes.
    return Hashing.farmHashFingerprint64().hashBytes(rule.build().toByteArray()).asLong();
  }

  /** Whether what happens at a time counts. */
  boolean isOn(long millis) {
    return millis >= startsMillis && millis < endsMillis;
  }

  List<BadgeTier> tiers() {
    return badge.getTiersList();
  }

  /** The threshold of the lowest tier; 0: there are none. */
  long lowest() {
    return badge.getTiersCount() == 0 ? 0 : badge.getTiers(0).getThreshold();
  }

  /** The tier of a threshold. */
  Optional<BadgeTier> tier(long threshold) {
    return badge.getTiersList().stream()
        .filter(tier -> tier.getThreshold() == threshold)
        .findFirst();
  }

  /** The number of the tier of a threshold, from 1; 0: there is none. */
  int numberOf(long threshold) {
    for (int i = 0; i < badge.getTiersCount(); i++) {
      if (badge.getTiers(i).getThreshold() == threshold) {
        return i + 1;
      }
    }
    return 0;
  }
}
