package io.flywheel.leaderboard;

import com.google.inject.Inject;
import io.flywheel.platform.chores.Chore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets periods of boards that were settled long ago, with their scores, some thousand rows a
 * step. Thread-safe.
 */
final class BoardPurgeDao implements Chore {
  private static final int STEP_PERIODS = 100;
  private static final int STEP_SCORES = 5_000;

  private final BoardConfig config;

  @Inject
  BoardPurgeDao(BoardConfig config) {
    this.config = config;
  }

  private record StoredPeriod(BoardKey key, boolean isOver) {}

  @Override
  public String name() {
    return "forget periods of leaderboards";
  }

  @Override
  public Duration rest() {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    BoardKey last = position(progress);
    List<StoredPeriod> periods =
        periodsAfter(handle, last, now.minus(config.keepPeriodsFor()).toEpochMilli());
    for (StoredPeriod period : periods) {
      if (period.isOver) {
        if (forgetScores(handle, period.key) == STEP_SCORES
            || forgetSeats(handle, period.key) == STEP_SCORES) {
          return Optional.of(bytes(last)); // there may be more of them
        }
        forget(handle, period.key);
      }
      last = period.key;
    }
    return periods.size() < STEP_PERIODS ? Optional.empty() : Optional.of(bytes(last));
  }

  private static BoardKey position(byte[] progress) {
    String[] parts = new String(progress, StandardCharsets.US_ASCII).split(" ", -1);
    return parts.length == 4
        ? new BoardKey(parts[0], parts[1], parts[2], parts[3])
        : new BoardKey("", "", "", "");
  }

  private static byte[] bytes(BoardKey key) {
    return String.join(" ", key.merchantId(), key.boardId(), key.roomId(), key.period())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static List<StoredPeriod> periodsAfter(Handle handle, BoardKey after, long beforeMillis) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, board_id, room_id, period, state, ends_ms, settles_ms FROM board_period
            WHERE merchant_id > :merchantId
              OR (merchant_id = :merchantId AND board_id > :boardId)
              OR (merchant_id = :merchantId AND board_id = :boardId AND room_id > :roomId)
              OR (merchant_id = :merchantId AND board_id = :boardId AND room_id = :roomId
                AND period > :period)
            ORDER BY merchant_id, board_id, room_id, period
            LIMIT :limit\
            """)
        .bind("merchantId", after.merchantId())
        .bind("boardId", after.boardId())
        .bind("roomId", after.roomId())
        .bind("period", after.period())
        .bind("limit", STEP_PERIODS)
        .map((row, context) ->
            new StoredPeriod(
                new BoardKey(
                    row.getString("merchant_id"),
                    row.getString("board_id"),
                    row.getString("room_id"),
                    row.getString("period")),
                row.getInt("state") == Period.State.SETTLED.number()
                    // a broadcast's end is not known, but when it was settled is
                    && Math.max(row.getLong("ends_ms"), row.getLong("settles_ms")) < beforeMillis))
        .list();
  }

  private static int forgetScores(Handle handle, BoardKey period) {
    return handle
        .createUpdate(
            """
            DELETE FROM board_score
            WHERE merchant_id = :merchantId AND board_id = :boardId AND room_id = :roomId
              AND period = :period
            ORDER BY viewer_id
            LIMIT :limit\
            """)
        .bind("merchantId", period.merchantId())
        .bind("boardId", period.boardId())
        .bind("roomId", period.roomId())
        .bind("period", period.period())
        .bind("limit", STEP_SCORES)
        .execute();
  }

  private static int forgetSeats(Handle handle, BoardKey period) {
    return handle
        .createUpdate(
            """
            DELETE FROM league_seat
            WHERE merchant_id = :merchantId AND board_id = :boardId AND period = :period
            ORDER BY division_id, cohort, viewer_id
            LIMIT :limit\
            """)
        .bind("merchantId", period.merchantId())
        .bind("boardId", period.boardId())
        .bind("period", period.period())
        .bind("limit", STEP_SCORES)
        .execute();
  }

  private static void forget(Handle handle, BoardKey period) {
    handle
        .createUpdate(
            """
            DELETE FROM league_division
            WHERE merchant_id = :merchantId AND board_id = :boardId AND period = :period\
            """)
        .bind("merchantId", period.merchantId())
        .bind("boardId", period.boardId())
        .bind("period", period.period())
        .execute();
    handle
        .createUpdate(
            """
            DELETE FROM board_period
            WHERE merchant_id = :merchantId AND board_id = :boardId AND room_id = :roomId
              AND period = :period\
            """)
        .bind("merchantId", period.merchantId())
        .bind("boardId", period.boardId())
        .bind("roomId", period.roomId())
        .bind("period", period.period())
        .execute();
  }
}
