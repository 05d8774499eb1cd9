package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.AnalyticsServiceGrpc.AnalyticsServiceBlockingStub;
import io.flywheel.v1.Event;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.RoomCounts;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.Visit;
import io.flywheel.v1.WatchTimePoint;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts by itself what goes on in rooms: it goes through the events in the order in which they
 * arrive, second by second where time is watched, and shares no code with the service. Events name
 * their broadcasts and happen at whole seconds.
 */
public final class RoomRecount {
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private final long silenceSeconds;
  private final Map<String, Broadcast> broadcasts = new TreeMap<>();
  private final Map<String, Viewer> viewers = new HashMap<>();
  private final Set<String> seenIds = new HashSet<>();

  /** A recount under a program with this longest silence. */
  public RoomRecount(long silenceSeconds) {
    this.silenceSeconds = silenceSeconds;
  }

  private static final class Broadcast {
    final String roomId;
    final String broadcastId;
    final RoomCounts.Builder totals = RoomCounts.newBuilder();
    final Map<Long, RoomCounts.Builder> minutes = new TreeMap<>();
    final Map<String, OneVisit> visits = new TreeMap<>();

    Broadcast(String roomId, String broadcastId) {
      this.roomId = roomId;
      this.broadcastId = broadcastId;
    }

    OneVisit visit(String viewerId) {
      return Objects.requireNonNull(visits.get(viewerId), () -> viewerId + " was never there");
    }
  }

  private static final class OneVisit {
    final RoomCounts.Builder counts = RoomCounts.newBuilder();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    long left = Long.MIN_VALUE;
    boolean firstVisit;

    boolean came() {
      return last != Long.MIN_VALUE;
    }

    long activity() {
      return counts.getLikes()
          + counts.getComments()
          + counts.getShares()
          + counts.getFollows()
          + counts.getClicks()
          + counts.getOrders();
    }
  }

  private static final class Viewer {
    final Set<Long> credited = new HashSet<>();
    final Set<String> orders = new HashSet<>();
    String room = "";
    String broadcast = "";
    long lastSeen;
  }

  /** Takes an event, as often as it is delivered. */
  public void add(Event event) {
    if (!seenIds.add(event.getEventId())) {
      return;
    }
    boolean isNew = !viewers.containsKey(event.getViewerId());
    Viewer viewer = viewers.computeIfAbsent(event.getViewerId(), unused -> new Viewer());
    long at = event.getOccurredAt().getSeconds();
    String room = event.getRoomId();
    String broadcast = event.getBroadcastId();
    OneVisit visit = visit(room, broadcast, event.getViewerId());
    switch (event.getWhatCase()) {
      case ENTERED -> {
        seen(visit, at, at);
        count(event, at, counts -> counts.setEntered(counts.getEntered() + 1));
        comeIn(viewer, event);
      }
      case LEFT -> {
        seen(visit, at, at);
        visit.left = Math.max(visit.left, at);
        if (viewer.room.equals(room) && at >= viewer.lastSeen) {
          goOut(viewer, event.getViewerId(), at);
        }
      }
      case WATCHED -> watched(viewer, visit, event);
      case ORDERED -> {
        if (!viewer.orders.add(event.getOrdered().getOrderId())) {
          return;
        }
        long amount = event.getOrdered().getAmountMinor();
        count(
            event,
            at,
            counts ->
                counts
                    .setOrders(counts.getOrders() + 1)
                    .setOrderedMinor(counts.getOrderedMinor() + amount));
      }
      case LIKED -> {
        seen(visit, at, at);
        count(event, at, c -> c.setLikes(c.getLikes() + event.getLiked().getCount()));
      }
      case COMMENTED -> {
        seen(visit, at, at);
        count(event, at, counts -> counts.setComments(counts.getComments() + 1));
      }
      case SHARED -> {
        seen(visit, at, at);
        count(event, at, counts -> counts.setShares(counts.getShares() + 1));
      }
      case FOLLOWED -> {
        seen(visit, at, at);
        count(event, at, counts -> counts.setFollows(counts.getFollows() + 1));
      }
      case CLICKED -> {
        seen(visit, at, at);
        count(event, at, counts -> counts.setClicks(counts.getClicks() + 1));
      }
      case LEAD_SUBMITTED -> count(event, at, counts -> counts.setLeads(counts.getLeads() + 1));
      case JOINED_GROUP ->
          count(event, at, counts -> counts.setGroupJoins(counts.getGroupJoins() + 1));
      default -> throw new IllegalArgumentException(event.toString());
    }
    visit.firstVisit |= isNew && visit.came();
  }

