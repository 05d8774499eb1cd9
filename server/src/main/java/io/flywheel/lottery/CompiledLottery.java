package io.flywheel.lottery;

import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.Lottery;
import io.flywheel.v1.LotteryPrize;
import io.flywheel.v1.ViewerProfile;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/** A lottery as rules use it, defaults filled in. Immutable and thread-safe. */
final class CompiledLottery {
  private final Lottery lottery;
  private final Condition audience;
  private final String configurationHash;
  private final long startsAtMillis;
  private final long endsAtMillis;

  CompiledLottery(Lottery lottery) {
    this.lottery = lottery;
    this.audience =
        Condition.ofStored(
            Subject.VIEWER_ONLY, lottery.getAudience(), "Lottery " + lottery.getId());
    this.configurationHash = Proofs.configurationHash(lottery);
    this.startsAtMillis = Timestamps.toMillis(lottery.getStartsAt());
    this.endsAtMillis = Timestamps.toMillis(lottery.getEndsAt());
  }

  /** The lottery as configured, with all defaults filled in. */
  Lottery lottery() {
    return lottery;
  }

  String id() {
    return lottery.getId();
  }

  String configurationHash() {
    return configurationHash;
  }

  long startsAtMillis() {
    return startsAtMillis;
  }

  long endsAtMillis() {
    return endsAtMillis;
  }

  /** Whether a viewer may draw. An evaluation that fails counts as false. */
  boolean isFor(Supplier<ViewerProfile> viewer) {
    return audience.test(null, null, viewer);
  }

  LotteryPrize prize(String prizeId) {
    return lottery.getPrizesList().stream()
        .filter(prize -> prize.getId().equals(prizeId))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(prizeId));
  }
}
