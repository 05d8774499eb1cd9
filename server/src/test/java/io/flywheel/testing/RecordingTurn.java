package io.flywheel.testing;

import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Action;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Facts;
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
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs viewers' actions through reactors with states in memory, for tests of pure rules over long
 * times. It stands for the engine's batches there; what batches promise is tested with real ones.
 * As in the engine, an action's chain runs to its end or changes nothing.
 */
public final class RecordingTurn implements Turn {
  private final Map<Class<?>, List<Reactor.Reaction<?>>> reactions = new HashMap<>();
  private final Map<Class<?>, List<Reactor.FactReaction<?>>> factReactions = new HashMap<>();
  private final List<FollowUp> followUps = new ArrayList<>();
  private final List<Object> rows = new ArrayList<>();
  private final Deque<Object> queue = new ArrayDeque<>();
  private final List<Fact> facts = new ArrayList<>();
  private Map<StateKey, Object> states = new HashMap<>();
  private CompiledProgram program;
  private ViewerKey viewer;
  private ViewerProfile profile = ViewerProfile.getDefaultInstance();
  private Instant at = Instant.EPOCH;
  private Action action =
      new Action(
          new ViewerKey("", ""),
          "",
          "",
          at,
          this,
          Action.event(new ViewerKey("", ""), "e", Event.getDefaultInstance()));
  private @Nullable Supplier<? extends Message> answer;

  /** Something that was left to be done. */
  public record FollowUp(ViewerKey viewer, Instant due, Message body) {}

  private record StateKey(Slice<?, ?> slice, Object key) {}

  /** A viewer's turn, through reactors in this order. */
  public RecordingTurn(CompiledProgram program, ViewerKey viewer, Reactor... reactors) {
    this.program = program;
    this.viewer = viewer;
    for (Reactor reactor : reactors) {
      reactor.register(
          new Reactor.Reactions() {
            @Override
            public <M> void on(Class<M> type, Reactor.Reaction<M> reaction) {
              reactions.computeIfAbsent(type, unused -> new ArrayList<>()).add(reaction);
            }

            @Override
            public <M extends Message> void onWholeFact(
                Class<M> type, Reactor.FactReaction<M> reaction) {
              factReactions.computeIfAbsent(type, unused -> new ArrayList<>()).add(reaction);
            }
          });
    }
  }

  /** Runs an action and returns the facts that it set off. */
  public List<Fact> run(Instant time, Object body) {
    Map<StateKey, Object> statesBefore = new HashMap<>(states);
    ViewerProfile profileBefore = profile;
    int rowsBefore = rows.size();
    int followUpsBefore = followUps.size();
    at = time;
    action =
        new Action(
            viewer, "", "", time, body, Action.event(viewer, "e", Event.getDefaultInstance()));
    facts.clear();
    answer = null;
    queue.clear();
    queue.add(body);
    try {
      for (Object message = queue.poll(); message != null; message = queue.poll()) {
        dispatch(message);
      }
    } catch (RuntimeException e) {
      states = statesBefore;
      profile = profileBefore;
      rows.subList(rowsBefore, rows.size()).clear();
      followUps.subList(followUpsBefore, followUps.size()).clear();
      throw e;
    }
    return List.copyOf(facts);
  }

  /** Carries out what was left to be done for this viewer until a time, the earliest first. */
  public void settle(Instant until) {
    for (; ; ) {
      Optional<FollowUp> next =
          followUps.stream()
              .filter(followUp -> followUp.viewer().equals(viewer))
              .filter(followUp -> !followUp.due().isAfter(until))
              .min(Comparator.comparing(FollowUp::due));
      if (next.isEmpty()) {
        return;
      }
      followUps.remove(next.get());
      run(next.get().due(), next.get().body());
    }
  }

  /** What is left to be done, in the order in which it was left. */
  public List<FollowUp> followUps() {
    return Collections.unmodifiableList(followUps);
  }

  /** The rows of a kind that were appended so far. */
  public <R> List<R> rows(Class<R> type) {
    return rows.stream().filter(type::isInstance).map(type::cast).toList();
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
    return (S) states.computeIfAbsent(new StateKey(slice, key), unused -> slice.initial(key));
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    states.put(new StateKey(slice, key), state);
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    rows.add(row);
  }

  @Override
  public void emit(Message payload) {
    Fact told = Facts.of(payload).setOccurredAt(Timestamps.fromMillis(at.toEpochMilli())).build();
    facts.add(told);
    queue.add(told);
  }

  @Override
  public void signal(Object message) {
    queue.add(message);
  }

  @Override
  public void followUp(ViewerKey target, Instant due, Message body) {
    followUps.add(new FollowUp(target, due, body));
  }

  @Override
  public void respond(Supplier<? extends Message> answer) {
    this.answer = answer;
  }

  @Override
  public List<Fact> facts() {
    return Collections.unmodifiableList(facts);
  }

  private void dispatch(Object message) {
    if (message instanceof Fact fact) {
      Message payload = Facts.payloadOf(fact);
      factReactions
          .getOrDefault(payload.getClass(), List.of())
          .forEach(reaction -> react(reaction, payload, fact));
    } else {
      reactions
          .getOrDefault(message.getClass(), List.of())
          .forEach(reaction -> react(reaction, message));
    }
  }

  /** A reaction is found only under the class that it takes. */
  @SuppressWarnings("unchecked")
  private <M> void react(Reactor.Reaction<?> reaction, Object message) {
    ((Reactor.Reaction<M>) reaction).react(this, (M) message);
  }

  @SuppressWarnings("unchecked")
  private <M> void react(Reactor.FactReaction<?> reaction, Message payload, Fact fact) {
    ((Reactor.FactReaction<M>) reaction).react(this, (M) payload, fact);
  }
}
