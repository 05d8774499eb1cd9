package io.flywheel.engine;

import com.google.inject.Binder;
import com.google.inject.Scopes;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.Message;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A feature's state of a viewer, packed as one message in a column of its own in the viewer's row:
 * a MEDIUMBLOB that may be NULL, which the feature's migration adds to the table {@code viewer}.
 * The states of all features are read by the statement that locks the viewer, and written by one;
 * {@link #bind} makes a slice known. Thread-safe.
 *
 * @param <S> the message
 */
public abstract class PackedSlice<S extends Message> implements Slice<ViewerKey, S> {
  private final PackedColumn<S> column;
  private final String select;

  /**
   * A slice.
   *
   * @param column its column in the viewer's row
   * @param initial the state of a viewer of whom the column holds nothing
   */
  protected PackedSlice(String column, S initial) {
    this.column = new PackedColumn<>(ViewerTable.NAME, column, initial);
    this.select =
        "SELECT viewer_id, %s FROM %s WHERE merchant_id = ? AND viewer_id IN"
            .formatted(column, ViewerTable.NAME);
  }

  /** Binds a slice as a singleton and makes it known to the engine. */
  public static void bind(Binder binder, Class<? extends PackedSlice<?>> slice) {
    binder.bind(slice).in(Scopes.SINGLETON);
    setBinder(binder).addBinding().to(slice);
  }

  static Multibinder<PackedSlice<?>> setBinder(Binder binder) {
    return Multibinder.newSetBinder(binder, new TypeLiteral<PackedSlice<?>>() {});
  }

  /** The name of its column. */
  final String column() {
    return column.name();
  }

  /** Reads what the column holds. */
  final S unpack(byte @Nullable [] packed) {
    return column.unpack(packed);
  }

  @Override
  public final S initial(ViewerKey key) {
    return column.initial();
  }

  /** Loads the states alone, for whoever looks at other viewers. */
  @Override
  public final void load(
      Script script, SortedSet<ViewerKey> keys, boolean lock, BiConsumer<ViewerKey, S> found) {
    ViewerRows.read(
        script,
        select,
        "",
        keys,
        (key, row) -> {
          byte[] packed = row.getBytes(2);
          if (packed != null) {
            found.accept(key, unpack(packed));
          }
        });
  }

  @Override
  public final void save(Script script, Map<ViewerKey, S> changed) {
    ViewerTable.saveStates(script, Map.of(this, changed));
  }
}
