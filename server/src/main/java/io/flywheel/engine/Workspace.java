package io.flywheel.engine;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The states and appended rows of one batch, between their loading and their saving.
 *
 * <p>Shared rows are locked in one order: by the ranks of their slices, then by their keys. Once a
 * row is asked for out of that order, or is not there yet, the batch is a <em>rehearsal</em>: all
 * locks are given back, what else is asked for is read without locks, and nothing is saved. What a
 * rehearsal asked for is known to the attempt after it from the start. Used by one thread.
 */
final class Workspace implements States {
  /** Thrown when a state is asked for that is not loaded; the turn runs again once it is. */
  static final class NotLoaded extends RuntimeException {
    private static final long serialVersionUID = 1;

    private NotLoaded() {
      super("a signal within the engine", null, false, false);
    }
  }

  private final SharedSlices known;
  private final ViewerTable table;
  private final Map<Slice<?, ?>, Loaded<?, ?>> loaded = new LinkedHashMap<>();

  /** The viewers' rows, with their states; of packed slices, others are only peeked at. */
  private final Loaded<ViewerKey, ViewerTable.Row> rows;

  private final SortedMap<Integer, Shared<?, ?>> shared = new TreeMap<>();
  private @Nullable Shared<?, ?> lastLocked;
  private boolean rehearsal;

  private final Map<Appender<?>, List<Object>> appended = new HashMap<>();

  Workspace(SharedSlices known, ViewerTable table) {
    this.known = known;
    this.table = table;
    this.rows = new Loaded<>(table);
    loaded.put(table, rows);
  }