  private void comeIn(Viewer viewer, Event event) {
    long at = event.getOccurredAt().getSeconds();
    if (at < viewer.lastSeen) {
      return;
    }
    if (!viewer.room.isEmpty() && !viewer.room.equals(event.getRoomId())) {
      goOut(viewer, event.getViewerId(), at);
    }
    viewer.room = event.getRoomId();
    viewer.broadcast = event.getBroadcastId();
    viewer.lastSeen = at;
  }

  private void goOut(Viewer viewer, String viewerId, long at) {
    OneVisit visit = visit(viewer.room, viewer.broadcast, viewerId);
    visit.left = Math.max(visit.left, at);
    viewer.room = "";
    viewer.broadcast = "";
    viewer.lastSeen = 0;
  }

  /**
   * A moment is credited once, and told again it is still a sign of life. The seconds of a day that
   * an event brings count from the first of them on.
   */
  private void watched(Viewer viewer, OneVisit visit, Event event) {
    Map<LocalDate, List<Long>> days = new TreeMap<>();
    long start = event.getWatched().getStartedAt().getSeconds();
    long end = event.getWatched().getEndedAt().getSeconds();
    seen(visit, start, end);
    for (long at = start; at < end; at++) {
      if (viewer.credited.add(at)) {
        LocalDate day = Instant.ofEpochSecond(at).atZone(ZONE).minusHours(4).toLocalDate();
        days.computeIfAbsent(day, unused -> new ArrayList<>()).add(at);
      }
    }
    days.values()
        .forEach(seconds -> {
          long first = seconds.get(0);
          for (int i = 0; i < seconds.size(); i++) {
            count(event, first + i, c -> c.setWatchedMillis(c.getWatchedMillis() + 1_000));
          }
        });
  }

  private OneVisit visit(String room, String broadcast, String viewerId) {
    return broadcast(room, broadcast).visits.computeIfAbsent(viewerId, unused -> new OneVisit());
  }

  private Broadcast broadcast(String room, String broadcast) {
    return broadcasts.computeIfAbsent(
        room + " " + broadcast, unused -> new Broadcast(room, broadcast));
  }

  private static void seen(OneVisit visit, long from, long to) {
    visit.first = Math.min(visit.first, from);
    visit.last = Math.max(visit.last, to);
  }

  private void count(Event event, long at, java.util.function.Consumer<RoomCounts.Builder> count) {
    Broadcast broadcast = broadcast(event.getRoomId(), event.getBroadcastId());
    count.accept(broadcast.totals);
    count.accept(broadcast.minutes.computeIfAbsent(at / 60, unused -> RoomCounts.newBuilder()));
    count.accept(broadcast.visit(event.getViewerId()).counts);
  }

  /** Fails unless the service says the same of every broadcast; rewards are not recounted. */
  public void assertSame(AnalyticsServiceBlockingStub figures, long nowSeconds) {
    assertThat(broadcasts).isNotEmpty();
    broadcasts
        .values()
        .forEach(broadcast -> {
          RoomReport report =
              figures
                  .getRoomReport(
                      GetRoomReportRequest.newBuilder()
                          .setRoomId(broadcast.roomId)
                          .setBroadcastId(broadcast.broadcastId)
                          .build())
                  .getReport();
          assertSame(broadcast, report, nowSeconds);
        });
  }

