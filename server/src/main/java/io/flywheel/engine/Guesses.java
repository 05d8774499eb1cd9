package io.flywheel.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the next actions of viewers are likely to find: the program and the row that this node's
 * last small batch with them has left. By these, an action that is a batch by itself asks for
 * states in the message that locks its viewer, in place of one after it. It looks at what it has
 * found, so what was guessed wrongly costs a message, and nothing hangs on it. Thread-safe.
 */
@Singleton
final class Guesses {
  /** Nothing is learned from larger batches, whose viewers seldom call next. */
  static final int MAX_ACTIONS = 64;

  /** A row in memory takes about half a kilobyte. */
  private static final long MAX_VIEWERS = 20_000;

  private static final long MAX_MERCHANTS = 1_000;
  private static final ViewerProfile NO_PROFILE = ViewerProfile.getDefaultInstance();

  /** Not kept alive: the store of programs decides which ones stay. */
  private final Cache<String, CompiledProgram> programs =
      Caffeine.newBuilder().maximumSize(MAX_MERCHANTS).weakValues().build();

  private final Cache<ViewerKey, ViewerProfile> profiles =
      Caffeine.newBuilder().maximumSize(MAX_VIEWERS).build();

  @Inject
  Guesses() {}

  /**
   * What an action finds of its actor.
   *
   * @param program the merchant's, in force; null: there is none
   * @param profile the actor's own row
   */
  record Known(@Nullable CompiledProgram program, ViewerProfile profile) {
    /** Whether this node knows nothing of the actor, who may have no row yet. */
    @SuppressWarnings("ReferenceEquality")
    boolean isNew() {
      return profile == NO_PROFILE;
    }
  }

  /**
   * What the action of a batch is likely to find; null: it is not worth guessing, as in batches of
   * several, which took longer under load when all of theirs was guessed.
   */
  @Nullable Known of(List<Action> actions) {
    if (actions.size() != 1) {
      return null;
    }
    Action action = actions.getFirst();
    CompiledProgram program = programs.getIfPresent(action.viewer().merchantId());
    if (program == null) {
      return null; // rows that are shared would be locked out of their order
    }
    ViewerProfile profile = profiles.getIfPresent(action.viewer());
    return new Known(program, profile == null ? NO_PROFILE : profile);
  }

  /** A merchant's program is not what it was taken for. */
  void forget(String merchantId) {
    programs.invalidate(merchantId);
  }

  /** An actor's batch is committed. */
  void learn(ViewerKey actor, Known known) {
    if (known.program != null) {
      programs.put(actor.merchantId(), known.program);
    }
    profiles.put(actor, known.profile);
  }
}
