package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.engine.Action;
import io.flywheel.engine.Commit;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.Interests;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.WatchPlaces;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Viewer;
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
  public void viewerCommittedElsewhere(Commit commit) {
    offer(commit.viewer(), commit.facts());
  }

  @Override
  public void missed(Missed missed) {
    watchers.forEach((viewer, watching) -> {
      if (missed.concerns(viewer)) {
        watching.forEach(ViewerWatcher::missed);
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
   * @param toViewer whether a viewer watches, who is not told what is for staff only
   * @param standing reads the viewer's standing
   * @throws ServiceException OVERLOADED
   */
  void watch(
      ViewerKey viewer,
      boolean toViewer,
      Supplier<Viewer> standing,
      ServerCallStreamObserver<WatchViewerResponse> stream) {
    places.take(viewer.merchantId());
    ViewerWatcher watcher = new ViewerWatcher(stream, toViewer, standing);
    // It listens before it first reads the standing, so that it misses nothing in between.
    add(viewer, watcher);
    places.serve(
        viewer.merchantId(),
        () -> {
          try (Interests.Interest interest = interests.viewer(viewer)) {
            interest.awaitHeard();
            watcher.run();
          } finally {
            remove(viewer, watcher);
          }
        });
  }

  private void offer(ViewerKey viewer, List<Fact> facts) {
    Set<ViewerWatcher> watching = watchers.get(viewer);
    if (watching != null) {
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