  /** A state; asks for it to be loaded, and throws {@link NotLoaded}, if it is not there. */
  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    if (slice instanceof PackedSlice<?> packed) {
      @SuppressWarnings("unchecked") // a packed slice's states are of its message
      S state = (S) row((ViewerKey) key).state(packed);
      return state;
    }
    Loaded<K, S> states = of(slice);
    S state = states.states.get(key);
    states.asked = key;
    if (state != null) {
      return state;
    }
    states.wanted.add(key);
    throw new NotLoaded();
  }

  /** A state, locked or not; asks for it to be loaded, and throws {@link NotLoaded}, likewise. */
  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    if (slice instanceof PackedSlice && isLocked((ViewerKey) key)) {
      return get(slice, key);
    }
    Loaded<K, S> states = of(slice);
    S state = states.states.get(key);
    states.asked = key;
    if (state == null) {
      state = states.peeked.get(key);
    }
    if (state != null) {
      return state;
    }
    states.toPeek.add(key);
    throw new NotLoaded();
  }

  /** What the actions asked for, whether it was there or not. */
  Habits.Asked asked() {
    Habits.Asked.Builder asked = new Habits.Asked.Builder();
    rows.states.forEach((viewer, row) -> row.forEachAsked(slice -> asked.add(slice, viewer)));
    all().forEach(states -> states.addTo(asked));
    return asked.build();
  }

  /** Asks for a state to be loaded. */
  @Override
  public <K extends Comparable<? super K>, S> void want(Slice<K, S> slice, K key) {
    if (slice instanceof PackedSlice) {
      want(table, (ViewerKey) key); // all of a row come together
      return;
    }
    Loaded<K, S> states = of(slice);
    if (!states.states.containsKey(key) && !states.loading.contains(key)) {
      states.wanted.add(key);
    }
  }

  /** Adds to a script the locking and loading of the viewers that were asked for. */
  void lockViewers(Script script) {
    rows.load(script, null, true);
  }

  /** Asks for a state to be loaded without a lock. */
  <K extends Comparable<? super K>, S> void wantToPeek(Slice<K, S> slice, K key) {
    if (slice instanceof PackedSlice && isLocked((ViewerKey) key)) {
      return;
    }
    Loaded<K, S> states = of(slice);
    if (!states.states.containsKey(key) && !states.peeked.containsKey(key)) {
      states.toPeek.add(key);
    }
  }

  @Override
  public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    if (slice instanceof PackedSlice<?> packed) {
      row((ViewerKey) key).change(packed, (Message) state);
      return;
    }
    Loaded<K, S> states = of(slice);
    states.states.put(key, state);
    states.changed.put(key, state);
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    appended.computeIfAbsent(appender, unused -> new ArrayList<>()).add(row);
  }

  /**
   * Runs the script, to which it adds the loading of what was asked for.
   *
   * @param row takes what can be read beside other rows, behind the script's locks; null: each
   *     slice is read by itself
   * @param behind adds what is read once all of that is read and locked; it is not asked if there
   *     is nothing to run
   */
  void load(Script script, @Nullable SideBySide row, Consumer<Script> behind) {
    if (!rehearsal && isOutOfOrder()) {
      rehearse(script);
    }
    loaded.values().forEach(states -> states.load(script, row, !rehearsal));
    shared.values().forEach(states -> states.load(script, row, !rehearsal));
    if (row != null && !row.isEmpty()) {
      row.addTo(script);
    }
    if (script.isEmpty()) {
      return;
    }
    behind.accept(script);
    script.run();
    loaded.values().forEach(Loaded::fillInitial);
    for (Shared<?, ?> states : shared.values()) {
      lastLocked = states.loading.isEmpty() ? lastLocked : states;
      states.noteMissing();
      states.fillInitial();
    }
    if (!rehearsal && isMissingRows()) {
      rehearse(script);
    }
  }

  /**
   * Whether states are asked for that the locks on the batch's viewers don't guard: what is read of
   * them may be what another batch has just committed.
   */
  boolean wantsWhatOthersChange() {
    return shared.values().stream().anyMatch(states -> !states.wanted.isEmpty())
        || all().anyMatch(states -> !states.toPeek.isEmpty());
  }

  /** Whether any viewer that was asked for has no row yet. */
  boolean lacksViewers() {
    return rows.lacksRows;
  }

  /** Whether this attempt only found out what the next one will need; it must not be saved. */
  boolean isRehearsal() {
    return rehearsal;
  }

  /** Whether shared rows that were asked for are not there yet. */
  boolean isMissingRows() {
    return shared.values().stream().anyMatch(states -> !states.missing.isEmpty());
  }

  /** Adds to a script the creation of the shared rows that a rehearsal found to be missing. */
  void createMissing(Script script) {
    shared.values().forEach(states -> states.create(script));
  }

  /** Adds to the script the writing of what changed. */
  void save(Script script) {
    saveViewers(script);
    loaded.values().forEach(states -> states.save(script));
    shared.values().forEach(states -> states.save(script));
    // In an order that all batches share, so that sums to which several add are locked in it.
    appended.entrySet().stream()
        .sorted(Comparator.comparing(rows -> rows.getKey().getClass().getName()))
        .forEach(rows -> append(script, rows.getKey(), rows.getValue()));
  }

  /**
   * Asks for everything that another attempt at the same batch had loaded, so that it is locked in
   * order.
   */
  void wantAllOf(Workspace earlier) {
    earlier.loaded.forEach((slice, states) -> states.copyKeysTo(this));
    earlier.shared.forEach((rank, states) -> states.copyKeysTo(this));
  }

  private Stream<Loaded<?, ?>> all() {
    return Stream.concat(loaded.values().stream(), shared.values().stream());
  }

  private boolean isOutOfOrder() {
    Shared<?, ?> last = lastLocked;
    return last != null
        && (last.isWantedBeforeLocked()
            || shared.headMap(last.rank()).values().stream()
                .anyMatch(states -> !states.wanted.isEmpty()));
  }

  private void rehearse(Script script) {
    script.beginAgain(); // nobody should wait for a batch that will not be saved
    rehearsal = true;
  }

  @SuppressWarnings("unchecked") // a map holds for each slice only what belongs to it
  private <K extends Comparable<? super K>, S> Loaded<K, S> of(Slice<K, S> slice) {
    if (slice instanceof SharedSlice<K, S> common) {
      Shared<?, ?> states = shared.get(common.rank());
      if (states == null) {
        known.check(common);
        states = new Shared<>(common);
        shared.put(common.rank(), states);
      }
      return (Loaded<K, S>) states;
    }
    Loaded<?, ?> states = loaded.get(slice);
    if (states == null) {
      states = new Loaded<>(slice);
      loaded.put(slice, states);
    }
    return (Loaded<K, S>) states;
  }

  /** Whether a key is of a viewer whose row is there, or is on its way. */
  private boolean isLocked(ViewerKey viewer) {
    return rows.states.containsKey(viewer) || rows.loading.contains(viewer);
  }

  /** A viewer's row; asks for it to be loaded, and throws {@link NotLoaded}, if it is not there. */
  private ViewerTable.Row row(ViewerKey viewer) {
    ViewerTable.Row row = rows.states.get(viewer);
    if (row == null) {
      rows.wanted.add(viewer);
      throw new NotLoaded();
    }
    return row;
  }

  private void saveViewers(Script script) {
    SortedMap<ViewerKey, ViewerTable.Row> changed = new TreeMap<>();
    rows.states.forEach((viewer, row) -> {
      if (row.isChanged()) {
        changed.put(viewer, row);
      }
    });
    if (!changed.isEmpty()) {
      table.save(script, changed);
    }
  }

  @SuppressWarnings("unchecked")
  private static <R> void append(Script script, Appender<R> appender, List<Object> rows) {
    appender.append(script, (List<R>) rows);
  }

  /** The states of one slice. */
  private static class Loaded<K extends Comparable<? super K>, S> {
    private final Slice<K, S> slice;
    final Map<K, S> states = new HashMap<>();

    /** What was read without a lock is kept apart, or it could be written back. */
    private final Map<K, S> peeked = new HashMap<>(0);

    private final Map<K, S> changed = new HashMap<>();

    /** A key that was asked for; null: nobody did. */
    private @Nullable K asked;

    private boolean lacksRows;

    SortedSet<K> wanted = new TreeSet<>();
    SortedSet<K> loading = new TreeSet<>();
    private SortedSet<K> toPeek = new TreeSet<>();
    private SortedSet<K> peeking = new TreeSet<>();

    Loaded(Slice<K, S> slice) {
      this.slice = slice;
    }

    void load(Script script, @Nullable SideBySide row, boolean lock) {
      if (!wanted.isEmpty()) {
        loading = wanted;
        wanted = new TreeSet<>();
        boolean isLocked = lock && slice instanceof SharedSlice;
        if (isLocked || !isAdded(row, loading, states)) {
          slice.load(script, loading, lock, states::put);
        }
      }
      if (!toPeek.isEmpty()) {
        peeking = toPeek;
        toPeek = new TreeSet<>();
        if (!isAdded(row, peeking, peeked)) {
          slice.load(script, peeking, false, peeked::put);
        }
      }
    }

    private boolean isAdded(@Nullable SideBySide row, SortedSet<K> keys, Map<K, S> found) {
      return row != null && row.add(slice, keys, found::put);
    }

    void addTo(Habits.Asked.Builder all) {
      if (asked != null) {
        all.add(slice, asked);
      }
    }

    void fillInitial() {
      loading = fill(loading, states);
      peeking = fill(peeking, peeked);
    }

    void save(Script script) {
      if (!changed.isEmpty()) {
        slice.save(script, new TreeMap<>(changed));
      }
    }

    void copyKeysTo(Workspace other) {
      states.keySet().forEach(key -> other.want(slice, key));
      wanted.forEach(key -> other.want(slice, key));
    }

    private SortedSet<K> fill(SortedSet<K> keys, Map<K, S> found) {
      if (keys.isEmpty()) {
        return keys;
      }
      for (K key : keys) {
        if (!found.containsKey(key)) {
          lacksRows = true;
          found.put(key, slice.initial(key));
        }
      }
      return new TreeSet<>();
    }
  }

  /** The states of one shared slice, with how far it is locked. */
  private static final class Shared<K extends Comparable<? super K>, S> extends Loaded<K, S> {
    private final SharedSlice<K, S> slice;
    private final SortedSet<K> missing = new TreeSet<>();
    private @Nullable K lastKey;

    Shared(SharedSlice<K, S> slice) {
      super(slice);
      this.slice = slice;
    }

    int rank() {
      return slice.rank();
    }

    boolean isWantedBeforeLocked() {
      K last = lastKey;
      return last != null && !wanted.isEmpty() && wanted.first().compareTo(last) < 0;
    }

    void noteMissing() {
      if (!loading.isEmpty()) {
        lastKey = loading.last();
        for (K key : loading) {
          if (!states.containsKey(key)) {
            missing.add(key);
          }
        }
      }
    }

    void create(Script script) {
      slice.create(script, missing);
    }
  }
}
