package io.flywheel.audience.tag;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.math.LongMath;
import com.google.protobuf.Message;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ExperienceDecayed;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.TaskCompleted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an action moved of a viewer's profile that rules of tags ask for, told when nothing else is
 * left to be told. Immutable.
 *
 * @param reaches by how much each field moved at most, by its name in the contract
 * @param days whether a day of activity became known
 */
record Moves(ImmutableMap<String, Long> reaches, boolean days) {
  /** Nobody knows by how much. */
  static final long ANY = Long.MAX_VALUE;

  /** What moves fields of the profile beside days that pass; a field that is not here: any may. */
  private static final ImmutableSetMultimap<String, Class<? extends Message>> MOVERS =
      ImmutableSetMultimap.<String, Class<? extends Message>>builder()
          .put("streak", CheckedIn.class)
          .put("check_ins", CheckedIn.class)
          .put("points", PointsBooked.class)
          .putAll(
              "experience", List.of(GrantIssued.class, GrantRevoked.class, ExperienceDecayed.class))
          .putAll("badges", List.of(GrantIssued.class, GrantRevoked.class))
          .putAll("privileges", List.of(GrantIssued.class, GrantRevoked.class))
          .putAll("level", List.of(LevelMoved.class, GrantIssued.class, GrantRevoked.class))
          .putAll("level_id", List.of(LevelMoved.class, GrantIssued.class, GrantRevoked.class))
          .put("completed_tasks", TaskCompleted.class)
          .putAll("orders", List.of(Ordered.class, OrderRefunded.class))
          .putAll("ordered_minor", List.of(Ordered.class, OrderRefunded.class))
          .put("days_since_order", Ordered.class)
          .put("time_zone", RoomEntered.class)
          .putAll("shown_as", List.of(RoomEntered.class, Entered.class))
          .put("first_seen_at", RoomEntered.class)
          .put("first_followed_at", Followed.class)
          .build();

  /** What only a day of activity that becomes known moves. */
  private static final String AWAY = "days_away";

  static final Moves DAYS = new Moves(ImmutableMap.of(), true);

  /** Whether a field may be another one after a fact, or an event's payload, of a type. */
  static boolean isMovedBy(String field, Class<? extends Message> type) {
    return MOVERS.containsKey(field)
        ? MOVERS.containsEntry(field, type)
        : !DayComparisons.isDayField(field) && !field.equals(AWAY);
  }

  /** Whether a fact, or an event's payload, of a type may move one of the fields. */
  static boolean areMovedBy(Set<String> fields, Class<? extends Message> type) {
    return fields.stream().anyMatch(field -> isMovedBy(field, type));
  }

  /** What a fact, or an event's payload, moves of the fields that are asked for. */
  static Moves of(ImmutableSet<String> asked, Message what) {
    ImmutableMap.Builder<String, Long> reaches = ImmutableMap.builder();
    for (String field : asked) {
      long reach = isMovedBy(field, what.getClass()) ? reach(field, what) : 0;
      if (reach > 0) {
        reaches.put(field, reach);
      }
    }
    return new Moves(reaches.buildOrThrow(), false);
  }

  boolean isNothing() {
    return reaches.isEmpty() && !days;
  }

  Moves and(Moves other) {
    Map<String, Long> sums = new LinkedHashMap<>(reaches);
    other.reaches.forEach((field, reach) -> sums.merge(field, reach, LongMath::saturatedAdd));
    return new Moves(ImmutableMap.copyOf(sums), days || other.days);
  }

  private static long reach(String field, Message what) {
    return switch (what) {
      case CheckedIn unused when field.equals("check_ins") -> 1;
      case PointsBooked booked -> booked.getAmount();
      case GrantIssued issued -> reach(field, issued.getGrant().getReward());
      case GrantRevoked revoked -> reach(field, revoked.getPart());
      case ExperienceDecayed decayed -> decayed.getAmount();
      case Ordered unused when field.equals("orders") -> 1;
      case Ordered ordered when field.equals("ordered_minor") -> ordered.getAmountMinor();
      case OrderRefunded refunded when field.equals("ordered_minor") -> refunded.getAmountMinor();
      case Entered entered -> entered.hasShownAs() ? ANY : 0;
      default -> ANY;
    };
  }

  /** A level is told of by itself, and reckoned from experience where nothing tells of it. */
  private static long reach(String field, Reward reward) {
    return switch (field) {
      case "experience" -> reward.getExperience().getAmount();
      case "badges" -> reward.hasBadge() ? ANY : 0;
      case "privileges" -> reward.hasPrivilege() ? ANY : 0;
      default -> reward.hasExperience() ? ANY : 0;
    };
  }
}
