package io.flywheel.engine;

import com.google.inject.Binder;
import com.google.inject.Scopes;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
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

  /** Where it stands among all slices of viewers' rows, once it is known. */
  private int place;

  /**
   * A slice.
   *
   * @param column its column in the viewer's row
   * @param initial the state of a viewer of whom the column holds nothing
   */
  protected PackedSlice(String column, S initial) {
    this.column = new PackedColumn<>(ViewerTable.NAME, column, initial);
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

  /** Where it stands among all slices of viewers' rows; others' place if it is not bound. */
  final int place() {
    return place;
  }

  final void setPlace(int place) {
    this.place = place;
  }

  /** Reads what the column holds. */
  final S unpack(byte @Nullable [] packed) {
    return column.unpack(packed);
  }

  /**
   * Reads the states of viewers as they are committed now; of those of whom there is none, nothing.
   */
  public final Map<ViewerKey, S> read(Handle handle, Collection<ViewerKey> viewers) {
    Map<ViewerKey, S> found = new HashMap<>();
    Script script = new Script(handle);
    load(script, new TreeSet<>(viewers), false, found::put);
    script.run();
    return found;
  }

  @Override
  public final S initial(ViewerKey key) {
    return column.initial();
  }

  /** Loads the states alone, for whoever looks at other viewers. */
  @Override
  public final void load(
      Script script, SortedSet<ViewerKey> keys, boolean lock, BiConsumer<ViewerKey, S> found) {
    ViewerTable.read(
        script,
        List.of(this),
        keys,
        (viewer, row) -> {
          if (row.has(this)) {
            found.accept(viewer, row.state(this));
          }
        });
  }

  @Override
  public final void save(Script script, Map<ViewerKey, S> changed) {
    throw new IllegalStateException("a viewer's states are saved with the row");
  }
}
