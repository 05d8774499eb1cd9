package io.flywheel.engine;

import io.flywheel.v1.Fact;
import java.util.List;

/** Is told what was committed. Must be quick and thread-safe: it is called on the lanes. */
public interface CommitListener {
  /** What one action set off, after its commit. */
  void committed(Action action, List<Fact> facts);
}
