package io.flywheel.bench;

import io.flywheel.v1.EventResult;
import io.flywheel.v1.StreamEventsResponse;
import java.util.Map;
import java.util.TreeMap;

/** What the service answered to events. Thread-safe. */
final class Tally {
  private long accepted;
  private long duplicates;
  private long rejected;
  private String firstRejection = "";
  private final Map<String, Long> facts = new TreeMap<>();

  synchronized void add(StreamEventsResponse answer) {
    accepted += answer.getAccepted();
    duplicates += answer.getDuplicates();
    rejected += answer.getRejected();
    answer.getFactCountsMap().forEach((kind, count) -> facts.merge(kind, count, Long::sum));
    for (EventResult result : answer.getResultsList()) {
      if (result.hasError() && firstRejection.isEmpty()) {
        firstRejection = result.getError().getReason() + ": " + result.getError().getMessage();
      }
    }
  }

  synchronized long accepted() {
    return accepted;
  }

  synchronized long duplicates() {
    return duplicates;
  }

  synchronized long rejected() {
    return rejected;
  }

  /** How many facts of a kind the events set off. */
  synchronized long facts(String kind) {
    return facts.getOrDefault(kind, 0L);
  }

  @Override
  public synchronized String toString() {
    String why = firstRejection.isEmpty() ? "" : " (" + firstRejection + ")";
    return "%d accepted, %d duplicates, %d rejected%s"
        .formatted(accepted, duplicates, rejected, why);
  }
}
