package io.flywheel.cli;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.flywheel.client.FlywheelException;
import io.flywheel.simulation.Onlooker;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the simulated viewers did and what came of it. Thread-safe. */
final class SimulationTally implements Onlooker {
  /** Errors that every viewer would meet again and again. */
  private static final Set<ErrorReason> HOPELESS =
      Set.of(
          ErrorReason.ERROR_REASON_UNAUTHENTICATED,
          ErrorReason.ERROR_REASON_NOT_ALLOWED,
          ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND,
          ErrorReason.ERROR_REASON_UNKNOWN_METHOD);

  private final FactText text;
  private int inRoom;
  private final Map<String, Long> actions = new TreeMap<>();
  private final Map<String, Long> facts = new TreeMap<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private long pointsEarned;
  private String latest = "";
  private @Nullable FlywheelException hopeless;

  SimulationTally(FactText text) {
    this.text = text;
  }

  @Override
  public synchronized void entered() {
    inRoom++;
  }

  @Override
  public synchronized void left() {
    inRoom--;
  }

  @Override
  public synchronized void did(String viewer, String action, List<Fact> setOff) {
    actions.merge(action, 1L, Long::sum);
    for (Fact fact : setOff) {
      facts.merge(fact.getWhatCase().name().toLowerCase(java.util.Locale.ROOT), 1L, Long::sum);
      switch (fact.getWhatCase()) {
        case POINTS_BOOKED -> {
          switch (fact.getPointsBooked().getKind()) {
            case POINTS_ENTRY_KIND_EARNED, POINTS_ENTRY_KIND_EARNED_PENDING ->
                pointsEarned += fact.getPointsBooked().getAmount();
            default -> {}
          }
        }
        case CHECKED_IN,
            TIER_REACHED,
            TASK_COMPLETED,
            TASK_UNLOCKED,
            GRANT_ISSUED,
            ROOM_GOAL_REACHED ->
            latest = viewer + " " + text.sentence(fact);
        default -> {}
      }
    }
  }

  @Override
  public synchronized void failed(FlywheelException failure) {
    boolean reasonKnown = failure.reason() != ErrorReason.ERROR_REASON_UNSPECIFIED;
    String name =
        reasonKnown ? failure.reason().name().replace("ERROR_REASON_", "") : failure.code().name();
    count(name);
    if (HOPELESS.contains(failure.reason())) {
      hopeless = failure;
    }
  }

  @Override
  public synchronized void rejected(String reason) {
    count(reason);
  }

  private synchronized void count(String reason) {
    errors.merge(reason, 1L, Long::sum);
  }

  /** Throws the error that makes going on pointless, if there was one. */
  synchronized void check() {
    if (hopeless != null) {
      throw hopeless;
    }
  }

  /** One line for people who look on. */
  synchronized String line() {
    return String.format(
        "%d in the room, %,d actions, %,d facts, %,d points, %,d errors  %s",
        inRoom, sum(actions), sum(facts), pointsEarned, sum(errors), latest);
  }

  synchronized String summary() {
    return "did       "
        + list(actions)
        + "\nset off   "
        + list(facts)
        + "\npoints    "
        + pointsEarned
        + "\nerrors    "
        + list(errors);
  }

  synchronized String json() {
    return JSONObjectUtils.toJSONString(
        Map.of("actions", actions, "facts", facts, "pointsEarned", pointsEarned, "errors", errors));
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String list(Map<String, Long> counts) {
    String list =
        counts.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue())
            .collect(Collectors.joining(", "));
    return list.isEmpty() ? "none" : list;
  }
}
