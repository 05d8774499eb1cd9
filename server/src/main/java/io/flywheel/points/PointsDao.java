package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.Cause;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsOpening;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads the ledger. Thread-safe. */
final class PointsDao {
  static final String ENTRIES =
      """
      SELECT entry_number, kind, amount, balance, pending, held, debt, cause, occurred_ms
      FROM ledger_entry
      WHERE merchant_id = :merchantId AND viewer_id = :viewerId AND entry_number < :before
      ORDER BY entry_number DESC
      LIMIT :limit\
      """;

  @Inject
  PointsDao() {}

  /** The newest entries whose numbers are smaller than {@code before}, newest first. */
  List<PointsEntry> entries(Handle handle, ViewerKey viewer, long before, int limit) {
    return handle
        .createQuery(ENTRIES)
        .bind("merchantId", viewer.merchantId())
        .bind("viewerId", viewer.viewerId())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> entry(row))
        .list();
  }

  /** What the entries came to that are kept no more; empty: all are kept. */
  Optional<PointsOpening> opening(Handle handle, ViewerKey viewer) {
    return handle
        .createQuery(
            """
            SELECT entry_number, latest_ms, balance, pending, held, debt
            FROM ledger_opening
            WHERE merchant_id = :merchantId AND viewer_id = :viewerId\
            """)
        .bind("merchantId", viewer.merchantId())
        .bind("viewerId", viewer.viewerId())
        .map((row, context) ->
            PointsOpening.newBuilder()
                .setEntryNumber(row.getLong("entry_number"))
                .setCompleteSince(Timestamps.fromMillis(row.getLong("latest_ms") + 1))
                .setBalance(row.getLong("balance"))
                .setPending(row.getLong("pending"))
                .setHeld(row.getLong("held"))
                .setDebt(row.getLong("debt"))
                .build())
        .findOne();
  }

  private static PointsEntry entry(ResultSet row) throws SQLException {
    try {
      return PointsEntry.newBuilder()
          .setEntryNumber(row.getLong("entry_number"))
          .setKindValue(row.getInt("kind"))
          .setAmount(row.getLong("amount"))
          .setBalance(row.getLong("balance"))
          .setPending(row.getLong("pending"))
          .setHeld(row.getLong("held"))
          .setDebt(row.getLong("debt"))
          .setCause(Cause.parseFrom(row.getBytes("cause")))
          .setOccurredAt(Timestamps.fromMillis(row.getLong("occurred_ms")))
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("ledger_entry.cause can't be read", e);
    }
  }
}
