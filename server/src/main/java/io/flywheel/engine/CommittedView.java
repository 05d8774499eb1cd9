package io.flywheel.engine;

import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * A view of what is committed, for reading. Loads each state when it is asked for, without a lock:
 * of the viewers of a page those of all in one query.
 */
final class CommittedView implements StateView {
  private final Page page;
  private final ViewerKey viewer;

  /** The view of one of a page's viewers. */
  CommittedView(Page page, ViewerKey viewer) {
    this.page = page;
    this.viewer = viewer;
  }

  /** Viewers of one merchant who are looked at together. Used by one thread. */
  static final class Page {
    private final Handle handle;
    private final CompiledProgram program;
    private final Instant at;
    private final ViewerSlice viewers;
    private final SortedSet<ViewerKey> keys;
    private final Map<Slice<?, ?>, Map<Object, Object>> loaded = new HashMap<>();
    private final Habits.Asked.Builder asked = new Habits.Asked.Builder();

    /**
     * A page.
     *
     * @param foreseen states of its viewers that are likely to be asked for
     */
    Page(
        Handle handle,
        CompiledProgram program,
        Instant at,
        ViewerSlice viewers,
        SortedSet<ViewerKey> keys,
        List<Slice<ViewerKey, ?>> foreseen) {
      this.handle = handle;
      this.program = program;
      this.at = at;
      this.viewers = viewers;
      this.keys = keys;
      Script script = new Script(handle);
      foreseen.forEach(slice -> load(script, slice, keys));
      script.run();
      foreseen.forEach(slice -> fill(slice, keys));
    }

    /** What was asked for by now. */
    Habits.Asked asked() {
      return asked.build();
    }

    private <K extends Comparable<? super K>, S> void load(
        Script script, Slice<K, S> slice, SortedSet<K> wanted) {
      Map<Object, Object> states = loaded.computeIfAbsent(slice, unused -> new HashMap<>());
      slice.load(script, wanted, false, states::put);
    }

    private <K extends Comparable<? super K>, S> void fill(Slice<K, S> slice, SortedSet<K> wanted) {
      Map<Object, Object> states = Objects.requireNonNull(loaded.get(slice));
      wanted.forEach(each -> states.computeIfAbsent(each, unused -> slice.initial(each)));
    }

    @SuppressWarnings("unchecked") // the keys of a page are of the type that the key is of
    private <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
      boolean isOwn = key instanceof ViewerKey one && keys.contains(one);
      if (isOwn || !(key instanceof ViewerKey)) {
        asked.add(slice, key);
      }
      Map<Object, Object> states = loaded.computeIfAbsent(slice, unused -> new HashMap<>());
      Object known = states.get(key);
      if (known != null) {
        return (S) known;
      }
      SortedSet<K> wanted = isOwn ? (SortedSet<K>) keys : new TreeSet<>(Collections.singleton(key));
      Script script = new Script(handle);
      load(script, slice, wanted);
      script.run();
      fill(slice, wanted);
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
    return page.viewers.now(this, fields);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return page.get(slice, key);
  }
}
