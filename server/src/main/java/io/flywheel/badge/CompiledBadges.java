package io.flywheel.badge;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import io.flywheel.counting.Counter;
import io.flywheel.engine.StateView;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Trigger;
import org.jspecify.annotations.Nullable;

/** A program's badges. Immutable and thread-safe. */
final class CompiledBadges {
  private final ImmutableList<CompiledBadge> all;
  private final ImmutableMap<String, CompiledBadge> byId;
  private final ImmutableListMultimap<Trigger, CompiledBadge> byTrigger;
  private final ImmutableSetMultimap<Trigger, String> viewerFields;

  /**
   * @param all in the program's order
   */
  CompiledBadges(ImmutableList<CompiledBadge> all) {
    this.all = all;
    this.byId =
        all.stream()
            .collect(ImmutableMap.toImmutableMap(CompiledBadge::id, badge -> badge, (a, b) -> a));
    ImmutableListMultimap.Builder<Trigger, CompiledBadge> triggers =
        ImmutableListMultimap.builder();
    ImmutableSetMultimap.Builder<Trigger, String> fields = ImmutableSetMultimap.builder();
    for (CompiledBadge badge : all) {
      Counter counter = badge.counter();
      if (counter != null) {
        triggers.put(counter.trigger(), badge);
        fields.putAll(counter.trigger(), counter.viewerFields());
        fields.putAll(Trigger.TRIGGER_UNSPECIFIED, counter.viewerFields());
      }
    }
    this.byTrigger = triggers.build();
    this.viewerFields = fields.build();
  }

  /** Those of a program. */
  static CompiledBadges of(CompiledProgram program) {
    return program.get(BadgeSection.class);
  }

  /** Those of the program in force. */
  static CompiledBadges of(StateView view) {
    return of(view.program());
  }

  /** In the program's order. */
  ImmutableList<CompiledBadge> all() {
    return all;
  }

  /** Those that count what sets off a trigger. */
  ImmutableList<CompiledBadge> countedBy(Trigger trigger) {
    return byTrigger.get(trigger);
  }

  /** What conditions ask of viewers on what sets off a trigger; unspecified: any. */
  ImmutableSet<String> viewerFields(Trigger trigger) {
    return viewerFields.get(trigger);
  }

  /** The badge of an id; null: the program has none. */
  @Nullable CompiledBadge find(String id) {
    return byId.get(id);
  }

  /** The badge of an id; fails with BADGE_NOT_FOUND where there is none. */
  CompiledBadge require(String id) {
    CompiledBadge badge = find(id);
    if (badge == null) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_BADGE_NOT_FOUND,
          "badge_id: %s (expected: one of the program's badges: %s)"
              .formatted(id, String.join(", ", byId.keySet())));
    }
    return badge;
  }
}
