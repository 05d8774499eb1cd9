package io.flywheel.task;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import io.flywheel.engine.Inbox;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What viewers contribute to goals of a room, until the room adds it to them. Thread-safe. */
final class ContributionInbox implements Inbox<ContributionInbox.Part> {
  @Inject
  ContributionInbox() {}

  /** A goal of the room, in one window. */
  private record Goal(String taskId, String window) implements Comparable<Goal> {
    @Override
    public int compareTo(Goal other) {
      int byTask = taskId.compareTo(other.taskId);
      return byTask != 0 ? byTask : window.compareTo(other.window);
    }
  }

  /**
   * What one viewer contributed by one action.
   *
   * @param windowEndsMillis as in {@link io.flywheel.counting.CountingWindow}
   * @param second when, by the time of the event
   * @param amount as it is added up, above 0
   * @param joiner the viewer, if this is the first contribution by what is known; empty: it is not
   */
  record Part(
      String taskId,
      String window,
      long windowEndsMillis,
      long second,
      long amount,
      String joiner) {}

  /** Adds up the parts of one goal. */
  private static final class Sum {
    private final SortedMap<Long, Long> amounts = new TreeMap<>();
    private final List<GoalJoiner> joiners = new ArrayList<>(0);
    private long endsMillis;

    void add(Part part) {
      amounts.merge(part.second, part.amount, LongMath::saturatedAdd);
      endsMillis = Math.max(endsMillis, part.windowEndsMillis);
      if (!part.joiner.isEmpty()) {
        joiners.add(
            GoalJoiner.newBuilder().setViewerId(part.joiner).setSecond(part.second).build());
      }
    }

    GoalContributions of(Goal goal) {
      return GoalContributions.newBuilder()
          .setTaskId(goal.taskId)
          .setWindow(goal.window)
          .setWindowEndsMs(endsMillis)
          .addAllSeconds(amounts.keySet())
          .addAllAmounts(amounts.values())
          .addAllJoiners(joiners)
          .build();
    }
  }

  @Override
  public RoomContributions pack(List<Part> parts) {
    SortedMap<Goal, Sum> sums = new TreeMap<>();
    for (Part part : parts) {
      sums.computeIfAbsent(new Goal(part.taskId, part.window), unused -> new Sum()).add(part);
    }
    RoomContributions.Builder contributions = RoomContributions.newBuilder();
    sums.forEach((goal, sum) -> contributions.addGoals(sum.of(goal)));
    return contributions.build();
  }
}
