package io.flywheel.lottery;

import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/**
 * How many have entered draws of rooms, in parts over which viewers are spread. Whoever enters
 * locks a part and finds it open; the draw's end locks and closes all of them. So each entry is
 * either counted before the end, or refused. Thread-safe.
 */
final class RoomDrawPartSlice extends SharedSlice<RoomDrawPartSlice.Key, RoomDrawPartSlice.Part> {
  static final int PARTS = 16;

  private static final int RANK = 507;
  private static final Part EMPTY = new Part(0, false);

  @Inject
  RoomDrawPartSlice() {
    super(
        RANK,
        "room_draw_part",
        List.of("merchant_id", "room_id", "draw_number", "part"),
        List.of("entrants", "closed"));
  }

  /** A part of a draw. */
  record Key(RoomDrawKey draw, int part) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::draw).thenComparingInt(Key::part);

    /** The part that a viewer is in. */
    static Key of(RoomDrawKey draw, ViewerKey viewer) {
      return new Key(draw, viewer.spread() % PARTS);
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** How many have entered in it, and whether nobody can any more. */
  record Part(long entrants, boolean closed) {}

  @Override
  public Part initial(Key key) {
    return EMPTY;
  }

  @Override
  protected void bindKey(Values values, Key key) {
    values.text(key.draw.merchantId());
    values.text(key.draw.roomId());
    values.number(key.draw.number());
    values.number(key.part);
  }

  @Override
  protected void bindState(Values values, Part part) {
    values.number(part.entrants);
    values.number(part.closed ? 1 : 0);
  }

  @Override
  protected Key readKey(ResultSet row) throws SQLException {
    return new Key(
        new RoomDrawKey(
            row.getString("merchant_id"), row.getString("room_id"), row.getLong("draw_number")),
        row.getInt("part"));
  }

  @Override
  protected Part readState(ResultSet row, int first) throws SQLException {
    return new Part(row.getLong(first), row.getInt(first + 1) != 0);
  }
}
