package io.flywheel.promises;

import io.flywheel.v1.Event;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.WeekFields;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one viewer's events come to, reckoned the plainest way there is; it shares no code with the
 * service.
 */
final class ReferenceModel {
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  /**
   * A task. Its window is once, day, week or broadcast; its count times, amount, texts, days or
   * seconds.
   *
   * @param cap the most tiers that are paid; 0: no cap
   * @param rate how often it counts in three hours; 0: no limit
   * @param requires the task before it; empty: none
   */
  record Rule(
      String id,
      String trigger,
      String count,
      String window,
      boolean repeat,
      int cap,
      int rate,
      String requires,
      List<Long> thresholds,
      List<Long> points) {}

  /** What was counted in one window. */
  static final class Tally {
    final Set<Object> seen = new HashSet<>();
    final Set<Long> reached = new HashSet<>(); // by their thresholds, whatever version had them
    long count;
    long round;
  }

  private final Map<String, Tally> tallies = new HashMap<>();
  private final Map<String, Integer> capUsed = new HashMap<>();
  private final Map<String, Long> rateUsed = new HashMap<>();
  private final Set<String> completed = new HashSet<>();
  private final Set<Long> watched = new HashSet<>();
  private final Set<String> eventIds = new HashSet<>();
  private final Map<String, Long> paid = new TreeMap<>();

  /** Takes an event; false: it was taken before. */
  boolean take(Event event, List<Rule> rules) {
    if (!eventIds.add(event.getEventId())) {
      return false;
    }
    long second = event.getOccurredAt().getSeconds();
    Set<String> completedBefore = Set.copyOf(completed);
    if (!event.hasWatched()) {
      for (Rule rule : rules) {
        if (rule.trigger.equals(trigger(event))) {
          count(rule, event, second, completedBefore, 0);
        }
      }
      return true;
    }
    Map<LocalDate, Long> secondsByDay = new TreeMap<>();
    long end = event.getWatched().getEndedAt().getSeconds();
    for (long s = event.getWatched().getStartedAt().getSeconds(); s < end; s++) {
      if (watched.add(s)) {
        secondsByDay.merge(day(s), 1L, Long::sum);
      }
    }
    secondsByDay.forEach((day, seconds) -> {
      long within = day.atTime(12, 0).atZone(ZONE).toEpochSecond();
      for (Rule rule : rules) {
        if (rule.trigger.equals("watch")) {
          count(rule, event, within, completedBefore, seconds);
        }
      }
    });
    return true;
  }

  /** The points by task, window and tier. */
  Map<String, Long> paid() {
    return paid;
  }

  /** How a task stands in its window at a time; only for windows that are not of a broadcast. */
  Tally tally(Rule rule, Instant now) {
    return tallies.getOrDefault(
        rule.id + "/" + window(rule, now.getEpochSecond(), ""), new Tally());
  }

  private void count(
      Rule rule, Event event, long second, Set<String> completedBefore, long seconds) {
    String window = window(rule, second, event.getBroadcastId());
    String place = rule.window.equals("broadcast") ? event.getRoomId() : "";
    Tally tally = tallies.computeIfAbsent(rule.id + "/" + window + place, key -> new Tally());
    if (!rule.requires.isEmpty() && !completedBefore.contains(rule.requires)) {
      return;
    }
    long times = event.hasLiked() ? event.getLiked().getCount() : 1;
    if (rule.rate > 0) {
      String stretch = rule.id + "/" + second / 10_800;
      long left = rule.rate - rateUsed.getOrDefault(stretch, 0L);
      times = Math.min(times, Math.max(0, left));
      rateUsed.merge(stretch, times, Long::sum);
    }
    if (!rule.repeat && tally.reached.containsAll(rule.thresholds)) {
      return;
    }
    long added =
        switch (rule.count) {
          case "times" -> times;
          case "amount" ->
              event.hasOrdered()
                  ? event.getOrdered().getAmountMinor()
                  : event.getCustom().getValue();
          case "seconds" -> seconds;
          case "distinct_days" -> tally.seen.add(day(second)) ? 1 : 0;
          default -> {
            String text = plain(event.getCommented().getText());
            yield !text.isEmpty() && tally.seen.add(text) ? 1 : 0;
          }
        };
    tally.count += added;
    if (added > 0) {
      reach(rule, tally, window);
    }
  }

  private void reach(Rule rule, Tally tally, String window) {
    int last = rule.thresholds.size() - 1;
    do {
      for (int tier = 0; tier <= last; tier++) {
        long threshold = rule.thresholds.get(tier);
        if (tally.count < threshold) {
          return;
        }
        if (tally.reached.add(threshold)
            && (rule.cap == 0 || capUsed.merge(rule.id, 1, Integer::sum) <= rule.cap)) {
          paid.merge(rule.id + "/" + window + "/" + tier, rule.points.get(tier), Long::sum);
        }
      }
      completed.add(rule.id);
      if (rule.repeat) {
        tally.count -= rule.thresholds.get(last);
        tally.reached.clear();
        tally.round++;
      }
    } while (rule.repeat);
  }

  private static String window(Rule rule, long second, String broadcast) {
    LocalDate day = day(second);
    return switch (rule.window) {
      case "day" -> day.toString();
      case "week" ->
          "%04d-W%02d"
              .formatted(
                  day.get(WeekFields.ISO.weekBasedYear()),
                  day.get(WeekFields.ISO.weekOfWeekBasedYear()));
      case "broadcast" -> "broadcast:" + broadcast;
      default -> "once";
    };
  }

  private static LocalDate day(long second) {
    return Instant.ofEpochSecond(second).atZone(ZONE).minusHours(4).toLocalDate();
  }

  /** Texts are the same but for case, blanks and the width of letters. */
  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("\\s", "");
  }

  private static String trigger(Event event) {
    return switch (event.getWhatCase()) {
      case ENTERED -> "enter";
      case LIKED -> "like";
      case COMMENTED -> "comment";
      case ORDERED -> "order";
      default -> "custom";
    };
  }
}
