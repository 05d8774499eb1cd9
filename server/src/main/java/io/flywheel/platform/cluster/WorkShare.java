package io.flywheel.platform.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.cluster.ClusterNodeDao.Node;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part of work that is divided among all nodes by shards. For a few seconds after a
 * node came or went, two nodes may have the same shard, or none: it saves work, and correctness
 * does not rest on it. Thread-safe.
 */
@Singleton
public final class WorkShare {
  private static final Logger log = LoggerFactory.getLogger(WorkShare.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(3).toNanos();

  private final ClusterMembership membership;

  @GuardedBy("this")
  private long lookedNanos = System.nanoTime() - FRESH_NANOS;

  @GuardedBy("this")
  private int nodes = 1;

  @GuardedBy("this")
  private int place;

  @Inject
  WorkShare(ClusterMembership membership) {
    this.membership = membership;
  }

  /** Of some shards those that this node is to look after now. */
  public synchronized List<Integer> of(Collection<Integer> shards) {
    long now = System.nanoTime();
    if (now - lookedNanos >= FRESH_NANOS) {
      lookedNanos = now;
      look();
    }
    int all = nodes;
    int own = place;
    return shards.stream().filter(shard -> shard % all == own).toList();
  }

  @GuardedBy("this")
  private void look() {
    int slot = membership.slot();
    if (slot < 0) {
      return; // nobody else can work on the database
    }
    try {
      List<Integer> others = membership.others().stream().map(Node::slot).toList();
      nodes = others.size() + 1;
      place = (int) others.stream().filter(other -> other < slot).count();
    } catch (SQLException e) {
      log.debug("Who else works on the database could not be found out; the former share stays", e);
    }
  }
}
