package io.flywheel.engine;

import com.google.protobuf.ByteString;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.Fact;
import java.util.List;

/** What became of an action, known after the commit. */
public sealed interface Outcome {
  /**
   * It took effect.
   *
   * @param facts what it set off, in order
   * @param answer the answer that its reactor set; empty: none
   * @param roomId the room that it happened in; empty: outside of rooms
   * @param outdates whether it {@linkplain Turn#outdate outdates} what is kept of the viewer
   */
  record Done(List<Fact> facts, ByteString answer, String roomId, boolean outdates)
      implements Outcome {}

  /**
   * It had taken effect before; nothing changed.
   *
   * @param answer the first answer
   */
  record Repeated(ByteString answer) implements Outcome {}

  /**
   * It was rejected; nothing changed.
   *
   * @param reason why
   */
  record Rejected(ServiceException reason) implements Outcome {}
}
