package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Rows;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** Viewers' points as rules need them. Thread-safe. */
final class PointsSlice implements Slice<ViewerKey, PointsState> {
  @Inject
  PointsSlice() {}

  @Override
  public PointsState initial(ViewerKey key) {
    return PointsState.getDefaultInstance();
  }

  @Override
  public void load(
      Handle handle,
      SortedSet<ViewerKey> keys,
      boolean lock,
      BiConsumer<ViewerKey, PointsState> found) {
    ViewerRows.read(
        handle,
        "SELECT viewer_id, state FROM points_state WHERE merchant_id = ? AND viewer_id IN",
        "",
        keys,
        (key, row) -> found.accept(key, parse(row.getBytes("state"))));
  }

  @Override
  public void save(Handle handle, Map<ViewerKey, PointsState> changed) {
    Rows.write(
        handle,
        "INSERT INTO points_state (merchant_id, viewer_id, state) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (statement, index, row) -> {
          statement.setBytes(index + 2, row.getValue().toByteArray());
          return ViewerRows.bindKey(statement, index, row.getKey()) + 1;
        });
  }

  static PointsState parse(byte[] state) throws SQLException {
    try {
      return PointsState.parseFrom(state);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("points_state.state can't be read", e);
    }
  }
}
