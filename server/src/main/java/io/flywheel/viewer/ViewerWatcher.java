package io.flywheel.viewer;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.engine.Facts;
import io.flywheel.platform.grpc.Watcher;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerChange;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream that watches a viewer: the standing first, then what each action set off. Changes of
 * which too many wait, because the client does not read them, give way to the standing as it is
 * when the client reads again. What is committed while the standing is read may be told twice, by
 * the standing and by itself, and is never missed. Thread-safe.
 */
final class ViewerWatcher extends Watcher<WatchViewerResponse, ViewerWatcher.Next> {
  private static final int MAX_WAITING = 64;
  private static final long BEING_READ = Long.MAX_VALUE;

  private final boolean toViewer;
  private final Supplier<Viewer> standing;

  @GuardedBy("lock")
  private final Deque<ViewerChange> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean standingDue = true;

  /** Something may have been missed: the standing is told if it is another than the last one. */
  @GuardedBy("lock")
  private boolean doubtful;

  /** The room of which news may have been missed; empty: none were. */
  @GuardedBy("lock")
  private String doubtfulRoomId = "";

  /** The version of the program by which the standing that was sent last was reckoned. */
  @GuardedBy("lock")
  private long standingVersion = BEING_READ;

  @GuardedBy("lock")
  private long programVersion;

  /** Stands for the standing that the client was told and nothing since; of the sender's thread. */
  private @Nullable HashCode toldLast;

  /**
   * A stream.
   *
   * @param toViewer whether a viewer watches, who is not told what is for staff only
   */
  ViewerWatcher(
      ServerCallStreamObserver<WatchViewerResponse> stream,
      boolean toViewer,
      Supplier<Viewer> standing) {
    super(stream);
    this.toViewer = toViewer;
    this.standing = standing;
  }

  /** Takes what an action set off; never waits for the client. */
  void offer(List<Fact> all) {
    List<Fact> facts = toViewer ? Facts.forViewers(all) : all;
    if (facts.isEmpty() && !all.isEmpty()) {
      return;
    }
    offer(ViewerChange.newBuilder().addAllFacts(facts).build());
  }

  /** Takes news of a room as they are told; never waits for the client. */
  void offer(ViewerChange change) {
    lock.lock();
    try {
      if (standingDue) {
        return; // it will be read later than this was committed
      }
      if (waiting.size() == MAX_WAITING) {
        waiting.clear();
        standingDue = true;
      } else {
        waiting.add(change);
      }
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** Something may have been committed that is not offered. */
  void missed() {
    lock.lock();
    try {
      if (!standingDue) {
        doubtful = true;
        signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** News of the room may have been committed that are not offered: the client is told to look. */
  void missedNews(String roomId) {
    lock.lock();
    try {
      doubtfulRoomId = roomId;
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** Sends the standing again if it was reckoned by an older version of the program. */
  void programIs(long version) {
    lock.lock();
    try {
      programVersion = version;
      renewIfOld();
    } finally {
      lock.unlock();
    }
  }

  sealed interface Next {}

  /** What one action set off. */
  private record Change(ViewerChange told) implements Next {}

  /** The standing, or only if it is another than the client was told. */
  private record StandingDue(boolean onlyIfOther) implements Next {}

  @Override
  protected void send(Next next, StreamObserver<WatchViewerResponse> to) {
    switch (next) {
      case Change change -> {
        if (change.told().getRoomId().isEmpty()) {
          toldLast = null; // a room's news leave the standing as it is
        }
        to.onNext(WatchViewerResponse.newBuilder().setChange(change.told()).build());
      }
      case StandingDue due -> {
        Viewer viewer = readStanding();
        HashCode told = Hashing.sha256().hashBytes(viewer.toByteArray());
        if (!due.onlyIfOther() || !told.equals(toldLast)) {
          to.onNext(WatchViewerResponse.newBuilder().setSnapshot(viewer).build());
        }
        toldLast = told;
      }
    }
  }

  private Viewer readStanding() {
    Viewer viewer = standing.get();
    lock.lock();
    try {
      standingVersion = viewer.getProgramVersion();
      renewIfOld();
    } finally {
      lock.unlock();
    }
    return viewer;
  }

  @GuardedBy("lock")
  private void renewIfOld() {
    if (standingVersion < programVersion) {
      waiting.clear(); // the standing will tell of it
      standingDue = true;
      signal();
    }
  }

  @Override
  @GuardedBy("lock")
  protected @Nullable Next poll() {
    ViewerChange change = waiting.poll();
    if (change != null) {
      return new Change(change);
    } else if (!standingDue && !doubtful) {
      return pollDoubtfulRoom();
    }
    StandingDue next = new StandingDue(!standingDue);
    standingDue = false;
    standingVersion = BEING_READ;
    doubtful = false; // whatever it was, it was committed before the standing is read
    return next;
  }

  @GuardedBy("lock")
  private @Nullable Next pollDoubtfulRoom() {
    if (doubtfulRoomId.isEmpty()) {
      return null;
    }
    ViewerChange look = ViewerChange.newBuilder().setRoomId(doubtfulRoomId).build();
    doubtfulRoomId = "";
    return new Change(look);
  }
}
