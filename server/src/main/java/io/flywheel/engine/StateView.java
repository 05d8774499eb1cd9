package io.flywheel.engine;

import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;

/** What a rule may look at: the program, a viewer, the time, and slices. */
public interface StateView {
  /** The merchant's program in force. */
  CompiledProgram program();

  /** The viewer. */
  ViewerKey viewer();

  /** The time by which the rule is reckoned. */
  Instant at();

  /** What every feature may know about the viewer. */
  ViewerProfile profile();

  /**
   * A state; {@link Slice#initial} where there is none. In a turn it is one of its own viewer, or a
   * shared one, which is locked from then on.
   */
  <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key);

  /**
   * A state as it was committed a moment ago, without a lock: for rules that only look, such as
   * whether anything is left. It may have changed before the turn ends, so a limit that must hold
   * is checked on what is got.
   */
  <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key);

  /** This viewer's state. */
  default <S> S get(Slice<ViewerKey, S> slice) {
    return get(slice, viewer());
  }

  /**
   * The broadcast that was given or, where the platform gives none, the day that stands for it:
   * "day:2026-11-22".
   */
  default String broadcast(String given) {
    return given.isEmpty() ? "day:" + program().calendar().dayOf(at()) : given;
  }
}
