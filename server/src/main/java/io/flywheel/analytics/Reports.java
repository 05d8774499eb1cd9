package io.flywheel.analytics;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.analytics.FiguresDao.ActiveRoom;
import io.flywheel.analytics.FiguresDao.Attendance;
import io.flywheel.analytics.FiguresDao.Audience;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.ListRoomsResponse;
import io.flywheel.v1.ListVisitsResponse;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.RoomSummary;
import io.flywheel.v1.Visit;
import io.flywheel.v1.WatchTimePoint;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** Puts figures together, each answer from one moment's state of the database. Thread-safe. */
final class Reports {
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int MAX_IN_LIST = 10;
  private static final int MAX_PRESENT = 500;
  private static final int MINUTES = 60;
  private static final Duration ROOMS_OF = Duration.ofDays(30);

  /** However many ask at once, the database is left to those who write. */
  private static final int MAX_CALLS_AT_ONCE = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** The watch times of the curve, in minutes. Every viewer is counted in whole minutes. */
  private static final int[] CURVE_MINUTES = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 90, 120, 150, 180, 240, 300,
    360, 480, 600, 720
  };

  /** Up to here the curve is told even if nobody watched for as long. */
  private static final int CURVE_AT_LEAST_MINUTES = 15;

  /**
   * The figures of a merchant's rooms that are watched share what is folded for one of them; a bit
   * less than the time between two reads of a room.
   */
  private static final Duration SHARED_WITHIN = Duration.ofMillis(900);

  private final Database database;
  private final ProgramStore programs;
  private final PendingFigures pending;
  private final FiguresDao dao;
  private final Clock clock;
  private final Semaphore calls = new Semaphore(MAX_CALLS_AT_ONCE, true);

  @Inject
  Reports(
      Database database,
      ProgramStore programs,
      PendingFigures pending,
      FiguresDao dao,
      Clock clock) {
    this.database = database;
    this.programs = programs;
    this.pending = pending;
    this.dao = dao;
    this.clock = clock;
  }

  /**
   * The figures of a broadcast.
   *
   * @param broadcastId empty: the latest
   * @throws ServiceException OVERLOADED
   */
  RoomReport report(String merchantId, String roomId, String broadcastId) {
    return inTurn(() -> {
      pending.bringUpToDate(merchantId);
      return compose(merchantId, roomId, broadcastId);
    });
  }

  /**
   * The figures of the latest broadcast, of up to a second ago; the caller sees to it that not too
   * many are read.
   */
  RoomReport latest(String merchantId, String roomId) {
    pending.bringUpToDate(merchantId, SHARED_WITHIN);
    return compose(merchantId, roomId, "");
  }

  private RoomReport compose(String merchantId, String roomId, String broadcastId) {
    return read(handle -> {
      Optional<String> broadcast =
          broadcastId.isEmpty()
              ? dao.latestBroadcast(handle, merchantId, roomId)
              : Optional.of(broadcastId);
      Place place = new Place(merchantId, roomId, broadcast.orElse(""));
      RoomReport.Builder report =
          RoomReport.newBuilder()
              .setRoomId(roomId)
              .setBroadcastId(place.broadcastId())
              .setReadAt(Timestamps.fromMillis(clock.millis()));
      long presentSince = presentSince(handle, merchantId);
      addAudience(report, dao.audience(handle, place, lastOfCurve(), presentSince));
      dao.latestMinute(handle, place)
          .ifPresent(
              latest -> report.addAllMinutes(dao.minutes(handle, place, latest - MINUTES + 1)));
      return report
          .addAllNewest(dao.newest(handle, place, presentSince, MAX_IN_LIST))
          .addAllMostActive(dao.mostActive(handle, place, presentSince, MAX_IN_LIST))
          .build();
    });
  }

  /**
   * Who is at the latest broadcast of a room now, the latest first, of those who came last.
   *
   * @throws ServiceException OVERLOADED
   */
  List<Visit> present(String merchantId, String roomId) {
    return inTurn(() -> {
      pending.bringUpToDate(merchantId);
      return read(handle -> {
        String broadcastId = dao.latestBroadcast(handle, merchantId, roomId).orElse("");
        Place place = new Place(merchantId, roomId, broadcastId);
        long presentSince = presentSince(handle, merchantId);
        return dao.newest(handle, place, presentSince, MAX_PRESENT).stream()
            .filter(Visit::getPresent)
            .toList();
      });
    });
  }

  /**
   * The merchant's rooms of late.
   *
   * @throws ServiceException OVERLOADED
   */
  ListRoomsResponse rooms(String merchantId, int pageSize, String pageToken) {
    PageTokens tokens = new PageTokens("rooms", merchantId);
    List<String> key = tokens.read(pageToken);
    ActiveRoom after =
        key.isEmpty()
            ? new ActiveRoom("", Long.MAX_VALUE)
            : new ActiveRoom(key.get(1), Long.parseLong(key.get(0)));
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    return inTurn(() -> {
      pending.bringUpToDate(merchantId);
      return read(handle -> {
        long since = clock.instant().minus(ROOMS_OF).toEpochMilli();
        List<ActiveRoom> found = dao.rooms(handle, merchantId, since, after, size + 1);
        List<ActiveRoom> page = found.subList(0, Math.min(size, found.size()));
        long presentSince = presentSince(handle, merchantId);
        ListRoomsResponse.Builder answer = ListRoomsResponse.newBuilder();
        page.forEach(
            room -> answer.addRooms(summary(handle, merchantId, room.roomId(), presentSince)));
        if (found.size() > size) {
          ActiveRoom last = page.get(size - 1);
          answer.setNextPageToken(
              tokens.after(Long.toString(last.lastSeenMillis()), last.roomId()));
        }
        return answer.build();
      });
    });
  }

  /** A viewer's visits. */
  ListVisitsResponse visits(ViewerKey viewer, int pageSize, String pageToken) {
    PageTokens tokens = new PageTokens("visits", viewer.merchantId(), viewer.viewerId());
    List<String> key = tokens.read(pageToken);
    VisitPosition before =
        key.isEmpty()
            ? VisitPosition.FIRST
            : new VisitPosition(Long.parseLong(key.get(0)), key.get(1), key.get(2));
    int size = pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
    pending.bringUpToDate(viewer.merchantId());
    return read(handle -> {
      long presentSince = presentSince(handle, viewer.merchantId());
      List<Visit> found = dao.visits(handle, viewer, before, presentSince, size + 1);
      List<Visit> page = found.subList(0, Math.min(size, found.size()));
      ListVisitsResponse.Builder answer = ListVisitsResponse.newBuilder().addAllVisits(page);
      if (found.size() > size) {
        Visit last = page.get(size - 1);
        answer.setNextPageToken(
            tokens.after(
                Long.toString(Timestamps.toMillis(last.getEnteredAt())),
                last.getRoomId(),
                last.getBroadcastId()));
      }
      return answer.build();
    });
  }

  private RoomSummary summary(Handle handle, String merchantId, String roomId, long presentSince) {
    String broadcastId = dao.latestBroadcast(handle, merchantId, roomId).orElse("");
    Attendance attendance =
        dao.attendance(handle, new Place(merchantId, roomId, broadcastId), presentSince);
    return RoomSummary.newBuilder()
        .setRoomId(roomId)
        .setBroadcastId(broadcastId)
        .setStartedAt(Timestamps.fromMillis(attendance.startedMillis()))
        .setLastSeenAt(Timestamps.fromMillis(attendance.lastSeenMillis()))
        .setViewersNow(attendance.present())
        .setViewers(attendance.viewers())
        .build();
  }

  private static void addAudience(RoomReport.Builder report, List<Audience> groups) {
    long started = Tally.NEVER_CAME;
    long lastSeen = 0;
    Counts totals = new Counts();
    int[] viewersByMinutes = new int[lastOfCurve() + 1];
    for (Audience group : groups) {
      report
          .setViewers(report.getViewers() + group.viewers())
          .setViewersNow(report.getViewersNow() + group.present())
          .setFirstVisits(report.getFirstVisits() + group.firstVisits());
      started = Math.min(started, group.startedMillis());
      lastSeen = Math.max(lastSeen, group.lastSeenMillis());
      viewersByMinutes[group.watchedMinutes()] = group.viewers();
      totals.addAll(group.counts());
    }
    report.setTotals(totals.toProto());
    addCurve(report, viewersByMinutes);
    if (lastSeen > 0) {
      report
          .setStartedAt(Timestamps.fromMillis(started))
          .setLastSeenAt(Timestamps.fromMillis(lastSeen));
    }
  }

  private static void addCurve(RoomReport.Builder report, int[] viewersByMinutes) {
    int viewers = report.getViewers();
    int minutes = 0;
    for (int point : CURVE_MINUTES) {
      for (; minutes < point; minutes++) {
        viewers -= viewersByMinutes[minutes];
      }
      if (viewers == 0 && point > CURVE_AT_LEAST_MINUTES) {
        return;
      }
      report.addWatchCurve(
          WatchTimePoint.newBuilder()
              .setSeconds((int) Duration.ofMinutes(point).toSeconds())
              .setViewers(viewers));
    }
  }

  /** The earliest last sign of life of somebody who is still there. */
  private long presentSince(Handle handle, String merchantId) {
    CompiledProgram program = programs.current(handle, List.of(merchantId)).get(merchantId);
    // Without a program nobody has done anything yet.
    return program == null
        ? Long.MAX_VALUE
        : clock.millis() - Durations.toMillis(program.program().getPresence().getLongestSilence());
  }

  /** What goes along the viewers of a broadcast may take long, so that few do at a time. */
  private <T> T inTurn(Supplier<T> work) {
    try {
      if (!calls.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw ServiceException.overloaded(RETRY_AFTER);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      return work.get();
    } finally {
      calls.release();
    }
  }

  private <T> T read(Function<Handle, T> queries) {
    return database.inSnapshot(queries::apply);
  }

  private static int lastOfCurve() {
    return CURVE_MINUTES[CURVE_MINUTES.length - 1];
  }
}
