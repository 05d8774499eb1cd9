package io.flywheel.audience.tag;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.Program;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.ViewerProfile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A program's tags. Immutable and thread-safe. */
final class CompiledTags {
  /** What ends by itself, without anybody there to tell of it. */
  private static final String ENDS_BY_ITSELF = "privileges";

  private final ImmutableList<CompiledTag> all;
  private final ImmutableList<Unit> units;
  private final ImmutableSet<String> fields;
  private final long hash;

  /**
   * Tags that are reckoned together: those of a group, of which a viewer has one, or one without a
   * group.
   *
   * @param tags in the program's order
   * @param bounds what its conditions compare days with
   * @param fields the fields of the profile that its conditions ask for
   */
  record Unit(
      ImmutableList<CompiledTag> tags, ImmutableSet<DayBound> bounds, ImmutableSet<String> fields) {
    private static Unit of(Collection<CompiledTag> tags) {
      ImmutableSet.Builder<DayBound> bounds = ImmutableSet.builder();
      ImmutableSet.Builder<String> fields = ImmutableSet.builder();
      for (CompiledTag tag : tags) {
        bounds.addAll(DayComparisons.of(tag.rule().getCondition()).bounds());
        fields.addAll(tag.condition().viewerFields());
      }
      return new Unit(ImmutableList.copyOf(tags), bounds.build(), fields.build());
    }

    private boolean mayChange(ViewerProfile now, Map<String, Long> reaches) {
      for (Map.Entry<String, Long> reach : reaches.entrySet()) {
        for (CompiledTag tag : tags) {
          if (tag.mayChange(reach.getKey(), now, reach.getValue())) {
            return true;
          }
        }
      }
      return false;
    }

    /** Adds those that a viewer has: what was set by hand last, then what the rules say first. */
    private void reckon(
        ViewerProfile viewer, List<ManualTag> manual, TagMeters meters, Set<String> chosen) {
      boolean free = true;
      for (int i = manual.size() - 1; i >= 0; i--) {
        CompiledTag tag = find(manual.get(i).getTagId());
        if (tag != null && free) {
          chosen.add(tag.id());
          free = false;
        }
      }
      for (CompiledTag tag : tags) {
        if (free && tag.holds(viewer, meters)) {
          chosen.add(tag.id());
          free = false;
        }
      }
    }

    private @Nullable CompiledTag find(String tagId) {
      for (CompiledTag tag : tags) {
        if (tag.id().equals(tagId)) {
          return tag;
        }
      }
      return null;
    }
  }

  private CompiledTags(List<TagRule> rules) {
    this.all = rules.stream().map(CompiledTag::of).collect(ImmutableList.toImmutableList());
    Map<String, List<CompiledTag>> together = new LinkedHashMap<>();
    for (CompiledTag tag : all) {
      String unit = tag.group().isEmpty() ? "tag " + tag.id() : "group " + tag.group();
      together.computeIfAbsent(unit, unused -> new ArrayList<>()).add(tag);
    }
    this.units = together.values().stream().map(Unit::of).collect(ImmutableList.toImmutableList());
    this.fields = fieldsOf(units);
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

  /** Those that are reckoned together with a tag, which must be there. */
  Unit unitOf(String tagId) {
    return units.stream().filter(unit -> unit.find(tagId) != null).findFirst().orElseThrow();
  }

  ImmutableList<Unit> units() {
    return units;
  }

  /** The fields of the profile that some units ask for. */
  static ImmutableSet<String> fieldsOf(List<Unit> units) {
    ImmutableSet.Builder<String> fields = ImmutableSet.builder();
    units.forEach(unit -> fields.addAll(unit.fields));
    return fields.build();
  }

  /** Those that may say something else after what moved. */
  ImmutableList<Unit> movedBy(Moves moves, ViewerProfile now) {
    return moves.days()
        ? units
        : units.stream()
            .filter(unit -> unit.mayChange(now, moves.reaches()))
            .collect(ImmutableList.toImmutableList());
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
   * The tags of some units that a viewer has: those whose rules hold and those that were set by
   * hand, of each group one.
   *
   * @param manual the tags set by hand, the latest last
   */
  static Set<String> reckon(
      List<Unit> units, ViewerProfile viewer, List<ManualTag> manual, TagMeters meters) {
    Set<String> chosen = new LinkedHashSet<>();
    units.forEach(unit -> unit.reckon(viewer, manual, meters, chosen));
    return chosen;
  }

  /** The next day on which units may say something else though the viewer does nothing. */
  static OptionalLong nextChange(
      List<Unit> units, ActiveDays active, ViewerProfile viewer, long day) {
    long next = Long.MAX_VALUE;
    for (Unit unit : units) {
      for (DayBound bound : unit.bounds) {
        next = Math.min(next, bound.nextChange(active, day).orElse(Long.MAX_VALUE));
      }
      if (unit.fields.contains(ENDS_BY_ITSELF) && viewer.getPrivilegesCount() > 0) {
        next = Math.min(next, day + 1);
      }
    }
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }
}
