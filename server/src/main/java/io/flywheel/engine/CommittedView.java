package io.flywheel.engine;

import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
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

    Page(
        Handle handle,
        CompiledProgram program,
        Instant at,
        ViewerSlice viewers,
        SortedSet<ViewerKey> keys) {
      this.handle = handle;
      this.program = program;
      this.at = at;
      this.viewers = viewers;
      this.keys = keys;
    }

    @SuppressWarnings("unchecked") // the keys of a page are of the type that the key is of
    private <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
      Map<Object, Object> states = loaded.computeIfAbsent(slice, unused -> new HashMap<>());
      Object known = states.get(key);
      if (known != null) {
        return (S) known;
      }
      SortedSet<K> wanted =
          key instanceof ViewerKey one && keys.contains(one)
              ? (SortedSet<K>) keys
              : new TreeSet<>(Collections.singleton(key));
      Script script = new Script(handle);
      slice.load(script, wanted, false, states::put);
      script.run();
      wanted.forEach(each -> states.computeIfAbsent(each, unused -> slice.initial(each)));
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
