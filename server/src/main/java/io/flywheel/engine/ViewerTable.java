package io.flywheel.engine;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.inject.Inject;
import com.google.protobuf.Message;
import java.sql.ResultSet;
import java.sql.SQLException;
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

  private static final Row NOTHING = new Row(new byte[0][]);

  private final ImmutableList<String> columns;
  private final ImmutableMap<PackedSlice<?>, Integer> places;
  private final String read;
  private final String lock;

  @Inject
  ViewerTable(Set<PackedSlice<?>> slices) {
    List<PackedSlice<?>> ordered =
        slices.stream().sorted(Comparator.comparing(PackedSlice::column)).toList();
    ImmutableMap.Builder<PackedSlice<?>, Integer> found = ImmutableMap.builder();
    for (int i = 0; i < ordered.size(); i++) {
      found.put(ordered.get(i), i);
    }
    this.places = found.buildOrThrow();
    this.columns =
        ordered.stream().map(PackedSlice::column).collect(ImmutableList.toImmutableList());
    String list = String.join(", ", columns);
    this.read =
        "SELECT viewer_id, %s FROM viewer WHERE merchant_id = ? AND viewer_id IN".formatted(list);
    // Pairs and the hint, or all rows of a small merchant would be read, and locked, among them
    // those of other lanes.
    this.lock =
        ("SELECT merchant_id, viewer_id, %s FROM viewer FORCE INDEX (PRIMARY)"
                + " WHERE (merchant_id, viewer_id) IN")
            .formatted(list);
  }

  /** What a viewer's row holds, to be read when it is asked for. Immutable. */
  static final class Row {
    private final byte[] @Nullable [] packed;

    private Row(byte[] @Nullable [] packed) {
      this.packed = packed;
    }
  }

  /** The columns that hold states. */
  ImmutableList<String> columns() {
    return columns;
  }

  /** Reads a row's columns, which begin at a place of a result. */
  Row row(ResultSet result, int first) throws SQLException {
    byte[] @Nullable [] packed = new byte[columns.size()][];
    for (int i = 0; i < packed.length; i++) {
      packed[i] = result.getBytes(first + i);
    }
    return new Row(packed);
  }

  /** A feature's state in a row. */
  <S extends Message> S state(PackedSlice<S> slice, Row row) {
    Integer place = places.get(slice);
    if (place == null) {
      throw new IllegalStateException(
          slice.getClass().getName() + " is not known (expected: bound by PackedSlice.bind)");
    }
    return slice.unpack(row.packed.length == 0 ? null : row.packed[place]);
  }

  @Override
  public Row initial(ViewerKey key) {
    return NOTHING;
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
          row -> found.accept(new ViewerKey(row.getString(1), row.getString(2)), row(row, 3)));
    } else {
      ViewerRows.read(script, read, "", keys, (key, row) -> found.accept(key, row(row, 2)));
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
