package io.flywheel.engine;

import io.flywheel.platform.db.Database;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A view of what is committed, for reading. Loads each state when it is asked for, without a lock:
 * of the viewers of a page those of all in one query.
 */
final class CommittedView implements StateView {
  private final Page page;
  private final ViewerKey viewer;

  /** The profile with fields that were asked for: several features ask for the same. */
  private final Map<Set<String>, ViewerProfile> profiles = new HashMap<>();

  /** The profile with all fields, once it was asked for. */
  private @Nullable ViewerProfile whole;

  /** The view of one of a page's viewers. */
  CommittedView(Page page, ViewerKey viewer) {
    this.page = page;
    this.viewer = viewer;
  }

  /** Viewers of one merchant who are looked at together. Used by one thread. */
  static final class Page {
    private final Database database;
    private final CompiledProgram program;
    private final Instant at;
    private final ViewerSlice viewers;
    private final SortedSet<ViewerKey> keys;
    private final Map<Slice<?, ?>, Map<Object, Object>> loaded = new HashMap<>();
    private final Habits.Asked.Builder asked = new Habits.Asked.Builder();
    private final Map<SharedSlice<?, ?>, Set<Object>> askedOfShared = new HashMap<>();

    /**
     * A page.
     *
     * @param keys at least one
     * @param foreseen states of its viewers that are likely to be asked for
     * @param foreseenOfShared keys of shared states that are likely to be asked for
     * @throws io.flywheel.platform.errors.ServiceException PROGRAM_NOT_FOUND
     */
    Page(
        Database database,
        ProgramStore programs,
        Instant at,
        ViewerSlice viewers,
        SortedSet<ViewerKey> keys,
        List<Slice<ViewerKey, ?>> foreseen,
        Map<SharedSlice<?, ?>, Set<Object>> foreseenOfShared) {
      this.database = database;
      this.at = at;
      this.viewers = viewers;
      this.keys = keys;
      String merchantId = keys.first().merchantId();
      long[] version = {0};
      SideBySide row = new SideBySide(merchantId, found -> version[0] = found);
      List<PackedSlice<?>> columns = new ArrayList<>();
      List<Consumer<Script>> others = new ArrayList<>();
      for (Slice<ViewerKey, ?> slice : foreseen) {
        if (slice instanceof PackedSlice<?> packed) {
          columns.add(packed);
        } else {
          others.add(script -> load(script, slice, keys));
        }
      }
      if (!columns.isEmpty()) {
        loadColumns(row, others, columns);
      }
      foreseenOfShared.forEach((slice, likely) -> loadShared(row, others, slice, likely));
      if (!others.isEmpty() || !row.readPrepared(database)) {
        others.add(row::addTo);
        run(others);
      }
      if (version[0] == 0) {
        throw ProgramStore.nothingApplied();
      }
      this.program = programs.ofVersion(merchantId, version[0]);
      foreseen.forEach(slice -> fill(slice, keys));
      foreseenOfShared.forEach(this::fillShared);
    }

    /** What was asked for by now. */
    Habits.Asked asked() {
      return asked.build();
    }

    /** Which keys of shared states were asked for by now. */
    Map<SharedSlice<?, ?>, Set<Object>> askedOfShared() {
      return askedOfShared;
    }

    private void run(List<Consumer<Script>> parts) {
      database.read(handle -> {
        Script script = new Script(handle);
        parts.forEach(part -> part.accept(script));
        script.run();
        return script;
      });
    }

    private void loadColumns(
        SideBySide row, List<Consumer<Script>> others, List<PackedSlice<?>> columns) {
      BiConsumer<ViewerKey, ViewerTable.Row> found =
          (viewer, read) ->
              columns.forEach(slice -> statesOf(slice).put(viewer, read.state(slice)));
      if (keys.size() == 1) {
        row.addViewer(columns, keys.first(), found);
      } else {
        others.add(script -> ViewerTable.read(script, columns, keys, found));
      }
    }

    private <K extends Comparable<? super K>, S> void loadShared(
        SideBySide row,
        List<Consumer<Script>> others,
        SharedSlice<K, S> slice,
        Set<Object> likely) {
      SortedSet<K> wanted = typed(slice, likely);
      if (!row.add(slice, wanted, statesOf(slice)::put)) {
        others.add(script -> load(script, slice, wanted));
      }
    }

    private <K extends Comparable<? super K>, S> void fillShared(
        SharedSlice<K, S> slice, Set<Object> likely) {
      fill(slice, typed(slice, likely));
    }

    @SuppressWarnings({"unchecked", "unused"}) // a slice's keys are kept under the slice
    private static <K extends Comparable<? super K>> SortedSet<K> typed(
        SharedSlice<K, ?> slice, Set<Object> keys) {
      return new TreeSet<>((Set<K>) (Set<?>) keys);
    }

    private <K extends Comparable<? super K>, S> void expect(Slice<K, S> slice, SortedSet<K> keys) {
      Map<Object, Object> states = statesOf(slice);
      SortedSet<K> missing = new TreeSet<>(keys);
      missing.removeIf(states::containsKey);
      if (!missing.isEmpty()) {
        run(List.of(script -> load(script, slice, missing)));
        fill(slice, missing);
      }
    }

    private <K extends Comparable<? super K>, S> void load(
        Script script, Slice<K, S> slice, SortedSet<K> wanted) {
      slice.load(script, wanted, false, statesOf(slice)::put);
    }

    private Map<Object, Object> statesOf(Slice<?, ?> slice) {
      return loaded.computeIfAbsent(slice, unused -> new HashMap<>());
    }

    private <K extends Comparable<? super K>, S> void fill(Slice<K, S> slice, SortedSet<K> wanted) {
      Map<Object, Object> states = statesOf(slice);
      wanted.forEach(each -> states.computeIfAbsent(each, unused -> slice.initial(each)));
    }

    @SuppressWarnings("unchecked") // the keys of a page are of the type that the key is of
    private <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
      boolean isOwn = key instanceof ViewerKey one && keys.contains(one);
      if (isOwn || !(key instanceof ViewerKey)) {
        asked.add(slice, key);
      }
      if (slice instanceof SharedSlice<K, S> shared) {
        askedOfShared.computeIfAbsent(shared, unused -> new HashSet<>()).add(key);
      }
      Map<Object, Object> states = statesOf(slice);
      Object known = states.get(key);
      if (known != null) {
        return (S) known;
      }
      SortedSet<K> wanted = isOwn ? (SortedSet<K>) keys : new TreeSet<>(Collections.singleton(key));
      expect(slice, wanted);
      return (S) Objects.requireNonNull(states.get(key));
    }
  }

  @Override
  public CompiledProgram program() {
    return page.program;
  }

  @Override
  public ViewerKey viewer() {
    return viewer;
  }

  @Override
  public Instant at() {
    return page.at;
  }

  @Override
  public ViewerProfile profile() {
    return get(page.viewers);
  }

  @Override
  public ViewerProfile profileNow(Set<String> fields) {
    ViewerProfile known = whole == null ? profiles.get(fields) : whole;
    if (known == null) {
      known = page.viewers.now(this, fields); // which may ask for others
      if (fields.equals(PROFILE_FIELDS)) {
        whole = known;
      } else {
        profiles.put(fields, known);
      }
    }
    return known;
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>> void expect(Slice<K, ?> slice, SortedSet<K> keys) {
    page.expect(slice, keys);
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return page.get(slice, key);
  }
}
