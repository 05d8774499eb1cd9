package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.Values;
import java.util.List;

/**
 * Adds to the figures what a batch's marks come to. Nothing is read for it: each statement adds, or
 * keeps the smallest or greatest, so that it does not matter in which order batches come.
 * Thread-safe.
 */
final class FiguresAppender implements Appender<Mark> {
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

  private static void writeVisits(Script script, Tally tally) {
    script.write(
        """
        INSERT INTO visit
          (merchant_id, room_id, broadcast_id, viewer_id, entered_ms, last_seen_ms, left_ms, first_visit,
           entered, likes, comments, shares, follows, clicks, orders, ordered_minor, check_ins,
           tiers_reached, rewards, points, watched_ms,
           leads, group_joins, repurchases, new_followers)
        VALUES\
        """,
        8 + Figure.COUNT,
        """
        ON DUPLICATE KEY UPDATE
          entered_ms = LEAST(entered_ms, VALUES(entered_ms)),
          last_seen_ms = GREATEST(last_seen_ms, VALUES(last_seen_ms)),
          left_ms = GREATEST(left_ms, VALUES(left_ms)),
          first_visit = GREATEST(first_visit, VALUES(first_visit)),
          entered = entered + VALUES(entered),
          likes = likes + VALUES(likes),
          comments = comments + VALUES(comments),
          shares = shares + VALUES(shares),
          follows = follows + VALUES(follows),
          clicks = clicks + VALUES(clicks),
          orders = orders + VALUES(orders),
          ordered_minor = ordered_minor + LEAST(VALUES(ordered_minor), 9223372036854775807 - ordered_minor),
          check_ins = check_ins + VALUES(check_ins),
          tiers_reached = tiers_reached + LEAST(VALUES(tiers_reached), 9223372036854775807 - tiers_reached),
          rewards = rewards + VALUES(rewards),
          points = points + LEAST(VALUES(points), 9223372036854775807 - points),
          watched_ms = watched_ms + VALUES(watched_ms),
          leads = leads + VALUES(leads),
          group_joins = group_joins + VALUES(group_joins),
          repurchases = repurchases + VALUES(repurchases),
          new_followers = new_followers + VALUES(new_followers)\
        """,
        tally.visits(),
        (values, visit) -> {
          bindPlace(values, visit.key.place());
          values.text(visit.key.viewerId());
          values.number(visit.enteredMillis);
          values.number(visit.lastSeenMillis);
          values.number(visit.leftMillis);
          values.number(visit.firstVisit ? 1 : 0);
          visit.counts.bind(values);
        });
  }

  private static void writeMinutes(Script script, Tally tally) {
    script.write(
        """
        INSERT INTO room_minute
          (merchant_id, room_id, broadcast_id, minute, shard,
           entered, likes, comments, shares, follows, clicks, orders, ordered_minor, check_ins,
           tiers_reached, rewards, points, watched_ms,
           leads, group_joins, repurchases, new_followers)
        VALUES\
        """,
        5 + Figure.COUNT,
        """
        ON DUPLICATE KEY UPDATE
          entered = entered + VALUES(entered),
          likes = likes + VALUES(likes),
          comments = comments + VALUES(comments),
          shares = shares + VALUES(shares),
          follows = follows + VALUES(follows),
          clicks = clicks + VALUES(clicks),
          orders = orders + VALUES(orders),
          ordered_minor = ordered_minor + LEAST(VALUES(ordered_minor), 9223372036854775807 - ordered_minor),
          check_ins = check_ins + VALUES(check_ins),
          tiers_reached = tiers_reached + LEAST(VALUES(tiers_reached), 9223372036854775807 - tiers_reached),
          rewards = rewards + VALUES(rewards),
          points = points + LEAST(VALUES(points), 9223372036854775807 - points),
          watched_ms = watched_ms + VALUES(watched_ms),
          leads = leads + VALUES(leads),
          group_joins = group_joins + VALUES(group_joins),
          repurchases = repurchases + VALUES(repurchases),
          new_followers = new_followers + VALUES(new_followers)\
        """,
        tally.minutes().entrySet(),
        (values, minute) -> {
          bindPlace(values, minute.getKey().place());
          values.number(minute.getKey().minute());
          values.number(minute.getKey().shard());
          minute.getValue().bind(values);
        });
  }

  /** A row that is there is not touched, so that lanes share it. */
  private static void writeBroadcasts(Script script, Tally tally) {
    script.write(
        "INSERT IGNORE INTO room_broadcast (merchant_id, room_id, broadcast_id, started_ms) VALUES",
        4,
        "",
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
