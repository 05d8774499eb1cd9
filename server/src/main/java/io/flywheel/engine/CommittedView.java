package io.flywheel.engine;

import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.Collections;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * A view of what is committed, for reading. Loads each state when it is asked for, without a lock.
 */
record CommittedView(
    Handle handle, CompiledProgram program, ViewerKey viewer, Instant at, ViewerSlice viewers)
    implements StateView {
  @Override
  public ViewerProfile profile() {
    return get(viewers);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    Holder<S> found = new Holder<>(slice.initial(key));
    Script script = new Script(handle);
    slice.load(
        script,
        new TreeSet<>(Collections.singleton(key)),
        false,
        (k, state) -> found.value = state);
    script.run();
    return found.value;
  }

  private static final class Holder<S> {
    private S value;

    Holder(S value) {
      this.value = value;
    }
  }
}
