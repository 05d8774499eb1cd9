package io.flywheel.counting;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.name;
import static io.flywheel.program.Expectations.show;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableMap;
import com.google.inject.Binder;
import com.google.inject.Inject;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.program.Condition;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Program;
import io.flywheel.v1.Trigger;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The triggers that features set off, and the rules for metrics over them. Thread-safe. */
public final class Triggers {
  private final ImmutableMap<Trigger, TriggerKind> kinds;
  private final ImmutableMap<Trigger, OccurrenceSource<?>> sources;

  /** Fails unless each trigger of the contract has exactly one source. */
  @Inject
  Triggers(Set<OccurrenceSource<?>> sources) {
    Map<Trigger, TriggerKind> byTrigger = new EnumMap<>(Trigger.class);
    Map<Trigger, OccurrenceSource<?>> sourceOf = new EnumMap<>(Trigger.class);
    for (OccurrenceSource<?> source : sources) {
      for (TriggerKind kind : source.triggers()) {
        byTrigger.put(kind.trigger(), kind);
        if (sourceOf.put(kind.trigger(), source) != null) {
          throw new IllegalStateException(kind.trigger() + " has two sources");
        }
      }
    }
    Set<Trigger> without =
        EnumSet.complementOf(EnumSet.of(Trigger.TRIGGER_UNSPECIFIED, Trigger.UNRECOGNIZED));
    without.removeAll(byTrigger.keySet());
    if (!without.isEmpty()) {
      throw new IllegalStateException("Nothing sets off " + without);
    }
    this.kinds = ImmutableMap.copyOf(byTrigger);
    this.sources = ImmutableMap.copyOf(sourceOf);
  }

  /** Where a feature's module binds what can be counted. */
  public static Multibinder<OccurrenceSource<?>> sources(Binder binder) {
    return Multibinder.newSetBinder(binder, new TypeLiteral<OccurrenceSource<?>>() {});
  }

  /** Where a feature's module binds what counts. */
  public static Multibinder<OccurrenceListener> listeners(Binder binder) {
    return Multibinder.newSetBinder(binder, OccurrenceListener.class);
  }

  /** What is added up of a trigger where a metric does not say. */
  public CountBy defaultCount(Trigger trigger) {
    TriggerKind kind = kinds.get(trigger);
    return kind != null && kind.has(Measure.SECONDS)
        ? CountBy.COUNT_BY_SECONDS
        : CountBy.COUNT_BY_TIMES;
  }

  /** What expressions may speak of where something sets off a trigger. */
  public Condition.Subject subject(Trigger trigger) {
    TriggerKind kind = kinds.get(trigger);
    return kind == null ? Condition.Subject.EVENT : kind.subject();
  }

  /**
   * Reports what is wrong with a metric.
   *
   * @param metric as it was written, without defaults
   * @param path what has its fields, such as "tasks[3]."
   */
  public void check(Metric metric, String path, Program program, Names names, Findings findings) {
    TriggerKind kind = kinds.get(metric.getTrigger());
    OccurrenceSource<?> source = sources.get(metric.getTrigger());
    if (kind == null || source == null || findings.isFaulty(path + "trigger")) {
      return;
    }
    checkNames(metric, kind, path, names, findings);
    source
        .insteadOf(program, findings)
        .ifPresent(instead ->
            findings.broken(
                path + "trigger",
                expected(name(metric.getTrigger().getValueDescriptor()), instead)));
    checkCount(metric.getCount(), kind, path + "count", findings);
    Condition.check(kind.subject(), metric.getCondition(), path + "condition", findings);
  }

  /**
   * Makes a metric ready to count.
   *
   * @param metric with its defaults
   * @param self the id under which the metric's owner would be named by what it counts, which it
   *     does not count where any will do; empty: it never is
   * @param owner whose metric it is, for the log
   */
  public Counter compile(Metric metric, String self, String owner) {
    return new Counter(metric, self, kinds.get(metric.getTrigger()), owner);
  }

  private void checkNames(
      Metric metric, TriggerKind kind, String path, Names names, Findings findings) {
    if (kind.isCustom() && metric.getCustom().isEmpty()) {
      findings.broken(
          path + "custom", expected("missing", "the name of the custom event that counts"));
    } else if (!kind.isCustom() && !metric.getCustom().isEmpty()) {
      findings.broken(
          path + "custom",
          expected(
              show(metric.getCustom()), "nothing; it is only for " + the(TriggerKind::isCustom)));
    }
    if (!metric.getOfTask().isEmpty()) {
      Names.Kind of = kind.of();
      if (of == null) {
        findings.broken(
            path + "of_task",
            expected(
                show(metric.getOfTask()),
                "nothing; it is only for " + the(other -> other.of() != null)));
      } else {
        names.require(of, metric.getOfTask(), path + "of_task");
      }
    }
  }

  private void checkCount(CountBy count, TriggerKind kind, String path, Findings findings) {
    for (Measure measure : Measure.values()) {
      if (measure.countBy() == count && !kind.has(measure)) {
        String name = name(count.getValueDescriptor());
        String only =
            measure == Measure.AMOUNT
                ? "only " + list(other -> other.has(measure)) + " have amounts"
                : name + " are only for " + the(other -> other.has(measure));
        findings.broken(path, expected(name, "times; " + only));
      }
    }
  }

  private String the(Predicate<TriggerKind> which) {
    long count = kinds.values().stream().filter(which).count();
    return (count == 1 ? "the trigger " : "the triggers ") + list(which);
  }

  /** Such as "order, repurchase and custom", in the contract's order. */
  private String list(Predicate<TriggerKind> which) {
    List<String> names =
        kinds.values().stream()
            .filter(which)
            .map(kind -> name(kind.trigger().getValueDescriptor()))
            .toList();
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : Joiner.on(", ").join(names.subList(0, last)) + " and " + names.get(last);
  }
}
