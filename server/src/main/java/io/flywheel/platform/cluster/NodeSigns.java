package io.flywheel.platform.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * When which node was heard last. A node that hears itself hears whatever Redis passes on; another
 * one that falls silent may have committed what it could not tell. Thread-safe; time is what the
 * caller says, in nanoseconds.
 */
final class NodeSigns {
  private final String self;
  private final long silenceNanos;

  @GuardedBy("this")
  private final Map<String, Long> lastHeard = new HashMap<>();

  @GuardedBy("this")
  private final Set<String> silent = new TreeSet<>();

  /** Of the others, those that are known to run and were never heard. */
  @GuardedBy("this")
  private final Set<String> unheard = new HashSet<>();

  @GuardedBy("this")
  private boolean everHeardSelf;

  NodeSigns(String self, long silenceNanos) {
    this.self = self;
    this.silenceNanos = silenceNanos;
  }

  /**
   * A sign was heard.
   *
   * @return whether the node had been silent for too long, or leaves without having been heard of
   *     late, so that something may have been missed
   */
  synchronized boolean heard(ClusterSign sign, long nowNanos) {
    if (sign.getNodeId().equals(self)) {
      everHeardSelf = true;
    }
    boolean wasSilent = silent.remove(sign.getNodeId());
    unheard.remove(sign.getNodeId());
    if (sign.getLeaving()) {
      lastHeard.remove(sign.getNodeId());
    } else {
      lastHeard.put(sign.getNodeId(), nowNanos);
    }
    return wasSilent;
  }

  /** A node runs, and will be heard unless something is wrong. */
  synchronized void expect(String nodeId, long nowNanos) {
    if (lastHeard.putIfAbsent(nodeId, nowNanos) == null) {
      unheard.add(nodeId);
    }
  }

  /** Whether this node hears itself. */
  synchronized boolean hearsItself(long nowNanos) {
    Long last = lastHeard.get(self);
    return everHeardSelf && last != null && nowNanos - last < silenceNanos;
  }

  synchronized boolean hasHeard(String nodeId) {
    return lastHeard.containsKey(nodeId) && !unheard.contains(nodeId);
  }

  /** This node was deaf: what it did not hear says nothing of the others. */
  synchronized void forgive(long nowNanos) {
    lastHeard.replaceAll((nodeId, last) -> nodeId.equals(self) ? last : Long.valueOf(nowNanos));
  }

  /** Others that have been silent for too long, without having left. */
  synchronized List<String> silentOthers(long nowNanos) {
    for (Map.Entry<String, Long> heard : lastHeard.entrySet()) {
      if (!heard.getKey().equals(self) && nowNanos - heard.getValue() >= silenceNanos) {
        silent.add(heard.getKey());
      }
    }
    return new ArrayList<>(silent);
  }

  /** Forgets those of the silent that are known to run no more. */
  synchronized void forgetSilent(Predicate<String> ended) {
    List<String> gone = silent.stream().filter(ended).toList();
    silent.removeAll(gone);
    unheard.removeAll(gone);
    lastHeard.keySet().removeAll(gone);
  }
}
