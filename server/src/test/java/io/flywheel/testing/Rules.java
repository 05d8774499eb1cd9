package io.flywheel.testing;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.flywheel.engine.Action;
import io.flywheel.engine.Journal;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One viewer and some reactors, without an engine and a database: runs an action through the
 * reactors and shows what it came to. What a rejected action changed is forgotten. Not thread-safe.
 */
public final class Rules implements Reactor.Reactions {
  private static final ViewerKey VIEWER = new ViewerKey("merchant", "viewer");

  private final CompiledProgram program;
  private final Map<Class<?>, List<Reactor.Reaction<Object>>> byType = new HashMap<>();
  private final Map<Fact.WhatCase, List<Reactor.Reaction<Fact>>> byFact = new HashMap<>();
  private Map<List<Object>, Object> states = new HashMap<>();
  private ViewerProfile profile = ViewerProfile.getDefaultInstance();

  public Rules(CompiledProgram program, Reactor... reactors) {
    this.program = program;
    for (Reactor reactor : reactors) {
      reactor.register(this);
    }
  }

  /**
   * What an action came to.
   *
   * @param facts what it set off, in order
   * @param signals what reactors told each other, in order
   * @param answer null: there was none
   */
  public record Result(List<Fact> facts, List<Object> signals, @Nullable Message answer) {
    /** The answer, as the message that it is. */
    public <M extends Message> M answer(Class<M> type) {
      return type.cast(answer);
    }
  }

  public ViewerKey viewer() {
    return VIEWER;
  }

  public ViewerProfile profile() {
    return profile;
  }

  /** What the platform reports; the time of the event is the time of the action. */
  public Result report(Event event) {
    Timestamp at = event.getOccurredAt();
    return run(
        Instant.ofEpochSecond(at.getSeconds(), at.getNanos()),
        event.getRoomId(),
        event.getBroadcastId(),
        event);
  }

  /** Runs an action. */
  public Result run(Instant at, String roomId, String broadcastId, Object body) {
    Action.Identity identity =
        Action.request(VIEWER, "request", ViewerProfile.getDefaultInstance());
    return new RunningTurn(new Action(VIEWER, roomId, broadcastId, at, body, identity)).run();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <M> void on(Class<M> type, Reactor.Reaction<M> reaction) {
    byType
        .computeIfAbsent(type, unused -> new ArrayList<>())
        .add((Reactor.Reaction<Object>) reaction);
  }

  @Override
  public void onFact(Fact.WhatCase kind, Reactor.Reaction<Fact> reaction) {
    byFact.computeIfAbsent(kind, unused -> new ArrayList<>()).add(reaction);
  }

  private final class RunningTurn implements Turn {
    private final Action action;
    private final Deque<Object> queue = new ArrayDeque<>();
    private final List<Fact> facts = new ArrayList<>();
    private final List<Object> signals = new ArrayList<>();
    private final Map<List<Object>, Object> changed = new HashMap<>(states);
    private ViewerProfile changedProfile = profile;
    private @Nullable Supplier<? extends Message> answer;

    RunningTurn(Action action) {
      this.action = action;
    }

    Result run() {
      queue.add(action.body());
      for (Object message = queue.poll(); message != null; message = queue.poll()) {
        if (message instanceof Fact fact) {
          for (var reaction : byFact.getOrDefault(fact.getWhatCase(), List.of())) {
            reaction.react(this, fact);
          }
        } else {
          for (var reaction : byType.getOrDefault(message.getClass(), List.of())) {
            reaction.react(this, message);
          }
        }
      }
      Message made = answer == null ? null : answer.get();
      states = changed;
      profile = changedProfile;
      return new Result(facts, signals, made);
    }

    @Override
    public Action action() {
      return action;
    }

    @Override
    public CompiledProgram program() {
      return program;
    }

    @Override
    public ViewerKey viewer() {
      return action.viewer();
    }

    @Override
    public Instant at() {
      return action.at();
    }

    @Override
    public ViewerProfile profile() {
      return changedProfile;
    }

    @Override
    public void setProfile(ViewerProfile profile) {
      changedProfile = profile;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
      return (S) changed.getOrDefault(List.of(slice, key), slice.initial(key));
    }

    @Override
    public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
      changed.put(List.of(slice, key), state);
    }

    @Override
    public <R> void append(Journal<R> journal, R row) {
      throw new UnsupportedOperationException("these rules keep no journal");
    }

    @Override
    public void emit(Fact.Builder fact) {
      Timestamp at =
          Timestamp.newBuilder().setSeconds(at().getEpochSecond()).setNanos(at().getNano()).build();
      Fact told = fact.setOccurredAt(at).build();
      facts.add(told);
      queue.add(told);
    }

    @Override
    public void signal(Object message) {
      signals.add(message);
      queue.add(message);
    }

    @Override
    public void followUp(String viewerId, Instant due, Message body) {
      throw new UnsupportedOperationException("these rules leave nothing for later");
    }

    @Override
    public void respond(Supplier<? extends Message> answer) {
      this.answer = answer;
    }

    @Override
    public List<Fact> facts() {
      return Collections.unmodifiableList(facts);
    }
  }
}
