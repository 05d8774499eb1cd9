package io.flywheel.counting;

import io.flywheel.v1.Event;
import io.flywheel.v1.Trigger;

/** Which trigger an event is likely to set off. Pure functions. */
public final class EventTriggers {
  private EventTriggers() {}

  /** The trigger, of several the first; unspecified: none. */
  public static Trigger of(Event event) {
    return switch (event.getWhatCase()) {
      case ENTERED -> Trigger.TRIGGER_ENTER;
      case LIKED -> Trigger.TRIGGER_LIKE;
      case COMMENTED -> Trigger.TRIGGER_COMMENT;
      case SHARED -> Trigger.TRIGGER_SHARE;
      case FOLLOWED -> Trigger.TRIGGER_FOLLOW;
      case CLICKED -> Trigger.TRIGGER_CLICK;
      case LEAD_SUBMITTED -> Trigger.TRIGGER_LEAD;
      case JOINED_GROUP -> Trigger.TRIGGER_JOIN_GROUP;
      case CUSTOM -> Trigger.TRIGGER_CUSTOM;
      case ORDERED -> Trigger.TRIGGER_ORDER;
      case WATCHED -> Trigger.TRIGGER_WATCH;
      case LEFT, REFUNDED, ORDER_COMPLETION, BROADCAST_STARTED, BROADCAST_ENDED, WHAT_NOT_SET ->
          Trigger.TRIGGER_UNSPECIFIED;
    };
  }
}
