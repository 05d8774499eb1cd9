package io.flywheel.event;

import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.Shared;

/**
 * Recognizes the events of every day, which keep the contract's constraints beyond doubt. Any other
 * is for the validator to judge, which takes twenty times as long and can say what is wrong.
 */
final class PlainEvent {
  private static final int MAX_ID = 64;
  private static final int MAX_TOKEN = 128;
  private static final long MAX_AMOUNT = 1_000_000_000_000L;

  private PlainEvent() {}

  /** Whether an event breaks none of the constraints in its proto; false: perhaps it does. */
  static boolean isOne(Event event) {
    return isToken(event.getEventId())
        && isId(event.getViewerId())
        && isId(event.getRoomId())
        && isId(event.getBroadcastId())
        && event.hasOccurredAt()
        && isPlainDeed(event);
  }

  private static boolean isPlainDeed(Event event) {
    return switch (event.getWhatCase()) {
      case LEFT, FOLLOWED, BROADCAST_ENDED -> true;
      case ENTERED -> isPlain(event.getEntered());
      case WATCHED -> event.getWatched().hasStartedAt() && event.getWatched().hasEndedAt();
      case LIKED -> isPlain(event.getLiked());
      case COMMENTED -> event.getCommented().getText().length() <= 1_000;
      case SHARED -> isPlain(event.getShared());
      case CLICKED -> event.getClicked().getTarget().length() <= 128;
      case ORDERED -> isPlain(event.getOrdered());
      case LEAD_SUBMITTED -> event.getLeadSubmitted().getForm().length() <= 128;
      case JOINED_GROUP -> event.getJoinedGroup().getGroup().length() <= 128;
      case CUSTOM, REFUNDED, ORDER_COMPLETION, BROADCAST_STARTED, WHAT_NOT_SET -> false;
    };
  }

  private static boolean isPlain(Entered entered) {
    PublicProfile shown = entered.getShownAs();
    return shown.getDisplayName().length() <= 64
        && shown.getAvatarUrl().isEmpty()
        && !shown.hasBadge();
  }

  private static boolean isPlain(Liked liked) {
    return !liked.hasCount() || (liked.getCount() >= 1 && liked.getCount() <= 1_000);
  }

  private static boolean isPlain(Shared shared) {
    return shared.getChannel().length() <= 64 && shared.getInviteCode().isEmpty();
  }

  private static boolean isPlain(Ordered ordered) {
    return isToken(ordered.getOrderId())
        && ordered.getAmountMinor() >= 0
        && ordered.getAmountMinor() <= MAX_AMOUNT
        && ordered.getPaymentHash().isEmpty();
  }

  /** Up to 64 letters, digits and {@code ._:@-}. */
  private static boolean isId(String text) {
    if (text.length() > MAX_ID) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean isDigitOrColon = c >= '0' && c <= ':';
      if (!isLetter && !isDigitOrColon && c != '_' && c != '-' && c != '.' && c != '@') {
        return false;
      }
    }
    return true;
  }

  /** From 1 to 128 printable ASCII characters without spaces. */
  private static boolean isToken(String text) {
    if (text.isEmpty() || text.length() > MAX_TOKEN) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '!' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }
}
