package io.flywheel.audience.tag;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.hash.Hashing;
import com.google.protobuf.Message;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Program;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.ViewerProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program's tags. Immutable and thread-safe. */
final class CompiledTags {
  /** What moves fields of the profile beside days that pass; a field that is not here: any may. */
  private static final ImmutableSetMultimap<String, Class<? extends Message>> MOVERS =
      ImmutableSetMultimap.<String, Class<? extends Message>>builder()
          .putAll("streak", List.of(CheckedIn.class))
          .putAll("check_ins", List.of(CheckedIn.class))
          .putAll("points", List.of(PointsBooked.class))
          .putAll("experience", List.of(GrantIssued.class, GrantRevoked.class))
          .putAll("badges", List.of(GrantIssued.class, GrantRevoked.class))
          .putAll("privileges", List.of(GrantIssued.class, GrantRevoked.class))
          .putAll("level", List.of(LevelMoved.class, GrantIssued.class, GrantRevoked.class))
          .putAll("level_id", List.of(LevelMoved.class, GrantIssued.class, GrantRevoked.class))
          .putAll("completed_tasks", List.of(TaskCompleted.class))
          .putAll("orders", List.of(Ordered.class, OrderRefunded.class))
          .putAll("ordered_minor", List.of(Ordered.class, OrderRefunded.class))
          .putAll("days_since_order", List.of(Ordered.class))
          .putAll("time_zone", List.of(RoomEntered.class))
          .putAll("shown_as", List.of(RoomEntered.class))
          .putAll("first_seen_at", List.of(RoomEntered.class))
          .build();

  /** What ends by itself, without anybody there to tell of it. */
  private static final String ENDS_BY_ITSELF = "privileges";

  private final ImmutableList<CompiledTag> all;
  private final ImmutableSet<DayBound> bounds;
  private final ImmutableSet<String> fields;
  private final ImmutableSet<Class<? extends Message>> movers;
  private final boolean asksForOthers;
  private final long hash;

  private CompiledTags(List<TagRule> rules) {
    this.all = rules.stream().map(CompiledTag::of).collect(ImmutableList.toImmutableList());
    ImmutableSet.Builder<DayBound> dayBounds = ImmutableSet.builder();
    ImmutableSet.Builder<String> asked = ImmutableSet.builder();
    for (TagRule rule : rules) {
      dayBounds.addAll(DayComparisons.of(rule.getCondition()).bounds());
    }
    all.forEach(tag -> asked.addAll(tag.condition().viewerFields()));
    this.bounds = dayBounds.build();
    this.fields = asked.build();
    ImmutableSet.Builder<Class<? extends Message>> moving = ImmutableSet.builder();
    boolean others = false;
    for (String field : fields) {
      moving.addAll(MOVERS.get(field));
      others |= !MOVERS.containsKey(field) && !DayComparisons.isDayField(field);
    }
    this.movers = moving.build();
    this.asksForOthers = others;
    this.hash = hash(rules);
  }

  static CompiledTags of(Program filled) {
    return new CompiledTags(filled.getTagsList());
  }

  /** Those of the program in force. */
  static CompiledTags of(StateView view) {
    return view.program().get(TagSection.class);
  }

  /**
   * Stands for what the rules say of who has which tag, whatever they say of how it is shown; 0 for
   * none.
   */
  static long hash(List<TagRule> rules) {
    if (rules.isEmpty()) {
      return 0;
    }
    StringBuilder text = new StringBuilder();
    for (TagRule rule : rules) {
      text.append(rule.getId())
          .append('\n')
          .append(rule.getGroup())
          .append('\n')
          .append(rule.getCondition())
          .append('\n');
    }
    return Hashing.farmHashFingerprint64().hashString(text, StandardCharsets.UTF_8).asLong() | 1;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  ImmutableList<CompiledTag> all() {
    return all;
  }

  long hash() {
    return hash;
  }

  /** The fields of the profile that the rules ask for. */
  ImmutableSet<String> fields() {
    return fields;
  }

  /** Whether the rules may say something else when days have passed, or were added. */
  boolean askForDays() {
    return !bounds.isEmpty();
  }

  /** Whether what asks for a field of the profile may say something else after a fact of a type. */
  static boolean isMovedBy(String field, Class<? extends Message> type) {
    return MOVERS.containsKey(field)
        ? MOVERS.containsEntry(field, type)
        : !DayComparisons.isDayField(field);
  }

  /** Whether the rules may say something else after a fact, or an event's payload, of a type. */
  boolean areMovedBy(Class<? extends Message> type) {
    return asksForOthers || movers.contains(type);
  }

  @Nullable CompiledTag find(String tagId) {
    for (CompiledTag tag : all) {
      if (tag.id().equals(tagId)) {
        return tag;
      }
    }
    return null;
  }

  /**
   * The tags that a viewer has, in the program's order: those whose rules hold and those that were
   * set by hand, of each group one.
   *
   * @param manual the tags set by hand, the latest last
   */
  Set<String> reckon(ViewerProfile viewer, List<ManualTag> manual) {
    Map<String, String> byGroup = new HashMap<>();
    Set<String> chosen = new LinkedHashSet<>();
    for (int i = manual.size() - 1; i >= 0; i--) {
      CompiledTag tag = find(manual.get(i).getTagId());
      if (tag != null && isFree(tag, byGroup)) {
        chosen.add(tag.id());
      }
    }
    for (CompiledTag tag : all) {
      if (!chosen.contains(tag.id()) && !byGroup.containsKey(tag.group()) && tag.holds(viewer)) {
        chosen.add(tag.id());
        boolean unused = isFree(tag, byGroup);
      }
    }
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      places.put(all.get(i).id(), i);
    }
    List<String> inOrder = new ArrayList<>(places.keySet());
    inOrder.retainAll(chosen);
    return new LinkedHashSet<>(inOrder);
  }

  /** The next day on which the rules may say something else though the viewer does nothing. */
  OptionalLong nextChange(ActiveDays active, ViewerProfile viewer, long day) {
    long next = Long.MAX_VALUE;
    for (DayBound bound : bounds) {
      OptionalLong change = bound.nextChange(active, day);
      next = Math.min(next, change.orElse(Long.MAX_VALUE));
    }
    if (fields.contains(ENDS_BY_ITSELF) && viewer.getPrivilegesCount() > 0) {
      next = Math.min(next, day + 1);
    }
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** Whether no other tag of its group is chosen yet; then this one is. */
  private static boolean isFree(CompiledTag tag, Map<String, String> byGroup) {
    return tag.group().isEmpty() || byGroup.putIfAbsent(tag.group(), tag.id()) == null;
  }
}
