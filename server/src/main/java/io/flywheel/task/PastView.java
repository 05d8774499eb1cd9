package io.flywheel.task;

import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.Set;

/** A viewer's states as they are now, looked at by the windows of an earlier time. */
record PastView(StateView now, Instant at) implements StateView {
  @Override
  public CompiledProgram program() {
    return now.program();
  }

  @Override
  public ViewerKey viewer() {
    return now.viewer();
  }

  @Override
  public ViewerProfile profile() {
    return now.profile();
  }

  @Override
  public ViewerProfile profileNow(Set<String> fields) {
    return now.profileNow(fields);
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return now.get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return now.peek(slice, key);
  }
}
