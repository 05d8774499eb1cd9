package io.flywheel.cli;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.StreamEventsResponse;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a replay set off. Thread-safe. */
final class ReplaySummary {
  private final long startedNanos = System.nanoTime();
  private long events;
  private long accepted;
  private long duplicates;
  private long badLines;
  private final Map<String, Long> rejected = new TreeMap<>();
  private final Map<String, Long> facts = new TreeMap<>();

  synchronized void add(int sent, StreamEventsResponse answer) {
    events += sent;
    accepted += answer.getAccepted();
    duplicates += answer.getDuplicates();
    for (EventResult result : answer.getResultsList()) {
      if (result.hasError()) {
        rejected.merge(result.getError().getReason(), 1L, Long::sum);
      }
    }
    answer.getFactCountsMap().forEach((kind, count) -> facts.merge(kind, count, Long::sum));
  }

  synchronized void addBadLine() {
    badLines++;
  }

  synchronized boolean isClean() {
    return badLines == 0 && rejected.isEmpty();
  }

  synchronized long eventsPerSecond() {
    return Math.round(events / Math.max(0.001, elapsed().toMillis() / 1_000.0));
  }

  synchronized String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("events", events);
    json.put("accepted", accepted);
    json.put("duplicates", duplicates);
    json.put("rejected", rejected);
    json.put("badLines", badLines);
    json.put("facts", facts);
    json.put("seconds", elapsed().toMillis() / 1_000.0);
    json.put("eventsPerSecond", eventsPerSecond());
    return JSONObjectUtils.toJSONString(json);
  }

  synchronized void print(PrintWriter out) {
    out.printf(
        "%,d events in %.1f s: %,d a second%n",
        events, elapsed().toMillis() / 1_000.0, eventsPerSecond());
    out.printf("accepted    %,d%n", accepted);
    out.printf("duplicates  %,d%n", duplicates);
    out.printf("rejected    %,d %s%n", sum(rejected), rejected.isEmpty() ? "" : list(rejected));
    out.printf("bad lines   %,d%n", badLines);
    out.printf("set off     %s%n", facts.isEmpty() ? "nothing" : list(facts));
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static String list(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(count -> String.format("%s %,d", count.getKey(), count.getValue()))
        .collect(Collectors.joining(", "));
  }
}
