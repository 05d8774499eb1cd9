package io.flywheel.engine;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import com.google.protobuf.Message;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The viewers' rows, each with all that features keep of the viewer, packed in a column a feature.
 * The lock on a row guards these and all other rows of the viewer. Thread-safe.
 */
final class ViewerTable implements Slice<ViewerKey, ViewerTable.Row> {
  static final String NAME = "viewer";
  static final ImmutableList<String> KEY = ImmutableList.of("merchant_id", "viewer_id");

  private final ImmutableList<PackedSlice<?>> slices;
  private final String lock;

  @Inject
  ViewerTable(Set<PackedSlice<?>> slices) {
    this.slices = ImmutableList.sortedCopyOf(Comparator.comparing(PackedSlice::column), slices);
    if (slices.size() > Long.SIZE) {
      throw new IllegalStateException(
          "a viewer's row has %d states (expected: at most %d)"
              .formatted(slices.size(), Long.SIZE));
    }
    for (int i = 0; i < this.slices.size(); i++) {
      this.slices.get(i).setPlace(i);
    }
    // Pairs and the hint, or all rows of a small merchant would be read, and locked, among them
    // those of other lanes.
    this.lock =
        ("SELECT merchant_id, viewer_id, %s FROM viewer FORCE INDEX (PRIMARY)"
                + " WHERE (merchant_id, viewer_id) IN")
            .formatted(String.join(", ", columns(this.slices)));
  }

  /**
   * What some columns of a viewer's row hold, each read when it is asked for, and what turns make
   * of it. Used by one thread.
   */
  static final class Row {
    private final List<PackedSlice<?>> slices;
    private final byte[] @Nullable [] packed;

    /** What was read, or has changed; null: neither. */
    private final @Nullable Message[] states;

    /** A bit for each state that changed, by its place. */
    private long changed;

    private Row(List<PackedSlice<?>> slices) {
      this.slices = slices;
      this.packed = new byte[slices.size()][];
      this.states = new Message[slices.size()];
    }

    /** Takes the columns of slices, which begin at a place of a result. */
    static Row of(List<PackedSlice<?>> slices, ResultSet result, int first) throws SQLException {
      Row row = new Row(slices);
      for (int i = 0; i < row.packed.length; i++) {
        row.packed[i] = result.getBytes(first + i);
      }
      return row;
    }

    /** Whether there is a state; its column must be among them. */
    boolean has(PackedSlice<?> slice) {
      return packed[placeOf(slice)] != null;
    }

    /** A state; its column must be among them. */
    @SuppressWarnings("unchecked") // a state stands in the place of its slice
    <S extends Message> S state(PackedSlice<S> slice) {
      int place = placeOf(slice);
      Message state = states[place];
      if (state == null) {
        state = slice.unpack(packed[place]);
        states[place] = state;
      }
      return (S) state;
    }

    /** Changes a state; its column must be among them. */
    void change(PackedSlice<?> slice, Message state) {
      int place = placeOf(slice);
      states[place] = state;
      changed |= bit(place);
    }

    boolean isChanged() {
      return changed != 0;
    }

    /** Takes the slices whose states were asked for, or have changed. */
    void forEachAsked(Consumer<PackedSlice<?>> asked) {
      for (int i = 0; i < states.length; i++) {
        if (states[i] != null) {
          asked.accept(slices.get(i));
        }
      }
    }

    private byte @Nullable [] ifChanged(int place) {
      Message state = states[place];
      return state != null && (changed & bit(place)) != 0 ? state.toByteArray() : null;
    }

    private static long bit(int place) {
      return 1L << place;
    }

    private int placeOf(PackedSlice<?> slice) {
      int place = slice.place();
      if (place < slices.size() && slices.get(place).equals(slice)) {
        return place;
      }
      place = slices.indexOf(slice);
      if (place < 0) {
        throw new IllegalStateException(
            slice.getClass().getName() + " is not known (expected: bound by PackedSlice.bind)");
      }
      return place;
    }
  }

  /** The columns of slices. */
  static List<String> columns(List<PackedSlice<?>> slices) {
    List<String> columns = new ArrayList<>(slices.size());
    slices.forEach(slice -> columns.add(slice.column()));
    return columns;
  }

  /** Adds to a script the reading of some columns of viewers' rows, without a lock. */
  static void read(
      Script script,
      List<PackedSlice<?>> slices,
      SortedSet<ViewerKey> viewers,
      BiConsumer<ViewerKey, Row> found) {
    ViewerRows.read(
        script,
        "SELECT viewer_id, %s FROM viewer WHERE merchant_id = ? AND viewer_id IN"
            .formatted(String.join(", ", columns(slices))),
        "",
        viewers,
        (viewer, row) -> found.accept(viewer, Row.of(slices, row, 2)));
  }

  @Override
  public Row initial(ViewerKey key) {
    return new Row(slices);
  }

  @Override
  public void load(
      Script script, SortedSet<ViewerKey> keys, boolean lock, BiConsumer<ViewerKey, Row> found) {
    if (lock) {
      script.readRows(
          this.lock,
          2,
          "ORDER BY merchant_id, viewer_id FOR UPDATE",
          keys,
          ViewerRows::bindKey,
          row ->
              found.accept(
                  new ViewerKey(row.getString(1), row.getString(2)), Row.of(slices, row, 3)));
    } else {
      read(script, slices, keys, found);
    }
  }

  /**
   * Adds to a script the rows that are missing; those that are there are locked by the update,
   * which changes nothing, in their order.
   */
  static void insert(Script script, SortedSet<ViewerKey> keys) {
    script.write(
        "INSERT INTO viewer (merchant_id, viewer_id) VALUES",
        2,
        "ON DUPLICATE KEY UPDATE viewer_id = VALUES(viewer_id)",
        keys,
        ViewerRows::bindKey);
  }

  /** Adds to a script the writing of states that changed, of each viewer those that did. */
  @Override
  public void save(Script script, Map<ViewerKey, Row> changed) {
    long some = 0;
    long all = -1;
    for (Row row : changed.values()) {
      some |= row.changed;
      all &= row.changed;
    }
    List<Integer> places = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    List<String> updates = new ArrayList<>();
    for (int place = 0; place < slices.size(); place++) {
      if ((some & Row.bit(place)) != 0) {
        String column = slices.get(place).column();
        places.add(place);
        columns.add(column);
        updates.add(update(column, (all & Row.bit(place)) != 0));
      }
    }
    script.write(
        "INSERT INTO viewer (merchant_id, viewer_id, %s) VALUES"
            .formatted(String.join(", ", columns)),
        2 + columns.size(),
        "ON DUPLICATE KEY UPDATE " + String.join(", ", updates),
        changed.entrySet(),
        (values, each) -> {
          ViewerRows.bindKey(values, each.getKey());
          for (int place : places) {
            values.bytes(each.getValue().ifChanged(place));
          }
        });
  }

  /** What a column becomes; of viewers whose state did not change, what it was. */
  private static String update(String column, boolean changedOfAll) {
    return (changedOfAll ? "%1$s = VALUES(%1$s)" : "%1$s = COALESCE(VALUES(%1$s), %1$s)")
        .formatted(column);
  }
}
