package io.flywheel.referral;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetReferralRequest;
import io.flywheel.v1.GetReferralResponse;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Invite;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.ListInviteesRequest;
import io.flywheel.v1.ListReferralReviewsRequest;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ReferralReview;
import io.flywheel.v1.ReferralServiceGrpc;
import io.flywheel.v1.ReferralServiceGrpc.ReferralServiceBlockingStub;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.RoomServiceGrpc;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A merchant whose viewers invite each other, through one server. Thread-safe. */
final class Sharing {
  private static final AtomicLong IDS = new AtomicLong();

  private final TestServer server;
  private final TestMerchant merchant;

  Sharing(TestServer server, String program) {
    this(server, new TestMerchant(server, "merchant-" + IDS.incrementAndGet(), program));
  }

  private Sharing(TestServer server, TestMerchant merchant) {
    this.server = server;
    this.merchant = merchant;
  }

  TestMerchant merchant() {
    return merchant;
  }

  ReferralServiceBlockingStub as(Role role, String subject) {
    return ReferralServiceGrpc.newBlockingStub(merchant.as(role, subject));
  }

  /** The code of a viewer's invite to the room. */
  String invite(String viewerId) {
    return invite(viewerId, IdentityHashes.getDefaultInstance()).getCode();
  }

  Invite invite(String viewerId, IdentityHashes identity) {
    return as(Role.PLATFORM, "platform")
        .createInvite(
            CreateInviteRequest.newBuilder()
                .setRequestId(newId())
                .setViewerId(viewerId)
                .setRoomId(TestServer.ROOM)
                .setIdentity(identity)
                .build())
        .getInvite();
  }

  AcceptInviteResponse accept(String viewerId, String code) {
    return accept(viewerId, code, IdentityHashes.getDefaultInstance());
  }

  AcceptInviteResponse accept(String viewerId, String code, IdentityHashes identity) {
    AcceptInviteResponse answer =
        as(Role.PLATFORM, "platform")
            .acceptInvite(
                AcceptInviteRequest.newBuilder()
                    .setRequestId(newId())
                    .setViewerId(viewerId)
                    .setCode(code)
                    .setChannel("wechat")
                    .setIdentity(identity)
                    .build());
    merchant.settle();
    return answer;
  }

  EnterRoomResponse enter(String viewerId) {
    EnterRoomResponse answer =
        RoomServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
            .enterRoom(
                EnterRoomRequest.newBuilder()
                    .setRequestId(newId())
                    .setRoomId(TestServer.ROOM)
                    .build());
    merchant.settle();
    return answer;
  }

  /** An invitee comes by a code and enters. */
  void come(String viewerId, String code) {
    accept(viewerId, code);
    enter(viewerId);
  }

  void order(String viewerId, String orderId, long amountMinor) {
    send(
        event(viewerId, "order-" + orderId)
            .setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(amountMinor))
            .build());
  }

  void refund(String viewerId, String orderId, String refundId, long amountMinor) {
    send(
        event(viewerId, "refund-" + orderId + refundId)
            .setRefunded(
                Refunded.newBuilder()
                    .setOrderId(orderId)
                    .setRefundId(refundId)
                    .setAmountMinor(amountMinor))
            .build());
  }

  Event.Builder event(String viewerId, String eventId) {
    return Event.newBuilder()
        .setEventId(eventId)
        .setViewerId(viewerId)
        .setRoomId(TestServer.ROOM)
        .setOccurredAt(Timestamps.fromMillis(server.clock().instant().toEpochMilli()));
  }

  void send(Event event) {
    EventResult result =
        EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
            .ingestEvents(IngestEventsRequest.newBuilder().addEvents(event).build())
            .getResults(0);
    if (result.getOutcome() == EventOutcome.EVENT_OUTCOME_REJECTED) {
      throw new AssertionError(result.toString());
    }
    merchant.settle();
  }

  long points(String viewerId) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .getBalance(GetBalanceRequest.getDefaultInstance())
        .getBalance();
  }

  List<Invitee> invitees(String viewerId) {
    return as(Role.VIEWER, viewerId)
        .listInvitees(ListInviteesRequest.newBuilder().setPageSize(100).build())
        .getInviteesList();
  }

  GetReferralResponse referral(String viewerId) {
    return as(Role.VIEWER, viewerId).getReferral(GetReferralRequest.getDefaultInstance());
  }

  List<ReferralReview> reviews(ReviewState state) {
    return as(Role.MERCHANT, "owner")
        .listReferralReviews(ListReferralReviewsRequest.newBuilder().setState(state).build())
        .getReviewsList();
  }

  static String newId() {
    return "request-" + IDS.incrementAndGet();
  }
}
