package io.flywheel.engine;

import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An action that is about to run, and the states that it is likely to need: they are loaded with
 * the rest of the batch in one go. Used by one thread.
 */
public interface Prefetch {
  /** The action. */
  Action action();

  /** The merchant's program in force; null: there is none yet. */
  @Nullable CompiledProgram program();

  /** What the actor's own row holds, at no cost. */
  ViewerProfile profile();

  /** The action's shard; see {@link Turn#shard}. */
  int shard();

  /** The action will ask for fields of its actor's profile, by their names in the contract. */
  void getProfile(Set<String> fields);

  /**
   * Whether calls of the action's kind have lately asked for a slice: then it is worth a guess at
   * the key. Events, which come in batches, have no habits.
   */
  boolean isUsual(Slice<?, ?> slice);

  /**
   * The action will get a state of its own actor, or a shared one, which is locked from then on.
   */
  <K extends Comparable<? super K>> void get(Slice<K, ?> slice, K key);

  /** The action will look at a state without a lock. */
  <K extends Comparable<? super K>> void peek(Slice<K, ?> slice, K key);

  /** The action will get this state of its actor. */
  default void get(Slice<ViewerKey, ?> slice) {
    get(slice, action().viewer());
  }
}
