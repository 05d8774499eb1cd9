package io.flywheel.analytics;

import io.flywheel.v1.DayReport;
import io.flywheel.v1.Distinct;
import io.flywheel.v1.Quantiles;
import io.flywheel.v1.WatchTimePoint;
import java.util.ArrayList;
import java.util.List;

/** What the visits of days come to. Used by one thread. */
final class DaySum {
  /** Up to so many visits, different viewers are counted one by one. */
  static final long MAX_EXACT_VISITS = 2_000_000;

  /** Of more visits, one viewer of so many is counted. */
  static final int ONE_OF = 16;

  /** Longer watch times are one group. */
  static final int MAX_MINUTES = 720;

  /** Visits of so many minutes and more count as highly retained. */
  static final int HIGH_RETENTION = 15;

  private static final int[] MARKS = {3, 5, HIGH_RETENTION};

  private final long[] visitsByMinutes = new long[MAX_MINUTES + 1];
  private final Counts counts = new Counts();
  private long visits;
  private long firstVisits;
  private long followed;

  void add(FiguresDao.BroadcastPart part) {
    visitsByMinutes[part.watchedMinutes()] += part.visits();
    counts.addAll(part.counts());
    visits += part.visits();
    firstVisits += part.firstVisits();
    followed += part.followed();
  }

  long visits() {
    return visits;
  }

  DayReport.Builder toProto(Distinct viewers) {
    DayReport.Builder day =
        DayReport.newBuilder()
            .setVisits(visits)
            .setViewers(viewers)
            .setCounts(counts.toProto())
            .setFirstVisits(firstVisits);
    for (int mark : MARKS) {
      day.addWatched3515Minutes(atLeast(mark));
    }
    if (visits > 0) {
      day.setStayMillis(counts.of(Figure.WATCHED_MILLIS) / visits)
          .setInteractionsPerMille(counts.interactions() * 1_000 / visits)
          .setFollowPerMille((int) (followed * 1_000 / visits))
          .setHighRetentionPerMille((int) (atLeast(HIGH_RETENTION) * 1_000 / visits))
          .setWatchQuantiles(
              Quantiles.newBuilder()
                  .setMedianMinutes(reachedBy((visits + 1) / 2))
                  .setTopTenthMinutes(reachedBy((visits + 9) / 10)));
    }
    return day;
  }

  /** How many visits had at least so much watch time, minute by minute up to an hour. */
  List<WatchTimePoint> curve() {
    List<WatchTimePoint> points = new ArrayList<>();
    for (int minutes = 0; minutes <= 60; minutes++) {
      points.add(
          WatchTimePoint.newBuilder()
              .setSeconds(minutes * 60)
              .setViewers((int) Math.min(Integer.MAX_VALUE, atLeast(minutes)))
              .build());
    }
    return points;
  }

  private long atLeast(int minutes) {
    long found = 0;
    for (int i = minutes; i <= MAX_MINUTES; i++) {
      found += visitsByMinutes[i];
    }
    return found;
  }

  /** The most minutes that so many visits have at least. */
  private int reachedBy(long wanted) {
    long found = 0;
    for (int minutes = MAX_MINUTES; minutes > 0; minutes--) {
      found += visitsByMinutes[minutes];
      if (found >= wanted) {
        return minutes;
      }
    }
    return 0;
  }
}