  private void assertSame(Broadcast broadcast, RoomReport report, long now) {
    String of = broadcast.roomId + " " + broadcast.broadcastId + " ";
    List<OneVisit> came = broadcast.visits.values().stream().filter(OneVisit::came).toList();
    assertThat(report.getViewers()).as(of + "viewers").isEqualTo(came.size());
    assertThat(report.getViewersNow())
        .as(of + "viewers now")
        .isEqualTo((int) came.stream().filter(v -> isPresent(v, now)).count());
    assertThat(report.getFirstVisits())
        .as(of + "first visits")
        .isEqualTo((int) came.stream().filter(v -> v.firstVisit).count());
    assertThat(withoutRewards(report.getTotals()))
        .as(of + "totals")
        .isEqualTo(broadcast.totals.build());
    if (!came.isEmpty()) {
      assertThat(report.getStartedAt().getSeconds())
          .as(of + "start")
          .isEqualTo(came.stream().mapToLong(v -> v.first).min().orElseThrow());
      assertThat(report.getLastSeenAt().getSeconds())
          .as(of + "latest sign of life")
          .isEqualTo(came.stream().mapToLong(v -> v.last).max().orElseThrow());
    }
    for (WatchTimePoint point : report.getWatchCurveList()) {
      long longEnough =
          came.stream()
              .filter(v -> v.counts.getWatchedMillis() >= 1_000L * point.getSeconds())
              .count();
      assertThat(point.getViewers()).as(of + point.getSeconds() + " s").isEqualTo(longEnough);
    }
    assertThat(report.getWatchCurveList())
        .extracting(WatchTimePoint::getSeconds)
        .contains(0, 180, 300, 900);
    assertThat(minutes(report)).as(of + "minutes").isEqualTo(latestMinutes(broadcast));
    assertThat(report.getNewestList())
        .as(of + "newest")
        .extracting(Visit::getViewerId)
        .isEqualTo(newest(broadcast));
    assertThat(report.getMostActiveList())
        .as(of + "most active")
        .extracting(Visit::getViewerId)
        .isEqualTo(mostActive(broadcast));
    report
        .getMostActiveList()
        .forEach(visit -> assertSame(broadcast.visit(visit.getViewerId()), visit, now));
  }

  private void assertSame(OneVisit expected, Visit visit, long now) {
    assertThat(withoutRewards(visit.getCounts())).isEqualTo(expected.counts.build());
    assertThat(visit.getEnteredAt()).isEqualTo(Timestamps.fromSeconds(expected.first));
    assertThat(visit.getLastSeenAt()).isEqualTo(Timestamps.fromSeconds(expected.last));
    assertThat(visit.getPresent()).isEqualTo(isPresent(expected, now));
    assertThat(visit.getFirstVisit()).isEqualTo(expected.firstVisit);
  }

  private boolean isPresent(OneVisit visit, long now) {
    return visit.last > visit.left && visit.last >= now - silenceSeconds;
  }

  private static List<String> newest(Broadcast broadcast) {
    return broadcast.visits.entrySet().stream()
        .filter(visit -> visit.getValue().came())
        .sorted(
            Comparator.<Map.Entry<String, OneVisit>>comparingLong(visit -> -visit.getValue().first)
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .limit(10)
        .toList();
  }

  private static List<String> mostActive(Broadcast broadcast) {
    return broadcast.visits.entrySet().stream()
        .filter(visit -> visit.getValue().came() && visit.getValue().activity() > 0)
        .sorted(
            Comparator.<Map.Entry<String, OneVisit>>comparingLong(
                    visit -> -visit.getValue().activity())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .limit(10)
        .toList();
  }

  private static Map<Long, RoomCounts> minutes(RoomReport report) {
    Map<Long, RoomCounts> minutes = new TreeMap<>();
    report
        .getMinutesList()
        .forEach(minute -> {
          RoomCounts counts = withoutRewards(minute.getCounts());
          if (!counts.equals(RoomCounts.getDefaultInstance())) {
            minutes.put(minute.getMinute().getSeconds() / 60, counts);
          }
        });
    return minutes;
  }

  private static Map<Long, RoomCounts> latestMinutes(Broadcast broadcast) {
    Map<Long, RoomCounts> minutes = new TreeMap<>();
    long last = broadcast.minutes.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    broadcast.minutes.forEach((minute, counts) -> {
      if (minute > last - 60) {
        minutes.put(minute, counts.build());
      }
    });
    return minutes;
  }

  private static RoomCounts withoutRewards(RoomCounts counts) {
    return counts.toBuilder()
        .clearCheckIns()
        .clearTiersReached()
        .clearRewards()
        .clearPoints()
        // Which order is the second, and which follow the first, is by when they arrive.
        .clearRepurchases()
        .clearNewFollowers()
        // Whom invites brought is not in the events.
        .clearReferred()
        .clearReferredFollowers()
        .build();
  }
}
