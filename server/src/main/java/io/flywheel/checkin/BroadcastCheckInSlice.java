package io.flywheel.checkin;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Viewers' check-ins by the broadcasts of rooms. Thread-safe. */
final class BroadcastCheckInSlice implements Slice<ViewerRoomKey, BroadcastCheckInState> {
  @Inject
  BroadcastCheckInSlice() {}

  @Override
  public BroadcastCheckInState initial(ViewerRoomKey key) {
    return BroadcastCheckInState.getDefaultInstance();
  }

  /** A viewer streaks in few rooms, so all of its rows are read and those asked for are kept. */
  @Override
  public void load(
      Script script,
      SortedSet<ViewerRoomKey> keys,
      boolean lock,
      BiConsumer<ViewerRoomKey, BroadcastCheckInState> found) {
    SortedSet<ViewerKey> viewers = new TreeSet<>();
    keys.forEach(key -> viewers.add(key.viewer()));
    ViewerRows.read(
        script,
        """
        SELECT viewer_id, room_id, state FROM broadcast_check_in
        WHERE merchant_id = ? AND viewer_id IN\
        """,
        "",
        viewers,
        (viewer, row) -> {
          ViewerRoomKey key = new ViewerRoomKey(viewer, row.getString("room_id"));
          if (keys.contains(key)) {
            found.accept(key, parse(row));
          }
        });
  }

  @Override
  public void save(Script script, Map<ViewerRoomKey, BroadcastCheckInState> changed) {
    script.write(
        "INSERT INTO broadcast_check_in (merchant_id, viewer_id, room_id, state) VALUES",
        4,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey().viewer());
          values.text(row.getKey().roomId());
          values.bytes(row.getValue().toByteArray());
        });
  }

  private static BroadcastCheckInState parse(ResultSet row) throws SQLException {
    try {
      return BroadcastCheckInState.parseFrom(row.getBytes("state"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("broadcast_check_in.state can't be read", e);
    }
  }
}
