package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.engine.Action;
import io.flywheel.engine.Commit;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.Facts;
import io.flywheel.engine.Interests;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.WatchPlaces;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerChange;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Passes on what the nodes commit to those who watch the viewer here. Thread-safe. */
final class ViewerHub implements CommitListener {
  private final Interests interests;
  private final WatchPlaces places;
  private final ConcurrentHashMap<ViewerKey, Set<ViewerWatcher>> watchers =
      new ConcurrentHashMap<>();

  @Inject
  ViewerHub(ViewerConfig config, Interests interests) {
    this.interests = interests;
    this.places = new WatchPlaces("watch-viewer", config.maxWatchers());
  }

  @Override
  public void committed(Action action, List<Fact> facts) {
    offer(action.viewer(), facts);
  }

  @Override
  public void roomCommitted(Action action, List<Fact> facts) {
    offer(action.viewer(), facts);
  }

  @Override
  public void viewerCommittedElsewhere(Commit commit) {
    offer(commit.viewer(), commit.facts());
  }

  @Override
  public void missed(Missed missed) {
    watchers.forEach((key, watching) -> {
      if (missed.concerns(key)) {
        watching.forEach(
            key.isRoom() ? watcher -> watcher.missedNews(key.roomId()) : ViewerWatcher::missed);
      }
    });
  }

  /** The merchants of whom somebody is watched here. */
  Set<String> watchedMerchants() {
    return watchers.keySet().stream().map(ViewerKey::merchantId).collect(Collectors.toSet());
  }

  /** Tells a merchant's watchers which version of the program is in force. */
  void programIs(String merchantId, long version) {
    watchers.forEach((viewer, watching) -> {
      if (viewer.merchantId().equals(merchantId)) {
        watching.forEach(watcher -> watcher.programIs(version));
      }
    });
  }

  /**
   * Serves a stream until its client has gone.
   *
   * @param roomId the room whose news are told too; empty: of none
   * @param toViewer whether a viewer watches, who is not told what is for staff only
   * @param standing reads the viewer's standing
   * @throws ServiceException OVERLOADED
   */
  void watch(
      ViewerKey viewer,
      String roomId,
      boolean toViewer,
      Supplier<Viewer> standing,
      ServerCallStreamObserver<WatchViewerResponse> stream) {
    places.take(viewer.merchantId());
    ViewerWatcher watcher = new ViewerWatcher(stream, toViewer, standing);
    List<ViewerKey> watched =
        roomId.isEmpty()
            ? List.of(viewer)
            : List.of(viewer, ViewerKey.room(viewer.merchantId(), roomId));
    // It listens before it first reads the standing, so that it misses nothing in between.
    watched.forEach(key -> add(key, watcher));
    places.serve(
        viewer.merchantId(),
        () -> {
          try {
            hear(watched, watcher);
          } finally {
            watched.forEach(key -> remove(key, watcher));
          }
        });
  }

  /** Serves a watcher while other nodes are heard of all that it watches. */
  private void hear(List<ViewerKey> watched, ViewerWatcher watcher) {
    if (watched.isEmpty()) {
      watcher.run();
      return;
    }
    try (Interests.Interest interest = interests.viewer(watched.getFirst())) {
      interest.awaitHeard();
      hear(watched.subList(1, watched.size()), watcher);
    }
  }

  /** What a viewer's action set off, or a room's own. */
  private void offer(ViewerKey key, List<Fact> facts) {
    Set<ViewerWatcher> watching = watchers.get(key);
    if (watching == null) {
      return;
    }
    if (key.isRoom()) {
      ViewerChange news =
          ViewerChange.newBuilder()
              .addAllFacts(Facts.roomNews(facts))
              .setRoomId(key.roomId())
              .build();
      if (news.getFactsCount() > 0) {
        watching.forEach(watcher -> watcher.offer(news));
      }
    } else {
      watching.forEach(watcher -> watcher.offer(facts));
    }
  }

  private void add(ViewerKey viewer, ViewerWatcher watcher) {
    watchers.compute(
        viewer,
        (key, watching) -> {
          Set<ViewerWatcher> set = watching == null ? ConcurrentHashMap.newKeySet() : watching;
          set.add(watcher);
          return set;
        });
  }

  private void remove(ViewerKey viewer, ViewerWatcher watcher) {
    watchers.computeIfPresent(
        viewer,
        (key, watching) -> {
          watching.remove(watcher);
          return watching.isEmpty() ? null : watching;
        });
  }
}
