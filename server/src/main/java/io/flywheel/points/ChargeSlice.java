package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Id;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.Cause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** What viewers' charges took, so that refunds find the lots that they came from. Thread-safe. */
final class ChargeSlice implements Slice<ChargeSlice.Key, ChargeSlice.Charge> {
  @Inject
  ChargeSlice() {}

  /**
   * A charge of a viewer.
   *
   * @param id stands for the charge's cause
   */
  record Key(ViewerKey viewer, Id id) implements Comparable<Key>, OfViewer {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer).thenComparing(Key::id);

    static Key of(ViewerKey viewer, Cause cause) {
      return new Key(viewer, Id.of(cause.toByteArray()));
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What a charge took.
   *
   * @param chargedMillis when, in epoch milliseconds
   */
  record Charge(ChargeState state, long chargedMillis) {
    static final Charge NONE = new Charge(ChargeState.getDefaultInstance(), 0);
  }

  @Override
  public Charge initial(Key key) {
    return Charge.NONE;
  }

  @Override
  public void load(
      Script script, SortedSet<Key> keys, boolean lock, BiConsumer<Key, Charge> found) {
    // A batch has few charges, so each is a statement of its own.
    for (Key key : keys) {
      script.readEach(
          """
          SELECT state, charged_ms FROM points_charge
          WHERE merchant_id = ? AND viewer_id = ? AND charge_id = ?\
          """,
          List.of(key),
          (values, each) -> {
            ViewerRows.bindKey(values, each.viewer);
            values.bytes(each.id.toBytes());
          },
          row -> found.accept(key, read(row)));
    }
  }

  @Override
  public void save(Script script, Map<Key, Charge> changed) {
    script.write(
        "INSERT INTO points_charge (merchant_id, viewer_id, charge_id, state, charged_ms) VALUES",
        5,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey().viewer);
          values.bytes(row.getKey().id.toBytes());
          values.bytes(row.getValue().state.toByteArray());
          values.number(row.getValue().chargedMillis);
        });
  }

  private static Charge read(ResultSet row) throws SQLException {
    try {
      return new Charge(ChargeState.parseFrom(row.getBytes("state")), row.getLong("charged_ms"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("points_charge.state can't be read", e);
    }
  }
}
