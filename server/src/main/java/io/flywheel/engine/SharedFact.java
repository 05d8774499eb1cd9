package io.flywheel.engine;

import com.google.inject.Binder;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.Message;
import io.flywheel.v1.Fact;

/**
 * A kind of fact that nodes keep something by for a whole merchant, whoever set it off. Features
 * bind theirs with {@link #binder}; other nodes are told of them by {@link Interests#merchant}.
 *
 * @param type one of the messages that a {@link Fact} can hold
 */
public record SharedFact(Class<? extends Message> type) {
  public SharedFact {
    Facts.requireKind(type);
  }

  /** Where a feature's module binds its kinds. */
  public static Multibinder<SharedFact> binder(Binder binder) {
    return Multibinder.newSetBinder(binder, SharedFact.class);
  }
}
