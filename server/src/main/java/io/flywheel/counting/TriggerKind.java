package io.flywheel.counting;

import com.google.common.collect.ImmutableSet;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Names;
import io.flywheel.v1.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger is.
 *
 * @param trigger the trigger
 * @param subject whether an event or a fact sets it off, of which conditions may speak
 * @param measures what can be added up of it beside times and days
 * @param isCustom whether its occurrences have names that a metric must repeat in {@code custom}
 * @param of what its occurrences are of, whose ids a metric may choose by in {@code of_task}; null:
 *     nothing
 */
public record TriggerKind(
    Trigger trigger,
    Subject subject,
    ImmutableSet<Measure> measures,
    boolean isCustom,
    Names.@Nullable Kind of) {

  /** A trigger that an event sets off. */
  public static TriggerKind ofEvent(Trigger trigger, Measure... measures) {
    return new TriggerKind(trigger, Subject.EVENT, ImmutableSet.copyOf(measures), false, null);
  }

  /** A trigger that a fact sets off. */
  public static TriggerKind ofFact(Trigger trigger, Measure... measures) {
    return new TriggerKind(trigger, Subject.FACT, ImmutableSet.copyOf(measures), false, null);
  }

  /** The same, with names that a metric must repeat. */
  public TriggerKind custom() {
    return new TriggerKind(trigger, subject, measures, true, of);
  }

  /** The same, with ids that a metric may choose by. */
  public TriggerKind of(Names.Kind kind) {
    return new TriggerKind(trigger, subject, measures, isCustom, kind);
  }

  boolean has(Measure measure) {
    return measures.contains(measure);
  }
}
