package io.flywheel.event;

import com.google.inject.Inject;
import io.flywheel.counting.EventTriggers;
import io.flywheel.counting.Measure;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.Trigger;
import java.util.List;
import java.util.Set;

/**
 * What the platform reports can be counted, but for watching, which counts once it is credited.
 * Thread-safe.
 */
final class EventOccurrences implements OccurrenceSource<Event> {
  private static final Set<String> ORDERS = Set.of("orders");

  @Inject
  EventOccurrences() {}

  @Override
  public Class<Event> type() {
    return Event.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(
        TriggerKind.ofEvent(Trigger.TRIGGER_ENTER),
        TriggerKind.ofEvent(Trigger.TRIGGER_LIKE),
        TriggerKind.ofEvent(Trigger.TRIGGER_COMMENT, Measure.TEXTS),
        TriggerKind.ofEvent(Trigger.TRIGGER_SHARE, Measure.KEYS),
        TriggerKind.ofEvent(Trigger.TRIGGER_FOLLOW),
        TriggerKind.ofEvent(Trigger.TRIGGER_CLICK, Measure.KEYS),
        TriggerKind.ofEvent(Trigger.TRIGGER_ORDER, Measure.AMOUNT),
        TriggerKind.ofEvent(Trigger.TRIGGER_REPURCHASE, Measure.AMOUNT),
        TriggerKind.ofEvent(Trigger.TRIGGER_LEAD),
        TriggerKind.ofEvent(Trigger.TRIGGER_JOIN_GROUP),
        TriggerKind.ofEvent(Trigger.TRIGGER_CUSTOM, Measure.AMOUNT).custom());
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, Event event) {
    return switch (event.getWhatCase()) {
      case ENTERED, FOLLOWED, LEAD_SUBMITTED, JOINED_GROUP ->
          List.of(origin.of(EventTriggers.of(event)));
      case LIKED -> {
        int count = event.getLiked().hasCount() ? event.getLiked().getCount() : 1;
        yield List.of(origin.of(EventTriggers.of(event)).times(count));
      }
      case COMMENTED ->
          List.of(origin.of(EventTriggers.of(event)).keyed(event.getCommented().getText()));
      case SHARED ->
          List.of(origin.of(EventTriggers.of(event)).keyed(event.getShared().getChannel()));
      case CLICKED ->
          List.of(origin.of(EventTriggers.of(event)).keyed(event.getClicked().getTarget()));
      case CUSTOM -> List.of(custom(origin, event.getCustom()));
      case ORDERED -> ordered(origin, event.getOrdered().getAmountMinor());
      default -> List.of();
    };
  }

  private static Occurrence custom(Occurrence.Origin origin, CustomEvent custom) {
    return origin.of(Trigger.TRIGGER_CUSTOM).amount(custom.getValue()).named(custom.getName());
  }

  /** An order triggers twice when it is not the first. */
  private static List<Occurrence> ordered(Occurrence.Origin origin, long amount) {
    Occurrence order = origin.of(Trigger.TRIGGER_ORDER).amount(amount);
    return origin.turn().profileNow(ORDERS).getOrders() < 2
        ? List.of(order)
        : List.of(order, origin.of(Trigger.TRIGGER_REPURCHASE).amount(amount));
  }
}
