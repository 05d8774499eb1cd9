package io.flywheel.audience;

import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.ViewerProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the index up to date with viewers' states. What is written is made of what is committed,
 * so that it may be made again at any time. Thread-safe.
 */
final class AudienceIndex {
  private static final Set<String> FIELDS =
      Set.of(
          "first_seen_at",
          "shown_as",
          "tags",
          "level",
          "level_id",
          "streak",
          "check_ins",
          "points",
          "orders",
          "ordered_minor");

  /** What differs by less than this in when a viewer was seen is not worth writing. */
  private static final long COARSE_MILLIS = 60_000;

  private static final int PAGE = 250;

  private final Database database;
  private final Engine engine;
  private final AudienceDao dao;

  @Inject
  AudienceIndex(Database database, Engine engine, AudienceDao dao) {
    this.database = database;
    this.engine = engine;
    this.dao = dao;
  }

  /** When and where a viewer was active last. */
  record Seen(long millis, String roomId) {
    Seen later(Seen other) {
      return other.millis >= millis
          ? new Seen(other.millis, other.roomId.isEmpty() ? roomId : other.roomId)
          : new Seen(millis, roomId.isEmpty() ? other.roomId : roomId);
    }
  }

  /** What is known of a viewer now; not in the index. */
  AudienceMember now(ViewerKey viewer) {
    return engine.read(viewer, view -> compose(view, null, null));
  }

  /**
   * Brings viewers of a merchant up to date.
   *
   * @param seen when they were active, where it is known; else what the index has stays
   */
  void update(String merchantId, Collection<String> viewerIds, Map<String, Seen> seen) {
    List<String> all = List.copyOf(viewerIds);
    for (int from = 0; from < all.size(); from += PAGE) {
      updatePage(merchantId, all.subList(from, Math.min(from + PAGE, all.size())), seen);
    }
  }

  private void updatePage(String merchantId, List<String> viewerIds, Map<String, Seen> seen) {
    Map<String, AudienceMember> before =
        database.read(handle -> dao.members(handle, merchantId, viewerIds));
    List<AudienceMember> now =
        engine.readAll(
            viewerIds.stream().map(id -> new ViewerKey(merchantId, id)).toList(),
            view -> {
              String viewerId = view.viewer().viewerId();
              return compose(view, before.get(viewerId), seen.get(viewerId));
            });
    List<AudienceMember> changed = new ArrayList<>();
    List<AudienceDao.FacetRow> found = new ArrayList<>();
    List<AudienceDao.FacetRow> foundNoMore = new ArrayList<>();
    for (AudienceMember member : now) {
      AudienceMember former = before.get(member.getViewerId());
      if (!member.hasFirstSeenAt() || (former != null && isAlike(former, member))) {
        continue;
      }
      changed.add(member);
      Set<String> facets = Facets.of(member);
      facets.forEach(facet -> found.add(new AudienceDao.FacetRow(facet, member)));
      if (former != null) {
        Facets.of(former).stream()
            .filter(facet -> !facets.contains(facet))
            .forEach(facet -> foundNoMore.add(new AudienceDao.FacetRow(facet, member)));
      }
    }
    if (!changed.isEmpty()) {
      database.inTransaction(handle -> {
        dao.save(handle, merchantId, changed, found, foundNoMore);
        return null;
      });
    }
  }

  private static boolean isAlike(AudienceMember former, AudienceMember member) {
    long later =
        Timestamps.toMillis(member.getLastSeenAt()) - Timestamps.toMillis(former.getLastSeenAt());
    return later < COARSE_MILLIS
        && former.toBuilder().setLastSeenAt(member.getLastSeenAt()).build().equals(member);
  }

  private static AudienceMember compose(
      StateView view, @Nullable AudienceMember before, @Nullable Seen seen) {
    ViewerProfile profile = view.profileNow(FIELDS);
    Seen latest = new Seen(Timestamps.toMillis(profile.getFirstSeenAt()), "");
    if (profile.hasPresence()) {
      latest =
          latest.later(
              new Seen(
                  Timestamps.toMillis(profile.getPresence().getLastSeenAt()),
                  profile.getPresence().getRoomId()));
    }
    if (before != null) {
      latest =
          latest.later(new Seen(Timestamps.toMillis(before.getLastSeenAt()), before.getRoomId()));
    }
    if (seen != null) {
      latest = latest.later(seen);
    }
    AudienceMember.Builder member =
        AudienceMember.newBuilder()
            .setViewerId(view.viewer().viewerId())
            .addAllTags(profile.getTagsList())
            .setLevel(profile.getLevel())
            .setLevelId(profile.getLevelId())
            .setStreak(profile.getStreak())
            .setCheckIns(profile.getCheckIns())
            .setPoints(profile.getPoints())
            .setOrders(profile.getOrders())
            .setOrderedMinor(profile.getOrderedMinor())
            .setRoomId(latest.roomId)
            .setLastSeenAt(millis(latest.millis));
    if (profile.hasShownAs()) {
      member.setShownAs(profile.getShownAs());
    }
    if (profile.hasFirstSeenAt()) {
      member.setFirstSeenAt(profile.getFirstSeenAt());
    }
    return member.build();
  }

  private static Timestamp millis(long millis) {
    return Timestamps.fromMillis(millis);
  }

  /** Where viewers were active, as it becomes known; for one thread. */
  static final class Sightings {
    private final Map<String, Seen> byViewer = new HashMap<>();

    void add(String viewerId, Seen seen) {
      byViewer.merge(viewerId, seen, Seen::later);
    }

    Map<String, Seen> byViewer() {
      return byViewer;
    }
  }
}
