package io.flywheel.counting;

import com.google.common.collect.ImmutableSet;
import io.flywheel.engine.StateView;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.ViewerProfile;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A metric as reactors use it, made by {@link Triggers#compile}. Immutable and thread-safe. */
public final class Counter {
  /** The most different texts or things that are counted. */
  public static final int MAX_DISTINCT = 1_000;

  private final Metric metric;
  private final String self;
  private final @Nullable TriggerKind kind;
  private final ImmutableSet<String> rooms;
  private final Condition condition;

  /**
   * @param self as in {@link Triggers#compile}
   * @param kind null: nothing sets off the stored trigger any more
   */
  Counter(Metric metric, String self, @Nullable TriggerKind kind, String owner) {
    this.metric = metric;
    this.self = self;
    this.kind = kind;
    this.rooms = ImmutableSet.copyOf(metric.getRoomsList());
    Subject subject = kind == null ? Subject.EVENT : kind.subject();
    this.condition = Condition.ofStored(subject, metric.getCondition(), owner);
  }

  public Trigger trigger() {
    return metric.getTrigger();
  }

  /** What is added up. */
  public CountBy count() {
    return metric.getCount();
  }

  /** How much of what is added up is one: watch time is added up in milliseconds. */
  public long unit() {
    return count() == CountBy.COUNT_BY_SECONDS ? 1_000 : 1;
  }

  public boolean hasCondition() {
    return !condition.isAlways();
  }

  /** The fields of a viewer's profile that its condition may ask for. */
  public ImmutableSet<String> viewerFields() {
    return condition.viewerFields();
  }

  /** Whether it counts in a room; an empty id stands for outside of rooms. */
  public boolean countsIn(String roomId) {
    return rooms.isEmpty() || rooms.contains(roomId);
  }

  /** Whether an occurrence is one that the metric speaks of. */
  public boolean matches(StateView view, Occurrence occurrence) {
    return isOf(occurrence) && holds(view, occurrence);
  }

  /** Whether an occurrence of the trigger is of the kind that counts, whatever the condition. */
  public boolean isOf(Occurrence occurrence) {
    return countsIn(occurrence.roomId()) && matchesName(occurrence);
  }

  /** Whether the condition holds for an occurrence. */
  public boolean holds(StateView view, Occurrence occurrence) {
    return reckon(view, occurrence).holds();
  }

  /** Whether the condition holds for an occurrence, and if it can't be reckoned, why. */
  public Condition.Verdict reckon(StateView view, Occurrence occurrence) {
    return condition.reckon(
        occurrence.event(), occurrence.fact(), () -> view.profileNow(condition.viewerFields()));
  }

  /**
   * Whether the condition holds for an event. An evaluation that fails counts as false.
   *
   * @param viewer asked only where the condition speaks of the viewer
   */
  public boolean holds(Event event, Supplier<ViewerProfile> viewer) {
    return condition.test(event, null, viewer);
  }

  /**
   * Whether the condition holds for a fact. An evaluation that fails counts as false.
   *
   * @param viewer asked only where the condition speaks of the viewer
   */
  public boolean holds(Fact fact, Supplier<ViewerProfile> viewer) {
    return condition.test(null, fact, viewer);
  }

  /**
   * How much an occurrence adds.
   *
   * @param times how often it counts, at most as often as it says
   * @param isNew asked with what the occurrence is told apart by: whether it was not counted
   *     before; who answers remembers it, up to {@link #MAX_DISTINCT}
   */
  public long measure(
      Occurrence occurrence, long times, ProgramCalendar calendar, LongPredicate isNew) {
    return switch (count()) {
      case COUNT_BY_SECONDS -> occurrence.millis();
      case COUNT_BY_AMOUNT -> occurrence.amount();
      case COUNT_BY_DISTINCT_DAYS ->
          isNew.test(calendar.dayOf(occurrence.at()).toEpochDay()) ? 1 : 0;
      case COUNT_BY_DISTINCT_TEXTS, COUNT_BY_DISTINCT_KEYS -> {
        long hash = occurrence.keyHash();
        yield hash != 0 && isNew.test(hash) ? 1 : 0;
      }
      case COUNT_BY_DISTINCT_INVITEES -> isNew.test(occurrence.exactKeyHash()) ? 1 : 0;
      default -> times;
    };
  }

  private boolean matchesName(Occurrence occurrence) {
    if (kind == null) {
      return false;
    }
    if (kind.isCustom()) {
      return occurrence.name().equals(metric.getCustom());
    }
    if (kind.of() == null) {
      return true;
    }
    return metric.getOfTask().isEmpty()
        ? !occurrence.name().equals(self)
        : occurrence.name().equals(metric.getOfTask());
  }
}
