package io.flywheel.task;

import com.google.common.hash.Hashing;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Turn;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.Presence;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WatchCredited;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that triggers tasks: an event, or a fact.
 *
 * @param trigger the trigger that it sets off
 * @param at when, for the task's window
 * @param roomId the room; empty: outside of rooms
 * @param broadcastId the broadcast, or the day that stands for it
 * @param times how often it counts
 * @param amount the amount that the trigger names
 * @param millis how much watch time it brings
 * @param name the custom event's name, or the task whose tier it is; else empty
 * @param event what happened; null for facts
 * @param fact what came about; null for events
 */
record Occurrence(
    Trigger trigger,
    Instant at,
    String roomId,
    String broadcastId,
    long times,
    long amount,
    long millis,
    String name,
    @Nullable Event event,
    @Nullable Fact fact) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** What an event triggers. An order triggers twice when it is not the first. */
  static List<Occurrence> of(Turn turn, Event event) {
    return switch (event.getWhatCase()) {
      case ENTERED -> List.of(of(turn, event, Trigger.TRIGGER_ENTER, 1, 0, ""));
      case LIKED -> {
        int count = event.getLiked().hasCount() ? event.getLiked().getCount() : 1;
        yield List.of(of(turn, event, Trigger.TRIGGER_LIKE, count, 0, ""));
      }
      case COMMENTED -> List.of(of(turn, event, Trigger.TRIGGER_COMMENT, 1, 0, ""));
      case SHARED -> List.of(of(turn, event, Trigger.TRIGGER_SHARE, 1, 0, ""));
      case FOLLOWED -> List.of(of(turn, event, Trigger.TRIGGER_FOLLOW, 1, 0, ""));
      case CLICKED -> List.of(of(turn, event, Trigger.TRIGGER_CLICK, 1, 0, ""));
      case LEAD_SUBMITTED -> List.of(of(turn, event, Trigger.TRIGGER_LEAD, 1, 0, ""));
      case JOINED_GROUP -> List.of(of(turn, event, Trigger.TRIGGER_JOIN_GROUP, 1, 0, ""));
      case CUSTOM ->
          List.of(
              of(
                  turn,
                  event,
                  Trigger.TRIGGER_CUSTOM,
                  1,
                  event.getCustom().getValue(),
                  event.getCustom().getName()));
      case ORDERED -> {
        long amount = event.getOrdered().getAmountMinor();
        Occurrence order = of(turn, event, Trigger.TRIGGER_ORDER, 1, amount, "");
        yield turn.profile().getOrders() < 2
            ? List.of(order)
            : List.of(order, of(turn, event, Trigger.TRIGGER_REPURCHASE, 1, amount, ""));
      }
      case LEFT, WATCHED, REFUNDED, BROADCAST_STARTED, BROADCAST_ENDED, WHAT_NOT_SET ->
          List.of(); // watching counts once it is credited
    };
  }

  /** What a fact triggers. */
  static List<Occurrence> of(Turn turn, Fact fact) {
    return switch (fact.getWhatCase()) {
      case WATCH_CREDITED -> {
        WatchCredited credit = fact.getWatchCredited();
        Instant start = Instant.ofEpochMilli(Timestamps.toMillis(credit.getStartedAt()));
        yield List.of(
            new Occurrence(
                Trigger.TRIGGER_WATCH,
                start,
                credit.getRoomId(),
                credit.getBroadcastId(),
                1,
                0,
                credit.getCreditedMillis(),
                "",
                null,
                fact));
      }
      case CHECKED_IN -> List.of(of(turn, fact, Trigger.TRIGGER_CHECK_IN, 1, 0, ""));
      case TIER_REACHED ->
          List.of(
              of(
                  turn,
                  fact,
                  Trigger.TRIGGER_TIER_REACHED,
                  fact.getTierReached().getTimes(),
                  0,
                  fact.getTierReached().getTier().getTaskId()));
      case TASK_COMPLETED ->
          List.of(
              of(
                  turn,
                  fact,
                  Trigger.TRIGGER_TASK_COMPLETED,
                  1,
                  0,
                  fact.getTaskCompleted().getTaskId()));
      case POINTS_BOOKED -> {
        PointsEntryKind kind = fact.getPointsBooked().getKind();
        boolean earned =
            kind == PointsEntryKind.POINTS_ENTRY_KIND_EARNED
                || kind == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING;
        long amount = fact.getPointsBooked().getAmount();
        yield earned
            ? List.of(of(turn, fact, Trigger.TRIGGER_POINTS_EARNED, 1, amount, ""))
            : List.of();
      }
      case GRANT_ISSUED -> List.of(of(turn, fact, Trigger.TRIGGER_GRANT_ISSUED, 1, 0, ""));
      default -> List.of();
    };
  }

  /** A hash by which texts are told apart, whatever their case and blanks; 0: there is no text. */
  long textHash() {
    String text = event == null ? "" : event.getCommented().getText().strip();
    if (text.isEmpty()) {
      return 0;
    }
    String normal = BLANKS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ");
    return Hashing.farmHashFingerprint64().hashString(normal, StandardCharsets.UTF_8).asLong() | 1;
  }

  /** Whether it is of the kind that a task counts, whatever the task's condition. */
  boolean isOf(CompiledTask task) {
    return task.countsIn(roomId) && matchesName(task);
  }

  /** Whether the task's condition holds for it. */
  boolean meetsConditionOf(CompiledTask task, Turn turn) {
    if (!task.hasCondition()) {
      return true;
    }
    return event != null
        ? task.conditionHolds(event, turn::profile)
        : fact != null && task.conditionHolds(fact, turn::profile);
  }

  /**
   * Whether the viewer did it by a call of their own, and so waits for what comes of it. What the
   * platform reports is an event itself, and nobody waits.
   */
  boolean isOwnDeed(Turn turn) {
    return event != null && !(turn.action().body() instanceof Event);
  }

  private boolean matchesName(CompiledTask task) {
    return switch (trigger) {
      case TRIGGER_CUSTOM -> name.equals(task.task().getCustom());
      case TRIGGER_TIER_REACHED, TRIGGER_TASK_COMPLETED -> {
        String ofTask = task.task().getOfTask();
        yield ofTask.isEmpty() ? !name.equals(task.id()) : name.equals(ofTask);
      }
      default -> true;
    };
  }

  private static Occurrence of(
      Turn turn, Event event, Trigger trigger, long times, long amount, String name) {
    String broadcast = turn.broadcast(event.getBroadcastId());
    return new Occurrence(
        trigger, turn.at(), event.getRoomId(), broadcast, times, amount, 0, name, event, null);
  }

  /** Facts come about where the action that set them off happens. */
  private static Occurrence of(
      Turn turn, Fact fact, Trigger trigger, long times, long amount, String name) {
    String roomId = turn.action().roomId();
    Presence presence = turn.profile().getPresence();
    String given = turn.action().broadcastId();
    String broadcast =
        given.isEmpty() && roomId.equals(presence.getRoomId())
            ? turn.broadcast(presence.getBroadcastId())
            : turn.broadcast(given);
    return new Occurrence(
        trigger, turn.at(), roomId, broadcast, times, amount, 0, name, null, fact);
  }
}
