package io.flywheel.badge;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** The runs over the journal that merchants have begun. Thread-safe. */
final class AwardSlice implements Slice<AwardKey, AwardSlice.Run> {
  /**
   * A run. Whoever carries it out writes down how far it is; to set another one begins that.
   *
   * @param done whether it has come to its end
   */
  record Run(OrderedAward ordered, AwardProgress progress, boolean done) {
    static final Run NONE =
        new Run(OrderedAward.getDefaultInstance(), AwardProgress.getDefaultInstance(), true);

    static Run of(ResultSet row) throws SQLException {
      try {
        return new Run(
            OrderedAward.parseFrom(row.getBytes("ordered")),
            AwardProgress.parseFrom(row.getBytes("progress")),
            row.getBoolean("done"));
      } catch (InvalidProtocolBufferException e) {
        throw new SQLException("a badge_award can't be read", e);
      }
    }
  }

  @Inject
  AwardSlice() {}

  @Override
  public Run initial(AwardKey key) {
    return Run.NONE;
  }

  /** A merchant has few runs, so all of its rows are read and those asked for are kept. */
  @Override
  public void load(
      Script script, SortedSet<AwardKey> keys, boolean lock, BiConsumer<AwardKey, Run> found) {
    SortedSet<String> merchants = new TreeSet<>();
    keys.forEach(key -> merchants.add(key.merchantId()));
    script.readRows(
        """
        SELECT merchant_id, badge_id, preview, ordered, progress, done
        FROM badge_award WHERE (merchant_id) IN\
        """,
        1,
        "",
        merchants,
        (values, merchant) -> values.text(merchant),
        row -> {
          AwardKey key =
              new AwardKey(
                  row.getString("merchant_id"),
                  row.getString("badge_id"),
                  row.getBoolean("preview"));
          if (keys.contains(key)) {
            found.accept(key, Run.of(row));
          }
        });
  }

  @Override
  public void save(Script script, Map<AwardKey, Run> changed) {
    script.write(
        """
        INSERT INTO badge_award
          (merchant_id, badge_id, preview, ordered, progress, done, owner, lease_ms)
        VALUES\
        """,
        8,
        """
        ON DUPLICATE KEY UPDATE ordered = VALUES(ordered), progress = VALUES(progress),
          done = VALUES(done), owner = VALUES(owner), lease_ms = VALUES(lease_ms)\
        """,
        changed.entrySet(),
        (values, row) -> {
          values.text(row.getKey().merchantId());
          values.text(row.getKey().badgeId());
          values.number(row.getKey().preview() ? 1 : 0);
          values.bytes(row.getValue().ordered().toByteArray());
          values.bytes(row.getValue().progress().toByteArray());
          values.number(row.getValue().done() ? 1 : 0);
          values.text("");
          values.number(0);
        });
  }
}
