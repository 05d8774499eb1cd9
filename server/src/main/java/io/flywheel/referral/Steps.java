package io.flywheel.referral;

import io.flywheel.v1.InviteeStage;
import java.util.List;

/** The steps and orders of an invitee. Pure functions; not to be instantiated. */
final class Steps {
  private Steps() {}

  /** Where a step stands; -1: the invitee has not come to it. */
  static int find(FriendState friend, InviteeStage stage, int minutes, String orderId) {
    for (int i = 0; i < friend.getStepsCount(); i++) {
      StepRecord step = friend.getSteps(i);
      if (step.getStage() == stage
          && step.getMinutes() == minutes
          && step.getOrderId().equals(orderId)) {
        return i;
      }
    }
    return -1;
  }

  /** How many steps of a stage were told to whoever counts invitees. */
  static int told(FriendState friend, InviteeStage stage) {
    return (int)
        friend.getStepsList().stream()
            .filter(step -> step.getTold() && step.getStage() == stage)
            .count();
  }

  /** Whether the invitee has done anything but come in. */
  static boolean isActive(FriendState friend) {
    return friend.getStepsList().stream()
        .anyMatch(step -> step.getStageValue() > InviteeStage.INVITEE_STAGE_ENTERED_VALUE);
  }

  /** What is known of an order; nothing yet: a record of nothing. */
  static OrderRecord order(FriendState friend, String orderId) {
    int place = placeOf(friend.getOrdersList(), orderId);
    return place < 0 ? OrderRecord.getDefaultInstance() : friend.getOrders(place);
  }

  /** The record of an order, which is added where there is none. */
  static OrderRecord.Builder order(FriendState.Builder friend, String orderId) {
    int place = placeOf(friend.getOrdersList(), orderId);
    return place < 0
        ? friend.addOrdersBuilder().setOrderId(orderId)
        : friend.getOrdersBuilder(place);
  }

  private static int placeOf(List<OrderRecord> orders, String orderId) {
    for (int i = 0; i < orders.size(); i++) {
      if (orders.get(i).getOrderId().equals(orderId)) {
        return i;
      }
    }
    return -1;
  }
}
