package io.flywheel.fulfillment;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSection;
import io.flywheel.v1.Grant;
import io.flywheel.v1.Viewer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * A viewer's newest grants. Those that are plain never change, so a node keeps them in memory: the
 * viewer's state, which is read each time, tells by the number of the latest whether they are all
 * there, whichever node granted them. Thread-safe.
 */
final class NewestGrants implements ViewerSection {
  private static final int MAX_GRANTS = 50;

  /** How many grants are kept in memory, of half a kilobyte each. */
  private static final int MAX_KEPT = 30_000;

  /** How long those may still be shown that have been forgotten in the database meanwhile. */
  private static final Duration KEPT_FOR = Duration.ofMinutes(10);

  private final Cache<ViewerKey, Kept> kept =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KEPT)
          .weigher((ViewerKey viewer, Kept some) -> some.grants().size())
          .expireAfterWrite(KEPT_FOR)
          .build();

  private final GrantSlice grants;
  private final Newest plain;
  private final Newest all;

  @Inject
  NewestGrants(GrantSlice grants, GrantDao dao) {
    this.grants = grants;
    this.plain = new Newest(dao, true);
    this.all = new Newest(dao, false);
  }

  /**
   * The newest grants of a viewer, all plain.
   *
   * @param latest the number of the latest
   * @param firstSeenAt when the viewer was first seen: one who was forgotten may come back and be
   *     granted as many
   */
  private record Kept(long latest, Timestamp firstSeenAt, List<Grant> grants) {}

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    GrantState known = view.get(grants);
    if (known.getGrants() > 0) {
      viewer.addAllGrants(known.getPlain() ? plain(view, known.getGrants()) : view.get(all));
    }
  }

  private List<Grant> plain(StateView view, long latest) {
    Timestamp firstSeenAt = view.profile().getFirstSeenAt();
    Kept known = kept.getIfPresent(view.viewer());
    if (known != null && known.latest() == latest && known.firstSeenAt().equals(firstSeenAt)) {
      return known.grants();
    }
    List<Grant> read = view.get(plain);
    // They are read by a statement of their own, and so may be older than the state, or newer.
    if (!read.isEmpty() && read.getFirst().getGrantNumber() == latest) {
      kept.put(view.viewer(), new Kept(latest, firstSeenAt, read));
    }
    return read;
  }

  /** The newest grants, which can only be looked at. */
  private static final class Newest implements Slice<ViewerKey, List<Grant>> {
    private final GrantDao dao;
    private final boolean plain;

    /**
     * The grants of some viewers.
     *
     * @param plain whether no more is told of them than what was granted
     */
    Newest(GrantDao dao, boolean plain) {
      this.dao = dao;
      this.plain = plain;
    }

    @Override
    public List<Grant> initial(ViewerKey key) {
      return List.of();
    }

    @Override
    public void load(
        Script script,
        SortedSet<ViewerKey> keys,
        boolean lock,
        BiConsumer<ViewerKey, List<Grant>> found) {
      Map<ViewerKey, List<Grant>> sofar = new HashMap<>();
      dao.newest(
          script,
          keys,
          MAX_GRANTS,
          plain,
          (key, grant) -> {
            List<Grant> grants = sofar.computeIfAbsent(key, unused -> new ArrayList<>());
            grants.add(grant);
            found.accept(key, grants);
          });
    }

    @Override
    public void save(Script script, Map<ViewerKey, List<Grant>> changed) {
      throw new UnsupportedOperationException("grants are added by the appender alone");
    }
  }
}
