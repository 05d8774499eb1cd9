package io.flywheel.audience.tag;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.TagEntered;
import io.flywheel.v1.TagLeft;
import io.flywheel.v1.Trigger;
import java.util.List;

/** Tags that viewers come to have, or lose, can be counted. Thread-safe. */
abstract class TagOccurrences<M extends Message> implements OccurrenceSource<M> {
  private final Class<M> type;
  private final Trigger trigger;

  private TagOccurrences(Class<M> type, Trigger trigger) {
    this.type = type;
    this.trigger = trigger;
  }

  /** Tags that viewers come to have. */
  static final class OfEntered extends TagOccurrences<TagEntered> {
    @Inject
    OfEntered() {
      super(TagEntered.class, Trigger.TRIGGER_TAG_ENTERED);
    }
  }

  /** Tags that viewers lose. */
  static final class OfLeft extends TagOccurrences<TagLeft> {
    @Inject
    OfLeft() {
      super(TagLeft.class, Trigger.TRIGGER_TAG_LEFT);
    }
  }

  @Override
  public Class<M> type() {
    return type;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(trigger));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, M tag) {
    return List.of(origin.of(trigger));
  }
}
