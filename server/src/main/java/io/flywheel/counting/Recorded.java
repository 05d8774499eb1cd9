package io.flywheel.counting;

import com.google.common.collect.ImmutableMap;
import com.google.inject.Binder;
import com.google.inject.Inject;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.Message;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Facts;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the journal has of occurrences: for what is counted of the past. What the journal does not
 * keep is not told apart: texts are hashes, and a viewer's orders before its beginning are not
 * known. Thread-safe.
 */
public final class Recorded {
  private final ImmutableMap<Trigger, OccurrenceSource<?>> sources;
  private final ImmutableMap<String, RecordedEvent<?>> events;
  private final Set<RecordedReferral> referrals;
  private final Broadcasts broadcasts;

  @Inject
  Recorded(
      Set<OccurrenceSource<?>> sources,
      Set<RecordedEvent<?>> events,
      Set<RecordedReferral> referrals,
      Broadcasts broadcasts) {
    ImmutableMap.Builder<Trigger, OccurrenceSource<?>> byTrigger = ImmutableMap.builder();
    for (OccurrenceSource<?> source : sources) {
      source.triggers().forEach(kind -> byTrigger.put(kind.trigger(), source));
    }
    this.sources = byTrigger.buildOrThrow();
    this.events =
        events.stream()
            .collect(
                ImmutableMap.toImmutableMap(
                    event -> event.type().getDescriptorForType().getFullName(), event -> event));
    this.referrals = referrals;
    this.broadcasts = broadcasts;
  }

  /** Where a feature's module binds the events in its requests. */
  public static Multibinder<RecordedEvent<?>> events(Binder binder) {
    return Multibinder.newSetBinder(binder, new TypeLiteral<RecordedEvent<?>>() {});
  }

  /** Where a feature's module binds what the journal tells of its invitees. */
  public static Multibinder<RecordedReferral> referrals(Binder binder) {
    return Multibinder.newSetBinder(binder, RecordedReferral.class);
  }

  /** Whether an entry may have something that sets off a trigger. */
  public boolean mayHave(Trigger trigger, JournalEntry entry) {
    OccurrenceSource<?> source = sources.get(trigger);
    if (source == null) {
      return false;
    }
    if (source.type().equals(Event.class)) {
      return isEvent(entry) || events.containsKey(entry.bodyType());
    }
    return entry.facts().stream().anyMatch(fact -> source.type().isInstance(Facts.payloadOf(fact)));
  }

  /** The event of an entry; empty: it has none. */
  public Optional<Event> eventOf(JournalEntry entry) {
    RecordedEvent<?> request = events.get(entry.bodyType());
    return request == null ? entry.body(Event.getDefaultInstance()) : of(request, entry);
  }

  /** The step of an invitee that an entry tells of; empty: it tells of none. */
  public Optional<RecordedReferral.Step> referralOf(JournalEntry entry) {
    return referrals.stream().flatMap(referral -> referral.of(entry).stream()).findFirst();
  }

  /**
   * The occurrences of a trigger in an entry.
   *
   * @param view the viewer, as what is not recorded is known now
   * @param orders how many orders the viewer had with this entry
   */
  public List<Occurrence> of(Trigger trigger, StateView view, JournalEntry entry, long orders) {
    OccurrenceSource<?> source = sources.get(trigger);
    List<Occurrence> found = new ArrayList<>();
    if (source != null) {
      add(source, new RecordedTurn(view, entry, orders), entry, found);
    }
    found.removeIf(occurrence -> occurrence.trigger() != trigger);
    return found;
  }

  private <M extends Message> void add(
      OccurrenceSource<M> source, RecordedTurn turn, JournalEntry entry, List<Occurrence> found) {
    if (source.type().equals(Event.class)) {
      eventOf(entry)
          .ifPresent(event ->
              found.addAll(
                  source.of(
                      new Occurrence.Origin(turn, broadcasts, event, null),
                      source.type().cast(event))));
      return;
    }
    for (Fact fact : entry.facts()) {
      Message payload = Facts.payloadOf(fact);
      if (source.type().isInstance(payload)) {
        found.addAll(
            source.of(
                new Occurrence.Origin(turn, broadcasts, null, fact), source.type().cast(payload)));
      }
    }
  }

  private static boolean isEvent(JournalEntry entry) {
    return entry.bodyType().equals(Event.getDescriptor().getFullName());
  }

  private static <M extends Message> Optional<Event> of(
      RecordedEvent<M> request, JournalEntry entry) {
    return entry.body(request.type()).flatMap(message -> request.of(entry, message));
  }
}
