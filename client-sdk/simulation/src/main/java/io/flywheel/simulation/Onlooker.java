package io.flywheel.simulation;

import io.flywheel.client.FlywheelException;
import io.flywheel.v1.Fact;
import java.util.List;

/** Is told what simulated viewers do; from several threads at once. */
public interface Onlooker {
  /** A viewer is in the room. */
  void entered();

  /** A viewer has left the room. */
  void left();

  /** A viewer did something, which set off facts. */
  void did(String viewerId, String action, List<Fact> facts);

  /** A call failed. */
  void failed(FlywheelException failure);

  /** An event was rejected, for this reason. */
  void rejected(String reason);
}
