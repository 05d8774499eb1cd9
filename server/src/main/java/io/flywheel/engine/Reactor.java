package io.flywheel.engine;

import io.flywheel.v1.Fact;
import java.util.Collection;
import java.util.List;

/**
 * A feature's rules: pure functions of the program, the feature's own state, a message and its
 * time. Reactors run in the order in which {@code Main} lists their modules. Thread-safe, for it
 * holds nothing.
 */
public interface Reactor {
  /** Says what it listens to. Called once. */
  void register(Reactions reactions);

  /**
   * The states of its viewer that an action of this body is likely to need, which are then loaded
   * with the rest of the batch in one go. A matter of speed alone: what is not named here is loaded
   * when it is asked for.
   */
  default Collection<Slice<ViewerKey, ?>> prefetch(Object body) {
    return List.of();
  }

  /** What a reactor listens to. */
  interface Reactions {
    /** Listens to actions and signals whose body is of exactly this class. */
    <M> void on(Class<M> type, Reaction<M> reaction);

    /** Listens to facts. */
    void onFact(Fact.WhatCase kind, Reaction<Fact> reaction);
  }

  /**
   * A rule.
   *
   * @param <M> what it reacts to
   */
  @FunctionalInterface
  interface Reaction<M> {
    /** Reacts. A {@link io.flywheel.platform.errors.ServiceException} rejects the whole action. */
    void react(Turn turn, M message);
  }
}
