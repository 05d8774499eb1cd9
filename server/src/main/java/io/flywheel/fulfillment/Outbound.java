package io.flywheel.fulfillment;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.JournalEntry;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Fulfillment;
import io.flywheel.v1.FulfillmentKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What of the journal concerns the platform. */
public final class Outbound {
  private Outbound() {}

  /** Whether a fact concerns the platform. */
  public static boolean concerns(Fact fact) {
    return of(fact).isPresent();
  }

  /**
   * What an entry of the journal has for the platform, in order. Its id is made from the entry's
   * place in the journal, which never changes.
   *
   * @param kinds which kinds; none: all that are to be delivered
   */
  public static List<Fulfillment> of(JournalEntry entry, Collection<FulfillmentKind> kinds) {
    List<Fulfillment> found = new ArrayList<>();
    for (int i = 0; i < entry.facts().size(); i++) {
      int index = i;
      of(entry.facts().get(i))
          .filter(one -> kinds.isEmpty() ? isToDeliver(kindOf(one)) : kinds.contains(kindOf(one)))
          .ifPresent(one ->
              found.add(
                  one.setFulfillmentId(id(entry, index))
                      .setViewerId(entry.viewer().viewerId())
                      .setOccurredAt(Timestamps.fromMillis(entry.at().toEpochMilli()))
                      .setRoomId(entry.roomId())
                      .build()));
    }
    return found;
  }

  /** Which kind it is of. */
  public static FulfillmentKind kindOf(Fulfillment.Builder fulfillment) {
    return switch (fulfillment.getWhatCase()) {
      case GRANT_ISSUED -> FulfillmentKind.FULFILLMENT_KIND_GRANT_ISSUED;
      case GRANT_REVOKED -> FulfillmentKind.FULFILLMENT_KIND_GRANT_REVOKED;
      case REDEMPTION_MOVED -> FulfillmentKind.FULFILLMENT_KIND_REDEMPTION_MOVED;
      case TAG_ENTERED -> FulfillmentKind.FULFILLMENT_KIND_TAG_ENTERED;
      case TAG_LEFT -> FulfillmentKind.FULFILLMENT_KIND_TAG_LEFT;
      case REMINDER_SENT -> FulfillmentKind.FULFILLMENT_KIND_REMINDER_SENT;
      case BUDGET_REACHED -> FulfillmentKind.FULFILLMENT_KIND_BUDGET_REACHED;
      case WHAT_NOT_SET -> throw new IllegalStateException("a fulfillment of nothing");
    };
  }

  /** Tags, reminders and budgets are news, and nothing that is owed: whoever wants them says so. */
  private static boolean isToDeliver(FulfillmentKind kind) {
    return kind != FulfillmentKind.FULFILLMENT_KIND_TAG_ENTERED
        && kind != FulfillmentKind.FULFILLMENT_KIND_TAG_LEFT
        && kind != FulfillmentKind.FULFILLMENT_KIND_REMINDER_SENT
        && kind != FulfillmentKind.FULFILLMENT_KIND_BUDGET_REACHED;
  }

  private static Optional<Fulfillment.Builder> of(Fact fact) {
    Fulfillment.Builder builder = Fulfillment.newBuilder();
    return switch (fact.getWhatCase()) {
      case GRANT_ISSUED -> Optional.of(builder.setGrantIssued(fact.getGrantIssued().getGrant()));
      case GRANT_REVOKED -> Optional.of(builder.setGrantRevoked(fact.getGrantRevoked()));
      case REDEMPTION_MOVED -> Optional.of(builder.setRedemptionMoved(fact.getRedemptionMoved()));
      case TAG_ENTERED -> Optional.of(builder.setTagEntered(fact.getTagEntered()));
      case TAG_LEFT -> Optional.of(builder.setTagLeft(fact.getTagLeft()));
      case REMINDER_SENT -> Optional.of(builder.setReminderSent(fact.getReminderSent()));
      case BUDGET_REACHED -> Optional.of(builder.setBudgetReached(fact.getBudgetReached()));
      default -> Optional.empty();
    };
  }

  private static String id(JournalEntry entry, int index) {
    return "%016x-%d-%d-%d".formatted(entry.log(), entry.number(), entry.index(), index);
  }
}
