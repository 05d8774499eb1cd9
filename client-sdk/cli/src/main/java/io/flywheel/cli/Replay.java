package io.flywheel.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.client.EventStream;
import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventError;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.StreamEventsResponse;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sends lines of events over several streams, so that the events of one viewer stay in order, and
 * knows up to which line everything is done. One thread adds lines.
 */
final class Replay implements AutoCloseable {
  /** Rejections that a later attempt would not meet; going on would lose the event. */
  private static final Set<String> PASSING =
      Set.of("DATABASE_UNAVAILABLE", "OVERLOADED", "SHUTTING_DOWN");

  private static final int PRINTED_COMPLAINTS = 20;

  /** More than any valid event has; a larger one would break off the whole stream. */
  private static final int MAX_EVENT_BYTES = 1 << 16;

  private final JsonFormat.Parser parser = JsonFormat.parser();
  private final List<Lane> lanes = new ArrayList<>();
  private final ReplaySummary summary = new ReplaySummary();
  private final PrintWriter err;
  private final BreakReport breaks;
  private int complaints;
  private long linesRead;

  Replay(
      List<FlywheelClient> clients,
      boolean backfill,
      int batchSize,
      int inFlight,
      Duration patience,
      PrintWriter err) {
    this.err = err;
    this.breaks = new BreakReport(err);
    for (FlywheelClient client : clients) {
      lanes.add(
          new Lane(
              client
                  .eventStream()
                  .backfill(backfill)
                  .batchSize(batchSize)
                  .maxInFlight(inFlight)
                  .patience(patience.toMillis(), TimeUnit.MILLISECONDS)
                  .detail(AnswerDetail.ANSWER_DETAIL_SUMMARY)));
    }
  }

  ReplaySummary summary() {
    return summary;
  }

  /** Passes over a line that an earlier run has done. */
  void skip() {
    linesRead++;
  }

  /** Sends a line; waits while the service is busy with those before it. */
  void add(String line, Path file, long number) {
    if (!line.isBlank()) {
      String place = file + ":" + number;
      try {
        Event.Builder event = Event.newBuilder();
        parser.merge(line, event);
        Optional<String> noTime = RecordedTimes.mistakeIn(line);
        if (noTime.isPresent()) {
          badLine(place, noTime.get());
        } else {
          send(event.build(), place);
        }
      } catch (InvalidProtocolBufferException e) {
        badLine(place, String.valueOf(e.getMessage()));
      }
    }
    linesRead++;
  }

  /** How many lines from the beginning are done for good. */
  long linesDone() {
    long done = linesRead;
    for (Lane lane : lanes) {
      done = Math.min(done, lane.oldestUnanswered());
    }
    return done;
  }

  /** Waits for every answer. */
  void finish() {
    lanes.forEach(lane -> lane.stream.flush());
  }

  @Override
  public void close() {
    RuntimeException first = null;
    for (Lane lane : lanes) {
      try {
        lane.stream.close();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private void send(Event event, String place) {
    if (event.getSerializedSize() > MAX_EVENT_BYTES) {
      badLine(
          place, event.getSerializedSize() + " bytes (expected: at most " + MAX_EVENT_BYTES + ")");
      return;
    }
    lanes
        .get(Math.floorMod(event.getViewerId().hashCode(), lanes.size()))
        .send(event, linesRead, place);
  }

  private void badLine(String place, String why) {
    summary.addBadLine();
    complain(place + ": " + why.lines().findFirst().orElse(""));
  }

  private synchronized void complain(String complaint) {
    complaints++;
    if (complaints <= PRINTED_COMPLAINTS) {
      err.println(complaint);
    } else if (complaints == PRINTED_COMPLAINTS + 1) {
      err.println("… more lines have mistakes; they are counted");
    }
  }

  private void rejected(String place, EventError error) {
    String complaint = place + ": " + error.getReason() + ": " + error.getMessage();
    if (PASSING.contains(error.getReason())) {
      throw new IllegalStateException(complaint + " (run the same command again to go on)");
    }
    complain(complaint);
  }

  private record Sent(long line, String place) {}

  /** A stream with the lines that it has not answered yet, in order. */
  private final class Lane {
    private final Deque<Sent> unanswered = new ArrayDeque<>();
    private final EventStream stream;

    Lane(EventStream.Builder builder) {
      stream = builder.onAnswer(this::answered).onBreak(breaks::broken).open();
    }

    void send(Event event, long line, String place) {
      synchronized (unanswered) {
        unanswered.add(new Sent(line, place));
      }
      stream.send(event);
    }

    long oldestUnanswered() {
      synchronized (unanswered) {
        Sent oldest = unanswered.peek();
        return oldest == null ? Long.MAX_VALUE : oldest.line();
      }
    }

    private void answered(List<Event> events, StreamEventsResponse answer) {
      synchronized (unanswered) {
        List<Sent> batch = unanswered.stream().limit(events.size()).toList();
        for (EventResult result : answer.getResultsList()) {
          if (result.hasError()) {
            rejected(batch.get(result.getIndex()).place(), result.getError());
          }
        }
        batch.forEach(sent -> unanswered.remove());
      }
      summary.add(events.size(), answer);
    }
  }
}
