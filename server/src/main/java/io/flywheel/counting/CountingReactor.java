package io.flywheel.counting;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.inject.Inject;
import com.google.protobuf.Message;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Event;
import io.flywheel.v1.Trigger;
import java.util.List;
import java.util.Set;

/** Tells whoever counts what happens, once for all of them. Thread-safe. */
public final class CountingReactor implements Reactor {
  private final ImmutableSet<OccurrenceSource<?>> sources;
  private final ImmutableSet<OccurrenceListener> listeners;
  private final Broadcasts broadcasts;

  @Inject
  CountingReactor(
      Set<OccurrenceSource<?>> sources, Set<OccurrenceListener> listeners, Broadcasts broadcasts) {
    this.broadcasts = broadcasts;
    this.sources = ImmutableSet.copyOf(sources);
    this.listeners = ImmutableSet.copyOf(listeners);
  }

  @Override
  public void register(Reactions reactions) {
    sources.forEach(source -> register(source, reactions));
  }

  @Override
  public Set<String> conditionFields(CompiledProgram program, Object body) {
    Trigger trigger =
        body instanceof Event event ? EventTriggers.of(event) : Trigger.TRIGGER_UNSPECIFIED;
    Set<String> fields = Set.of();
    for (OccurrenceListener listener : listeners) {
      Set<String> more = listener.fieldsAsked(program, trigger);
      if (fields.isEmpty()) {
        fields = more;
      } else if (!more.isEmpty()) {
        fields = ImmutableSet.copyOf(Iterables.concat(fields, more));
      }
    }
    return fields;
  }

  private <M extends Message> void register(OccurrenceSource<M> source, Reactions reactions) {
    if (source.type().equals(Event.class)) {
      reactions.on(
          source.type(),
          (turn, event) ->
              tell(
                  turn,
                  source.of(new Occurrence.Origin(turn, broadcasts, (Event) event, null), event)));
    } else {
      reactions.onWholeFact(
          source.type(),
          (turn, payload, fact) ->
              tell(turn, source.of(new Occurrence.Origin(turn, broadcasts, null, fact), payload)));
    }
  }

  private void tell(Turn turn, List<Occurrence> occurrences) {
    if (!occurrences.isEmpty()) {
      for (OccurrenceListener listener : listeners) {
        listener.occurred(turn, occurrences);
      }
    }
  }
}
