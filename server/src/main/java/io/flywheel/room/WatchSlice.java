package io.flywheel.room;

import com.google.common.collect.ImmutableMap;
import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.SingleRow;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** The viewers' sessions, credited time, and how busy they have been. Thread-safe. */
final class WatchSlice implements Slice<ViewerKey, WatchSlice.Watch> {
  /**
   * A viewer's session and credited time.
   *
   * @param sessionMillis when the session began that heartbeats prove; 0: there was none
   * @param pace how fast the viewer has reported what
   * @param zoneChangedMillis when the viewer's time zone last changed; 0: it never has
   */
  record Watch(long sessionMillis, WatchedTime watched, Pace pace, long zoneChangedMillis) {
    Watch inSession(long millis) {
      return new Watch(millis, watched, pace, zoneChangedMillis);
    }

    Watch with(WatchedTime credited) {
      return new Watch(sessionMillis, credited, pace, zoneChangedMillis);
    }

    Watch with(Pace changed) {
      return new Watch(sessionMillis, watched, changed, zoneChangedMillis);
    }

    Watch inZoneSince(long millis) {
      return new Watch(sessionMillis, watched, pace, millis);
    }
  }

  private static final Watch NOTHING = new Watch(0, WatchedTime.NONE, Pace.RESTED, 0);

  @Inject
  WatchSlice() {}

  @Override
  public Watch initial(ViewerKey key) {
    return NOTHING;
  }

  @Override
  public void load(
      Script script, SortedSet<ViewerKey> keys, boolean lock, BiConsumer<ViewerKey, Watch> found) {
    ViewerRows.read(
        script,
        "SELECT viewer_id, state FROM room_state WHERE merchant_id = ? AND viewer_id IN",
        "",
        keys,
        (key, row) -> found.accept(key, parse(row.getBytes("state"))));
  }

  @Override
  public SingleRow<ViewerKey, Watch> singleRow() {
    return new SingleRow<>(
        "room_state",
        List.of("merchant_id", "viewer_id"),
        List.of("state"),
        ViewerRows::bindKey,
        (row, first) -> parse(row.getBytes(first)));
  }

  @Override
  public void save(Script script, Map<ViewerKey, Watch> changed) {
    script.write(
        "INSERT INTO room_state (merchant_id, viewer_id, state) VALUES",
        3,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey());
          values.bytes(bytes(row.getValue()));
        });
  }

  private static byte[] bytes(Watch watch) {
    return RoomState.newBuilder()
        .setSessionMs(watch.sessionMillis)
        .addAllWatchedMs(watch.watched.pack())
        .setZoneChangedMs(watch.zoneChangedMillis)
        .putAllBusyUntilMs(watch.pace.busyUntilMillis())
        .build()
        .toByteArray();
  }

  private static Watch parse(byte[] packed) throws SQLException {
    try {
      RoomState state = RoomState.parseFrom(packed);
      return new Watch(
          state.getSessionMs(),
          WatchedTime.unpack(state.getWatchedMsList()),
          new Pace(ImmutableMap.copyOf(state.getBusyUntilMsMap())),
          state.getZoneChangedMs());
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("room_state.state can't be read", e);
    }
  }
}
