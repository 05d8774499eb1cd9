package io.flywheel.checkin;

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

/** Viewers' check-ins by day, with the cards and freezes that they hold. Thread-safe. */
final class CheckInSlice implements Slice<ViewerKey, CheckInState> {
  @Inject
  CheckInSlice() {}

  @Override
  public CheckInState initial(ViewerKey key) {
    return CheckInState.getDefaultInstance();
  }

  @Override
  public void load(
      Handle handle,
      SortedSet<ViewerKey> keys,
      boolean lock,
      BiConsumer<ViewerKey, CheckInState> found) {
    ViewerRows.read(
        handle,
        "SELECT viewer_id, state FROM check_in WHERE merchant_id = ? AND viewer_id IN",
        "",
        keys,
        (key, row) -> found.accept(key, parse(row)));
  }

  @Override
  public void save(Handle handle, Map<ViewerKey, CheckInState> changed) {
    Rows.write(
        handle,
        "INSERT INTO check_in (merchant_id, viewer_id, state) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (statement, index, row) -> {
          statement.setBytes(index + 2, row.getValue().toByteArray());
          return ViewerRows.bindKey(statement, index, row.getKey()) + 1;
        });
  }

  private static CheckInState parse(ResultSet row) throws SQLException {
    try {
      return CheckInState.parseFrom(row.getBytes("state"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("check_in.state can't be read", e);
    }
  }
}
