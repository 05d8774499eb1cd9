package io.flywheel.lottery;

import com.google.common.math.LongMath;
import io.flywheel.counting.Counter;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.RoomDraw;
import io.flywheel.v1.ViewerProfile;
import java.util.function.Supplier;

/** A room draw's rules as they are used, defaults filled in. Immutable and thread-safe. */
final class CompiledRoomDraw {
  private final RoomDraw rules;
  private final Counter counter;
  private final Condition audience;

  CompiledRoomDraw(RoomDraw rules, Counter counter) {
    this.rules = rules;
    this.counter = counter;
    this.audience =
        Condition.ofStored(Subject.VIEWER_ONLY, rules.getAudience(), "Room draw " + rules.getId());
  }

  RoomDraw rules() {
    return rules;
  }

  /** What enters. */
  Counter counter() {
    return counter;
  }

  /** How much of it enters, as it is measured. */
  long threshold() {
    return LongMath.saturatedMultiply(Math.max(1, rules.getThreshold()), counter.unit());
  }

  /** Whether a viewer may enter. An evaluation that fails counts as false. */
  boolean isFor(Supplier<ViewerProfile> viewer) {
    return audience.test(null, null, viewer);
  }
}
