package io.flywheel.lottery;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.Draw;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads draws. Thread-safe. */
final class DrawDao {
  @Inject
  DrawDao() {}

  /** A viewer's draws of a lottery with numbers below one, newest first. */
  List<Draw> draws(Handle handle, ViewerKey viewer, String lotteryId, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT draw FROM lottery_draw
            WHERE merchant_id = :merchant AND viewer_id = :viewer AND lottery_id = :lottery
              AND draw_number < :before
            ORDER BY draw_number DESC
            LIMIT :limit\
            """)
        .bind("merchant", viewer.merchantId())
        .bind("viewer", viewer.viewerId())
        .bind("lottery", lotteryId)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> parse(row.getBytes("draw")))
        .list();
  }

  /** A viewer's draws of a lottery with numbers above one, in their order. */
  List<Draw> drawsAfter(Handle handle, ViewerKey viewer, String lotteryId, long after, int limit) {
    return handle
        .createQuery(
            """
            SELECT draw FROM lottery_draw
            WHERE merchant_id = :merchant AND viewer_id = :viewer AND lottery_id = :lottery
              AND draw_number > :after
            ORDER BY draw_number
            LIMIT :limit\
            """)
        .bind("merchant", viewer.merchantId())
        .bind("viewer", viewer.viewerId())
        .bind("lottery", lotteryId)
        .bind("after", after)
        .bind("limit", limit)
        .map((row, context) -> parse(row.getBytes("draw")))
        .list();
  }

  /** Whoever has drawn in a lottery, after one of them. */
  List<String> viewersAfter(
      Handle handle, String merchantId, String lotteryId, String afterViewerId, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM lottery_draw
            WHERE merchant_id = :merchant AND viewer_id > :after AND lottery_id = :lottery
            GROUP BY viewer_id
            ORDER BY viewer_id
            LIMIT :limit\
            """)
        .bind("merchant", merchantId)
        .bind("after", afterViewerId)
        .bind("lottery", lotteryId)
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  /** All viewers' draws of a lottery after one, by viewers and numbers. */
  List<Draw> allDraws(
      Handle handle, String merchantId, String lotteryId, String viewerId, long number, int limit) {
    return handle
        .createQuery(
            """
            SELECT draw FROM lottery_draw
            WHERE merchant_id = :merchant AND viewer_id >= :viewer AND lottery_id = :lottery
              AND (viewer_id > :viewer OR draw_number > :number)
            ORDER BY viewer_id, draw_number
            LIMIT :limit\
            """)
        .bind("merchant", merchantId)
        .bind("viewer", viewerId)
        .bind("lottery", lotteryId)
        .bind("number", number)
        .bind("limit", limit)
        .map((row, context) -> parse(row.getBytes("draw")))
        .list();
  }

  private static Draw parse(byte[] draw) throws SQLException {
    try {
      return Draw.parseFrom(draw);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("lottery_draw.draw can't be read", e);
    }
  }
}
