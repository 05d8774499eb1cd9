package io.flywheel.mall;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.Redemption;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Redemptions, without what viewers said for the delivery. Thread-safe. */
final class RedemptionSlice implements Slice<RedemptionKey, Redemption> {
  @Inject
  RedemptionSlice() {}

  @Override
  public Redemption initial(RedemptionKey key) {
    return Redemption.getDefaultInstance();
  }

  @Override
  public void load(
      Script script,
      SortedSet<RedemptionKey> keys,
      boolean lock,
      BiConsumer<RedemptionKey, Redemption> found) {
    script.readRows(
        """
        SELECT merchant_id, viewer_id, redemption_number, redemption FROM redemption
        WHERE (merchant_id, viewer_id, redemption_number) IN\
        """,
        3,
        "",
        keys,
        RedemptionSlice::bindKey,
        row ->
            found.accept(
                new RedemptionKey(
                    new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
                    row.getLong("redemption_number")),
                parse(row)));
  }

  @Override
  public void save(Script script, Map<RedemptionKey, Redemption> changed) {
    script.write(
        """
        INSERT INTO redemption
          (merchant_id, viewer_id, redemption_number, item_id, state, redeemed_ms, redemption)
        VALUES\
        """,
        7,
        "ON DUPLICATE KEY UPDATE state = VALUES(state), redemption = VALUES(redemption)",
        changed.entrySet(),
        (values, row) -> {
          bindKey(values, row.getKey());
          Redemption redemption = row.getValue();
          values.text(redemption.getItem().getId());
          values.number(redemption.getStateValue());
          values.number(Timestamps.toMillis(redemption.getRedeemedAt()));
          values.bytes(redemption.toByteArray());
        });
  }

  static Redemption parse(ResultSet row) throws SQLException {
    try {
      return Redemption.parseFrom(row.getBytes("redemption"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("redemption.redemption can't be read", e);
    }
  }

  private static void bindKey(Values values, RedemptionKey key) {
    ViewerRows.bindKey(values, key.viewer());
    values.number(key.number());
  }
}
