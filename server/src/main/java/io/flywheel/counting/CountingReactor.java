package io.flywheel.counting;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
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

  /** The fields of a program that are asked for where something sets off a trigger. */
  private final LoadingCache<CompiledProgram, ImmutableSetMultimap<Trigger, String>> fieldsAsked =
      Caffeine.newBuilder().weakKeys().build(this::fieldsAsked);

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
    return fieldsAsked.get(program).get(trigger);
  }

  private ImmutableSetMultimap<Trigger, String> fieldsAsked(CompiledProgram program) {
    ImmutableSetMultimap.Builder<Trigger, String> fields = ImmutableSetMultimap.builder();
    for (Trigger trigger : Trigger.values()) {
      for (OccurrenceListener listener : listeners) {
        fields.putAll(trigger, listener.fieldsAsked(program, trigger));
      }
    }
    return fields.build();
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
