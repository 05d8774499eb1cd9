package io.flywheel.task;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.BroadcastEnded;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.TaskProgress;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All rules of the service over states in memory, for tests of what tasks count and pay. */
final class TaskWorld {
  private final RecordingTurn turn;
  private final Map<String, Long> points = new TreeMap<>();
  private int events;

  TaskWorld(String document) {
    turn =
        new RecordingTurn(
            TestPrograms.all().compile(1, TestPrograms.check(document).program()),
            viewer("anna"),
            TestPrograms.reactors());
  }

  void apply(String document) {
    turn.setProgram(TestPrograms.all().compile(2, TestPrograms.check(document).program()));
  }

  /** Lets a viewer have got so far. */
  void restore(String viewerId, TaskStates states) {
    try {
      turn.restore(
          TestPrograms.instance(TaskStateSlice.class),
          viewer(viewerId),
          PackedTaskStates.parseFrom(states.toByteString()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  List<Fact> like(String viewerId, String broadcastId, Instant at, int count) {
    return report(viewerId, broadcastId, at, event().setLiked(Liked.newBuilder().setCount(count)));
  }

  List<Fact> claim(String viewerId, Instant at, String taskId, int tier) {
    turn.setViewer(viewer(viewerId));
    return turn.run(at, new TaskReactor.Claim(taskId, tier, ""));
  }

  List<Fact> comment(String viewerId, String broadcastId, Instant at, String text) {
    return report(
        viewerId, broadcastId, at, event().setCommented(Commented.newBuilder().setText(text)));
  }

  List<Fact> order(String viewerId, Instant at, long amountMinor) {
    return report(
        viewerId,
        "b1",
        at,
        event()
            .setOrdered(
                Ordered.newBuilder().setOrderId("order-" + events).setAmountMinor(amountMinor)));
  }

  ViewerProfile profile(String viewerId) {
    turn.setViewer(viewer(viewerId));
    return turn.profileNow();
  }

  /** How far a viewer has got in a task that counts once. */
  long count(String viewerId, String taskId) {
    return TaskStateSlice.unpacked(
            turn.get(TestPrograms.instance(TaskStateSlice.class), viewer(viewerId)))
        .getTasksList()
        .stream()
        .filter(record -> record.getTaskId().equals(taskId))
        .mapToLong(record -> record.getWindows(0).getCount())
        .sum();
  }

  /** How a viewer stands with a task at a time, as the viewer is shown it. */
  TaskProgress progress(String viewerId, String taskId, Instant at) {
    TaskStanding.Reader standings = TestPrograms.instance(TaskStanding.Reader.class);
    turn.setViewer(viewer(viewerId));
    turn.setAt(at);
    return TaskProjection.of(
        turn,
        standings.read(
            turn,
            standings.states(turn),
            Objects.requireNonNull(CompiledTasks.of(turn).find(taskId)),
            new TaskStanding.Place("room", "")));
  }

  /** How far the room has got in a task that counts once. */
  long goal(String taskId) {
    return turn.get(
            TestPrograms.instance(RoomGoalSlice.class),
            new RoomGoalKey("shop", "room", taskId, "once"))
        .getCount();
  }

  void end(String broadcastId, Instant at) {
    turn.setViewer(ViewerKey.room("shop", "room"));
    turn.run(
        at,
        event()
            .setBroadcastId(broadcastId)
            .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
            .setBroadcastEnded(BroadcastEnded.getDefaultInstance())
            .build());
  }

  /** What a viewer has earned so far. */
  long points(String viewerId) {
    return points.getOrDefault(viewerId, 0L);
  }

  /** What all viewers have earned so far. */
  Map<String, Long> points() {
    return points;
  }

  /** Carries out all that was left to be done. */
  void settle() {
    turn.settle(Instant.parse("2100-01-01T00:00:00Z"));
  }

  /** Who is rewarded for a goal of the room, settled after all that was reported so far. */
  Set<String> contributorsOf(String taskId) {
    settle();
    turn.setViewer(viewer("anna"));
    RoomGoalKey goal = new RoomGoalKey("shop", "room", taskId, "once");
    RoomGoalState state = turn.get(TestPrograms.instance(RoomGoalSlice.class), goal);
    long end = (state.getSettled(0).getSecond() + 1) * 1_000;
    return turn.rows(ContributorAppender.Row.class).stream()
        .filter(row -> row.goal().equals(goal) && row.joinedMillis() < end)
        .map(ContributorAppender.Row::viewerId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<Fact> report(String viewerId, String broadcastId, Instant at, Event.Builder event) {
    turn.setViewer(viewer(viewerId));
    List<Fact> facts =
        turn.run(
            at,
            event
                .setViewerId(viewerId)
                .setBroadcastId(broadcastId)
                .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
                .build());
    for (Fact fact : facts) {
      if (fact.hasPointsBooked()) {
        points.merge(viewerId, fact.getPointsBooked().getAmount(), Long::sum);
      }
    }
    return facts;
  }

  private Event.Builder event() {
    return Event.newBuilder().setEventId("e" + ++events).setRoomId("room");
  }

  private static ViewerKey viewer(String viewerId) {
    return new ViewerKey("shop", viewerId);
  }
}
