package io.flywheel.testing;

import com.google.protobuf.Internal;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.flywheel.engine.MemoryEngine;
import io.flywheel.engine.Outcome;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One viewer's turns in an engine in memory, for tests of pure rules over long times. */
public final class RecordingTurn implements StateView {
  private final MemoryEngine engine;
  private CompiledProgram program;
  private ViewerKey viewer;
  private Instant at = Instant.EPOCH;
  private Outcome.@Nullable Done latest;

  /** A viewer's turns, through reactors in this order. */
  public RecordingTurn(CompiledProgram program, ViewerKey viewer, Reactor... reactors) {
    this.engine = new MemoryEngine(program, reactors);
    this.program = program;
    this.viewer = viewer;
  }

  /** Runs an action, or tells a fact, and returns the facts that it set off. */
  public List<Fact> run(Instant time, Object body) {
    at = time;
    latest = null;
    latest = engine.run(viewer, time, body);
    return latest.facts();
  }

  /** Tells a fact of a time that is told only now, and returns the facts that it set off. */
  public List<Fact> runLate(Instant time, Instant now, Fact fact) {
    at = time;
    latest = engine.runLate(viewer, time, now, fact);
    return latest.facts();
  }

  /**
   * Carries out what was left to be done until a time, the earliest first.
   *
   * @return the facts that it set off
   */
  public List<Fact> settle(Instant until) {
    return engine.settle(until);
  }

  /** The same as a service does that was down until then. */
  public List<Fact> settleLate(Instant now) {
    return engine.settleLate(now);
  }

  /** What it set off when others took out of inboxes what the latest action had put there. */
  public List<Fact> takenOut() {
    return engine.takenOut();
  }

  /** What is left to be done, in the order in which it was left. */
  public List<MemoryEngine.FollowUp> followUps() {
    return engine.followUps();
  }

  /** Drops rows and answers, which grow with every action, for tests that take very many. */
  public void dropHistory() {
    engine.dropHistory();
  }

  /** The rows of a kind that were added to tables so far. */
  public <R> List<R> rows(Class<R> type) {
    return engine.rows(type);
  }

  /** The latest action's answer. */
  public <M extends Message> M answer(Class<M> type) {
    if (latest == null) {
      throw new AssertionError("the action was rejected");
    }
    try {
      return type.cast(
          Internal.getDefaultInstance(type).getParserForType().parseFrom(latest.answer()));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether the latest action was answered with anything. */
  public boolean hasAnswer() {
    return latest != null && !latest.answer().isEmpty();
  }

  /** Goes on with another viewer. */
  public void setViewer(ViewerKey viewer) {
    this.viewer = viewer;
  }

  /** Goes on with another version of the program. */
  public void setProgram(CompiledProgram program) {
    this.program = program;
    engine.setProgram(program);
  }

  /** Lets time pass without an action. */
  public void setAt(Instant at) {
    this.at = at;
  }

  /** Puts a state back that was stored before. */
  public <K extends Comparable<? super K>, S> void restore(Slice<K, S> slice, K key, S state) {
    engine.states().set(slice, key, state);
  }

  /** Lets it be known of the viewer. */
  public void setProfile(ViewerProfile profile) {
    engine.setProfile(viewer, profile);
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
    return engine.profile(viewer);
  }

  @Override
  public ViewerProfile profileNow(Set<String> fields) {
    return engine.profileNow(this, fields);
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return engine.states().get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return get(slice, key);
  }
}
