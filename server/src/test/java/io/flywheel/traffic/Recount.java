package io.flywheel.traffic;

import io.flywheel.v1.Event;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts by itself what recorded traffic earns under {@code traffic/program.yaml}: it keeps every
 * event's trace and reckons at the end, the plainest way there is, and shares no code with the
 * service.
 */
public final class Recount {
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private final Map<String, Trace> traces = new TreeMap<>();

  private static final class Trace {
    final Set<LocalDate> daysEntered = new TreeSet<>();
    final List<String> comments = new ArrayList<>();
    final List<Long> commentSeconds = new ArrayList<>();
    final List<Interval> watched = new ArrayList<>();
    final Map<String, Long> orders = new HashMap<>();
  }

  /** Keeps what an event tells. */
  public void add(Event event) {
    Trace trace = traces.computeIfAbsent(event.getViewerId(), unused -> new Trace());
    long second = event.getOccurredAt().getSeconds();
    switch (event.getWhatCase()) {
      case ENTERED -> trace.daysEntered.add(day(second));
      case COMMENTED -> {
        trace.comments.add(event.getCommented().getText());
        trace.commentSeconds.add(second);
      }
      case WATCHED ->
          trace.watched.add(
              new Interval(
                  event.getBroadcastId(),
                  event.getWatched().getStartedAt().getSeconds(),
                  event.getWatched().getEndedAt().getSeconds()));
      case ORDERED ->
          trace.orders.putIfAbsent(
              event.getOrdered().getOrderId(), event.getOrdered().getAmountMinor());
      default -> throw new IllegalArgumentException(event.toString());
    }
  }

  /**
   * The points of each viewer for each task, and for checking in under "check-in"; zeros are left
   * out.
   */
  public Map<String, Map<String, Long>> points() {
    Map<String, Map<String, Long>> points = new TreeMap<>();
    traces.forEach((viewer, trace) -> {
      Map<String, Long> own = new TreeMap<>();
      own.put("check-in", checkIn(trace));
      own.put("comments", tiers(trace.comments.size(), 10, 1, 100, 7));
      own.put("daily-lengths", dailyLengths(trace));
      own.put("paced", paced(trace));
      own.put("watch", watch(trace));
      own.put("days", days(trace));
      own.put("spending", trace.orders.values().stream().mapToLong(each -> each).sum() / 100);
      own.put("long-comment", longComments(trace));
      own.values().removeIf(amount -> amount == 0);
      if (!own.isEmpty()) {
        points.put(viewer, own);
      }
    });
    return points;
  }

  private static LocalDate day(long second) {
    return Instant.ofEpochSecond(second).atZone(ZONE).minusHours(4).toLocalDate();
  }

  private static long tiers(long count, long... thresholdsAndPoints) {
    long points = 0;
    for (int i = 0; i < thresholdsAndPoints.length; i += 2) {
      points += count >= thresholdsAndPoints[i] ? thresholdsAndPoints[i + 1] : 0;
    }
    return points;
  }

  private static long checkIn(Trace trace) {
    long points = tiers(trace.daysEntered.size(), 2, 100, 5, 300);
    int streak = 0;
    LocalDate before = LocalDate.MIN;
    for (LocalDate day : trace.daysEntered) {
      streak = before.equals(day.minusDays(1)) ? streak + 1 : 1;
      points += streak == 1 ? 2 : streak == 2 ? 5 : streak == 3 ? 11 : 0;
      before = day;
    }
    return points;
  }

  private static long dailyLengths(Trace trace) {
    Map<LocalDate, Set<String>> textsByDay = new HashMap<>();
    for (int i = 0; i < trace.comments.size(); i++) {
      if (!trace.comments.get(i).isEmpty()) {
        textsByDay
            .computeIfAbsent(day(trace.commentSeconds.get(i)), unused -> new HashSet<>())
            .add(trace.comments.get(i));
      }
    }
    return textsByDay.values().stream().mapToLong(texts -> tiers(texts.size(), 5, 3, 20, 13)).sum();
  }

  private static long paced(Trace trace) {
    Map<Long, Integer> byMinute = new HashMap<>();
    Map<LocalDate, Integer> byDay = new HashMap<>();
    for (long second : trace.commentSeconds) {
      if (byMinute.merge(second / 60, 1, Integer::sum) <= 2) {
        byDay.merge(day(second), 1, Integer::sum);
      }
    }
    return byDay.values().stream().mapToLong(count -> count / 4).sum();
  }

  /** A moment is credited once, to the broadcast of the interval that was reported first. */
  private static long watch(Trace trace) {
    Map<String, Set<Long>> secondsByBroadcast = new HashMap<>();
    Set<Long> credited = new HashSet<>();
    for (Interval interval : trace.watched) {
      for (long second = interval.start; second < interval.end; second++) {
        if (credited.add(second)) {
          secondsByBroadcast
              .computeIfAbsent(interval.broadcast, unused -> new HashSet<>())
              .add(second);
        }
      }
    }
    return secondsByBroadcast.values().stream()
        .mapToLong(seconds -> tiers(seconds.size(), 180, 17, 300, 19, 900, 23))
        .sum();
  }

  private record Interval(String broadcast, long start, long end) {}

  private static long days(Trace trace) {
    Map<LocalDate, Integer> byWeek = new HashMap<>();
    for (LocalDate day : trace.daysEntered) {
      byWeek.merge(day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)), 1, Integer::sum);
    }
    return byWeek.values().stream().mapToLong(count -> tiers(count, 2, 29, 4, 31)).sum();
  }

  /** Long comments count once the viewer has written a hundred, the hundredth not among them. */
  private static long longComments(Trace trace) {
    long count = trace.comments.stream().skip(100).filter(text -> text.length() > 100).count();
    return tiers(count, 3, 37);
  }
}
