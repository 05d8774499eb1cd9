package io.flywheel.engine;

import io.flywheel.v1.Fact;
import java.util.List;

/**
 * Is told what was committed. Must be quick and thread-safe: it is called on the lanes, and on the
 * thread that hears other nodes.
 *
 * <p>Of this node, every commit of viewers and rooms is told; of other nodes, those that somebody
 * asks for by {@link Interests}. Those of one viewer come in the order of their commits, as long as
 * the viewer's calls go to one node.
 */
public interface CommitListener {
  /**
   * What one viewer's action set off, after its commit on this node.
   *
   * @param action with the room that it happened in, also where the request named none
   */
  void committed(Action action, List<Fact> facts);

  /**
   * What a room itself did, such as a draw that ends, after its commit on this node.
   *
   * @param action of the room
   */
  default void roomCommitted(Action action, List<Fact> facts) {}

  /**
   * What is kept in memory of a viewer's own row is no longer so, or may not be. Told after the
   * commit, by this node of all viewers, by others of those whose merchant is followed.
   */
  default void outdated(ViewerKey viewer) {}

  /** What another node has committed of a viewer, or a room itself, that is followed. */
  default void viewerCommittedElsewhere(Commit commit) {}

  /** What another node has committed in a room that is followed. */
  default void roomCommittedElsewhere(Commit commit) {}

  /** What another node has committed of shared facts of a merchant who is followed. */
  default void merchantCommittedElsewhere(Commit commit) {}

  /**
   * Commits of other nodes may have been missed: whoever watches any of these has to look for
   * itself. It may be called every few seconds, for as long as the other nodes can't be heard.
   */
  default void missed(Missed missed) {}

  /** Whose commits may have been missed. */
  interface Missed {
    boolean concerns(ViewerKey viewer);

    boolean concernsRoom(String merchantId, String roomId);

    boolean concernsMerchant(String merchantId);
  }
}
