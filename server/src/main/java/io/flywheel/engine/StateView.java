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

  /** A state; {@link Slice#initial} where there is none. */
  <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key);

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
