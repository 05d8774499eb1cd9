package io.flywheel.engine;

import com.google.protobuf.Message;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Fact;
import java.util.Set;

/**
 * A feature's rules: pure functions of the program, the feature's own state, a message and its
 * time. Reactors run in the order in which {@code Main} lists their modules. Thread-safe, for it
 * holds nothing.
 */
public interface Reactor {
  /** Says what it listens to. Called once. */
  void register(Reactions reactions);

  /**
   * Names the states that an action is likely to need. Optimisation only: what is not named here is
   * loaded when it is asked for, and the action is run again from its start.
   */
  default void prefetch(Prefetch states) {}

  /**
   * The fields of a viewer's profile that the program's conditions are likely to ask for when an
   * action of this body runs. What they are made of is loaded likewise.
   */
  default Set<String> conditionFields(CompiledProgram program, Object body) {
    return Set.of();
  }

  /** What a reactor listens to. */
  interface Reactions {
    /** Listens to actions and signals whose body is of exactly this class. */
    <M> void on(Class<M> type, Reaction<M> reaction);

    /**
     * Listens to facts.
     *
     * @param type one of the messages that a {@link Fact} can hold
     */
    default <M extends Message> void onFact(Class<M> type, Reaction<M> reaction) {
      onWholeFact(type, (turn, payload, fact) -> reaction.react(turn, payload));
    }

    /** Listens to facts, for rules that look at the fact around its payload too. */
    <M extends Message> void onWholeFact(Class<M> type, FactReaction<M> reaction);
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

  /**
   * A rule that looks at whole facts.
   *
   * @param <M> the fact's payload
   */
  @FunctionalInterface
  interface FactReaction<M> {
    /** Reacts as a {@link Reaction} does. */
    void react(Turn turn, M payload, Fact fact);
  }
}
