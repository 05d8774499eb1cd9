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
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
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
    // Pairs and the hint, or all rows of a small merchant would be read, and locked, among them
    // those of other lanes.
    this.lock =
        ("SELECT merchant_id, viewer_id, %s FROM viewer FORCE INDEX (PRIMARY)"
                + " WHERE (merchant_id, viewer_id) IN")
            .formatted(String.join(", ", columns(this.slices)));
  }

  /** What some columns of a viewer's row hold, each read when it is asked for. Immutable. */
  static final class Row {
    private final List<PackedSlice<?>> slices;
    private final byte[] @Nullable [] packed;

    private Row(List<PackedSlice<?>> slices) {
      this.slices = slices;
      this.packed = new byte[slices.size()][];
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
      return packed(slice) != null;
    }

    /** A state; its column must be among them. */
    <S extends Message> S state(PackedSlice<S> slice) {
      return slice.unpack(packed(slice));
    }

    private byte @Nullable [] packed(PackedSlice<?> slice) {
      int place = slices.indexOf(slice);
      if (place < 0) {
        throw new IllegalStateException(
            slice.getClass().getName() + " is not known (expected: bound by PackedSlice.bind)");
      }
      return packed[place];
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
  static void saveStates(
      Script script, Map<PackedSlice<?>, ? extends Map<ViewerKey, ? extends Message>> changed) {
    SortedSet<ViewerKey> viewers = new TreeSet<>();
    changed.values().forEach(states -> viewers.addAll(states.keySet()));
    SortedMap<String, Map<ViewerKey, ? extends Message>> byColumn = new TreeMap<>();
    changed.forEach((slice, states) -> byColumn.put(slice.column(), states));
    String columns = String.join(", ", byColumn.keySet());
    String update =
        byColumn.entrySet().stream()
            .map(column -> update(column.getKey(), column.getValue().size() == viewers.size()))
            .collect(Collectors.joining(", "));
    script.write(
        "INSERT INTO viewer (merchant_id, viewer_id, %s) VALUES".formatted(columns),
        2 + byColumn.size(),
        "ON DUPLICATE KEY UPDATE " + update,
        viewers,
        (values, viewer) -> {
          ViewerRows.bindKey(values, viewer);
          for (Map<ViewerKey, ? extends Message> states : byColumn.values()) {
            Message state = states.get(viewer);
            values.bytes(state == null ? null : state.toByteArray());
          }
        });
  }

  /** What a column becomes; of viewers whose state did not change, what it was. */
  private static String update(String column, boolean changedOfAll) {
    return (changedOfAll ? "%1$s = VALUES(%1$s)" : "%1$s = COALESCE(VALUES(%1$s), %1$s)")
        .formatted(column);
  }

  @Override
  public void save(Script script, Map<ViewerKey, Row> changed) {
    throw new IllegalStateException("rows change by their states");
  }
}
