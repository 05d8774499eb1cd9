package io.flywheel.client;

import io.flywheel.v1.Fact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gets what happens during a stay in a room, by the client's callback executor, in order. */
public interface RoomListener {
  /** What entering, heartbeats, likes and other acts set off. */
  default void onFacts(List<Fact> facts) {}

  /** The state has changed; the failure is what caused it, if one did. */
  default void onState(RoomState state, @Nullable FlywheelException failure) {}

  /**
   * So many likes are not delivered yet. They lie in the storage, where it is known whose they are.
   */
  default void onLikesWaiting(int count) {}

  /** Likes will not be delivered: refused for that reason, or too many, or older than an hour. */
  default void onLikesLost(int count, @Nullable FlywheelException failure) {}
}
