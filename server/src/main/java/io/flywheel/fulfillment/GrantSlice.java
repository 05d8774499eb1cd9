package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Rows;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** What rules need to know of viewers' grants. Thread-safe. */
final class GrantSlice implements Slice<ViewerKey, GrantState> {
  @Inject
  GrantSlice() {}

  @Override
  public GrantState initial(ViewerKey key) {
    return GrantState.getDefaultInstance();
  }

  @Override
  public void load(
      Handle handle,
      SortedSet<ViewerKey> keys,
      boolean lock,
      BiConsumer<ViewerKey, GrantState> found) {
    ViewerRows.read(
        handle,
        "SELECT viewer_id, state FROM grant_state WHERE merchant_id = ? AND viewer_id IN",
        "",
        keys,
        (key, row) -> found.accept(key, parse(row)));
  }

  @Override
  public void save(Handle handle, Map<ViewerKey, GrantState> changed) {
    Rows.write(
        handle,
        "INSERT INTO grant_state (merchant_id, viewer_id, state) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (statement, index, row) -> {
          statement.setBytes(index + 2, row.getValue().toByteArray());
          return ViewerRows.bindKey(statement, index, row.getKey()) + 1;
        });
  }

  private static GrantState parse(ResultSet row) throws SQLException {
    try {
      return GrantState.parseFrom(row.getBytes("state"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("grant_state.state can't be read", e);
    }
  }
}
