package io.flywheel.testing;

import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Action;
import io.flywheel.engine.Journal;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a viewer's actions through reactors with states in memory, for tests of pure rules over long
 * times. It stands for the engine's batches there; what batches promise is tested with real ones.
 */
public final class RecordingTurn implements Turn {
  private final Map<Class<?>, Reactor.Reaction<?>> reactions = new HashMap<>();
  private final Map<Fact.WhatCase, Reactor.Reaction<Fact>> factReactions = new HashMap<>();
  private final Map<Slice<?, ?>, Map<Object, Object>> states = new HashMap<>();
  private final Deque<Object> queue = new ArrayDeque<>();
  private final List<Fact> facts = new ArrayList<>();
  private ViewerKey viewer;
  private CompiledProgram program;
  private ViewerProfile profile = ViewerProfile.getDefaultInstance();
  private Instant at = Instant.EPOCH;
  private @Nullable Supplier<? extends Message> answer;

  /** A turn of a viewer through one reactor. */
  public RecordingTurn(CompiledProgram program, ViewerKey viewer, Reactor reactor) {
    this.program = program;
    this.viewer = viewer;
    reactor.register(
        new Reactor.Reactions() {
          @Override
          public <M> void on(Class<M> type, Reactor.Reaction<M> reaction) {
            reactions.put(type, reaction);
          }

          @Override
          public void onFact(Fact.WhatCase kind, Reactor.Reaction<Fact> reaction) {
            factReactions.put(kind, reaction);
          }
        });
  }

  /** Runs an action and returns the facts that it set off. */
  public List<Fact> run(Instant time, Object body) {
    at = time;
    facts.clear();
    answer = null;
    queue.clear();
    queue.add(body);
    for (Object message = queue.poll(); message != null; message = queue.poll()) {
      dispatch(message);
    }
    return List.copyOf(facts);
  }

  /** The latest action's answer. */
  public <M extends Message> M answer(Class<M> type) {
    if (answer == null) {
      throw new AssertionError("the action has no answer");
    }
    return type.cast(answer.get());
  }

  /** Goes on with another viewer, whose profile is empty. */
  public void setViewer(ViewerKey viewer) {
    this.viewer = viewer;
    this.profile = ViewerProfile.getDefaultInstance();
  }

  /** Goes on with another version of the program. */
  public void setProgram(CompiledProgram program) {
    this.program = program;
  }

  /** Lets time pass without an action. */
  public void setAt(Instant at) {
    this.at = at;
  }

  @SuppressWarnings("unchecked")
  private <M> void dispatch(M message) {
    Reactor.Reaction<?> reaction =
        message instanceof Fact fact
            ? factReactions.get(fact.getWhatCase())
            : reactions.get(message.getClass());
    if (reaction != null) {
      ((Reactor.Reaction<M>) reaction).react(this, message);
    }
  }

  @Override
  public Action action() {
    throw new UnsupportedOperationException("the rules under test do not look at the action");
  }

  @Override
  public CompiledProgram program() {
    return program;
  }

  @Override
  public ViewerKey viewer() {
    return viewer;
  }

  @Override
  public Instant at() {
    return at;
  }

  @Override
  public ViewerProfile profile() {
    return profile;
  }

  @Override
  public void setProfile(ViewerProfile profile) {
    this.profile = profile;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return (S)
        states
            .computeIfAbsent(slice, unused -> new HashMap<>())
            .computeIfAbsent(key, unused -> slice.initial(key));
  }

  @Override
  public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    states.computeIfAbsent(slice, unused -> new HashMap<>()).put(key, state);
  }

  @Override
  public <R> void append(Journal<R> journal, R row) {
    throw new UnsupportedOperationException("the rules under test keep no journal");
  }

  @Override
  public void emit(Fact.Builder fact) {
    Fact told = fact.setOccurredAt(Timestamps.fromMillis(at.toEpochMilli())).build();
    facts.add(told);
    queue.add(told);
  }

  @Override
  public void signal(Object message) {
    queue.add(message);
  }

  @Override
  public void followUp(String viewerId, Instant due, Message body) {
    throw new UnsupportedOperationException("the rules under test leave nothing to be done");
  }

  @Override
  public void respond(Supplier<? extends Message> answer) {
    this.answer = answer;
  }

  @Override
  public List<Fact> facts() {
    return facts;
  }
}
