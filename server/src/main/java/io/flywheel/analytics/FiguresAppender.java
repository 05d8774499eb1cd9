package io.flywheel.analytics;

import static java.util.stream.Collectors.joining;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.Values;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Adds to the figures what a batch's marks come to. Nothing is read for it: each statement adds, or
 * keeps the smallest or greatest, so that it does not matter in which order batches come.
 * Thread-safe.
 */
final class FiguresAppender implements Appender<Mark> {
  /** The columns of a visit before its figures. */
  private static final int VISIT_COLUMNS = 8;

  private static final List<Figure> ALL = List.of(Figure.values());
  private static final String MINUTES =
      "INSERT INTO room_minute (merchant_id, room_id, broadcast_id, minute, shard, %s) VALUES"
          .formatted(ALL.stream().map(Figure::column).collect(joining(", ")));
  private static final String ADD_ALL =
      "ON DUPLICATE KEY UPDATE " + ALL.stream().map(Figure::addition).collect(joining(", "));

  /** How many broadcasts are remembered; one that is forgotten is written once more. */
  private static final long MAX_BROADCASTS = 10_000;

  /** The earliest beginning of broadcasts that this node has written, or meant to. */
  private final Cache<Place, Long> earliestBegun =
      Caffeine.newBuilder().maximumSize(MAX_BROADCASTS).build();

  @Inject
  FiguresAppender() {}

  @Override
  public void append(Script script, List<Mark> marks) {
    Tally tally = Tally.of(marks, script.shard());
    writeVisits(script, tally);
    writeMinutes(script, tally);
    writeBroadcasts(script, tally);
    writeRooms(script, tally);
  }

  /**
   * Most viewers did one or two kinds of things, so a statement names only the columns in which its
   * visits differ from nothing: what a row costs the database goes by its columns.
   */
  private static void writeVisits(Script script, Tally tally) {
    VisitGroups.of(tally.visits())
        .forEach(group ->
            script.write(
                visitHead(group.figures()),
                VISIT_COLUMNS + group.figures().size(),
                visitTail(group.figures()),
                group.visits(),
                (values, visit) -> {
                  bindPlace(values, visit.key.place());
                  values.text(visit.key.viewerId());
                  values.number(visit.enteredMillis);
                  values.number(visit.lastSeenMillis);
                  values.number(visit.leftMillis);
                  values.number(visit.firstVisit ? 1 : 0);
                  visit.counts.bind(values, group.figures());
                }));
  }

  private static String visitHead(List<Figure> figures) {
    return Stream.concat(
            Stream.of(
                "INSERT INTO visit (merchant_id, room_id, broadcast_id, viewer_id, entered_ms,"
                    + " last_seen_ms, left_ms, first_visit"),
            figures.stream().map(Figure::column))
        .collect(joining(", ", "", ") VALUES"));
  }

  private static String visitTail(List<Figure> figures) {
    return Stream.concat(
            Stream.of(
                "ON DUPLICATE KEY UPDATE entered_ms = LEAST(entered_ms, VALUES(entered_ms))",
                "last_seen_ms = GREATEST(last_seen_ms, VALUES(last_seen_ms))",
                "left_ms = GREATEST(left_ms, VALUES(left_ms))",
                "first_visit = GREATEST(first_visit, VALUES(first_visit))"),
            figures.stream().map(Figure::addition))
        .collect(joining(", "));
  }

  private static void writeMinutes(Script script, Tally tally) {
    script.write(
        MINUTES,
        5 + ALL.size(),
        ADD_ALL,
        tally.minutes().entrySet(),
        (values, minute) -> {
          bindPlace(values, minute.getKey().place());
          values.number(minute.getKey().minute());
          values.number(minute.getKey().shard());
          minute.getValue().bind(values, ALL);
        });
  }

  /**
   * A row that is there is not touched, so that lanes share it, but by a batch that may know of an
   * earlier beginning than all that this node has written. A batch that is tried again still may.
   */
  private void writeBroadcasts(Script script, Tally tally) {
    boolean mayBeEarlier = false;
    for (Map.Entry<Place, Long> begun : tally.begun().entrySet()) {
      long earliest = earliestBegun.asMap().merge(begun.getKey(), begun.getValue(), Math::min);
      mayBeEarlier |= begun.getValue() <= earliest;
    }
    script.write(
        mayBeEarlier
            ? "INSERT INTO room_broadcast (merchant_id, room_id, broadcast_id, started_ms) VALUES"
            : "INSERT IGNORE INTO room_broadcast"
                + " (merchant_id, room_id, broadcast_id, started_ms) VALUES",
        4,
        mayBeEarlier
            ? "ON DUPLICATE KEY UPDATE started_ms = LEAST(started_ms, VALUES(started_ms))"
            : "",
        tally.begun().entrySet(),
        (values, begun) -> {
          bindPlace(values, begun.getKey());
          values.number(begun.getValue());
        });
  }

  private static void writeRooms(Script script, Tally tally) {
    script.write(
        "INSERT INTO room_activity (merchant_id, room_id, shard, last_seen_ms) VALUES",
        4,
        """
        ON DUPLICATE KEY UPDATE last_seen_ms = GREATEST(last_seen_ms, VALUES(last_seen_ms))\
        """,
        tally.lastSeen().entrySet(),
        (values, seen) -> {
          values.text(seen.getKey().merchantId());
          values.text(seen.getKey().roomId());
          values.number(seen.getKey().shard());
          values.number(seen.getValue());
        });
  }

  private static void bindPlace(Values values, Place place) {
    values.text(place.merchantId());
    values.text(place.roomId());
    values.text(place.broadcastId());
  }
}
