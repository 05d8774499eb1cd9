package io.flywheel.analytics;

import static java.util.stream.Collectors.joining;

import com.google.common.collect.Lists;
import io.flywheel.engine.Script;
import io.flywheel.engine.Values;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Adds what a tally comes to to the figures' rows. Each statement adds, or keeps the smallest or
 * greatest, so nothing is read for it. Rows that are divided by shards were written by batches
 * themselves, formerly; now all is added to the first. Not to be instantiated.
 */
final class TallyDao {
  /** The columns of a visit before its figures. */
  private static final int VISIT_COLUMNS = 8;

  /** How many visits go to the database at a time: some hundred kilobytes of text. */
  private static final int VISITS_AT_ONCE = 2_000;

  private static final int SHARD = 0;

  private static final List<Figure> ALL = List.of(Figure.values());
  private static final String MINUTES =
      "INSERT INTO room_minute (merchant_id, room_id, broadcast_id, minute, shard, %s) VALUES"
          .formatted(ALL.stream().map(Figure::column).collect(joining(", ")));
  private static final String ADD_ALL =
      "ON DUPLICATE KEY UPDATE " + ALL.stream().map(Figure::addition).collect(joining(", "));

  private TallyDao() {}

  /** Adds all of it, in the transaction of the handle. */
  static void write(Handle handle, Tally tally) {
    for (List<Tally.Visit> visits : Lists.partition(tally.visits(), VISITS_AT_ONCE)) {
      Script script = new Script(handle);
      writeVisits(script, visits);
      script.run();
    }
    Script script = new Script(handle);
    writeMinutes(script, tally);
    writeBroadcasts(script, tally);
    writeRooms(script, tally);
    script.run();
  }

  /**
   * Most viewers did one or two kinds of things, so a statement names only the columns in which its
   * visits differ from nothing: what a row costs the database goes by its columns.
   */
  private static void writeVisits(Script script, List<Tally.Visit> visits) {
    VisitGroups.of(visits)
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
          values.number(SHARD);
          minute.getValue().bind(values, ALL);
        });
  }

  private static void writeBroadcasts(Script script, Tally tally) {
    script.write(
        "INSERT INTO room_broadcast (merchant_id, room_id, broadcast_id, started_ms) VALUES",
        4,
        "ON DUPLICATE KEY UPDATE started_ms = LEAST(started_ms, VALUES(started_ms))",
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
          values.number(SHARD);
          values.number(seen.getValue());
        });
  }

  private static void bindPlace(Values values, Place place) {
    values.text(place.merchantId());
    values.text(place.roomId());
    values.text(place.broadcastId());
  }
}
