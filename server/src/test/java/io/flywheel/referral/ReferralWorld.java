package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Referred;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.CreateInviteResponse;
import io.flywheel.v1.DecideReferralReviewResponse;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GetReferralReportResponse;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.Invite;
import io.flywheel.v1.InviteAccepted;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.InviteeMoved;
import io.flywheel.v1.InviteeOrdered;
import io.flywheel.v1.InviteeStayed;
import io.flywheel.v1.JoinedGroup;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ReferralReview;
import io.flywheel.v1.Refunded;
import io.flywheel.v1.ReviewSignal;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.Shared;
import io.flywheel.v1.SharedThing;
import io.flywheel.v1.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Viewers who invite each other, through all of the service's rules, in memory. */
final class ReferralWorld {
  static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
  static final String MERCHANT = "shop";
  static final String ROOM = "room";
  static final IdentityHashes UNKNOWN = IdentityHashes.getDefaultInstance();

  private final List<Told> told = new ArrayList<>();
  private final RecordingTurn turn;
  private Instant at = NOON;
  private int ids;

  /** A fact, or a signal, of referral that somebody's turn told. */
  record Told(String viewerId, Object what) {}

  private final class Listener implements Reactor {
    @Override
    public void register(Reactions reactions) {
      reactions.onFact(InviteAccepted.class, this::note);
      reactions.onFact(InviteeEntered.class, this::note);
      reactions.onFact(InviteeStayed.class, this::note);
      reactions.onFact(InviteeOrdered.class, this::note);
      reactions.onFact(InviteeMoved.class, this::note);
      reactions.onFact(RewardRevoked.class, this::note);
      reactions.on(Referred.class, this::note);
    }

    private void note(Turn turn, Object what) {
      told.add(new Told(turn.viewer().viewerId(), what));
    }
  }

  ReferralWorld(String document) {
    turn =
        new RecordingTurn(
            program(1, document),
            viewer("nobody"),
            Stream.concat(Stream.of(TestPrograms.reactors()), Stream.of(new Listener()))
                .toArray(Reactor[]::new));
  }

  void apply(String document) {
    turn.setProgram(program(2, document));
  }

  Instant at() {
    return at;
  }

  /** Lets time pass, with all that is due by then. */
  void pass(Duration time) {
    at = at.plus(time);
    turn.settle(at);
  }

  /** What happens next is heard of late, or in another order. */
  void setAt(Instant time) {
    at = time;
  }

  /** The code of a viewer's invite to the room. */
  String invite(String viewerId) {
    return invite(viewerId, UNKNOWN);
  }

  String invite(String viewerId, IdentityHashes identity) {
    return create(viewerId, "", SharedThing.getDefaultInstance(), ROOM, identity).getCode();
  }

  Invite create(
      String viewerId, String campaignId, SharedThing shared, String roomId, IdentityHashes who) {
    String code = "CODE%04d".formatted(++ids);
    run(
        viewerId,
        new InviteReactor.Create(campaignId, shared, roomId, who, ImmutableList.of(code)));
    Invite invite = turn.answer(CreateInviteResponse.class).getInvite();
    turn.settle(at);
    return invite;
  }

  AcceptInviteResponse accept(String viewerId, String code) {
    return accept(viewerId, code, UNKNOWN);
  }

  AcceptInviteResponse accept(String viewerId, String code, IdentityHashes identity) {
    run(viewerId, new InviteReactor.Accept(code, "wechat", identity));
    AcceptInviteResponse answer = turn.answer(AcceptInviteResponse.class);
    turn.settle(at);
    return answer;
  }

  void enter(String viewerId) {
    enter(viewerId, ROOM);
  }

  void enter(String viewerId, String roomId) {
    tell(viewerId, Event.newBuilder().setRoomId(roomId).setEntered(Entered.getDefaultInstance()));
  }

  /** Somebody comes by a code and enters. */
  void come(String viewerId, String code) {
    come(viewerId, code, UNKNOWN);
  }

  void come(String viewerId, String code, IdentityHashes identity) {
    assertThat(accept(viewerId, code, identity).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    enter(viewerId);
  }

  void share(String viewerId, String code, String channel) {
    tell(
        viewerId,
        Event.newBuilder().setShared(Shared.newBuilder().setInviteCode(code).setChannel(channel)));
  }

  void follow(String viewerId) {
    tell(viewerId, Event.newBuilder().setFollowed(Followed.getDefaultInstance()));
  }

  void joinGroup(String viewerId) {
    tell(viewerId, Event.newBuilder().setJoinedGroup(JoinedGroup.getDefaultInstance()));
  }

  /** Somebody has watched up to now. */
  void watch(String viewerId, Duration time) {
    tell(
        viewerId,
        Event.newBuilder()
            .setWatched(
                Watched.newBuilder()
                    .setStartedAt(Timestamps.fromMillis(at.minus(time).toEpochMilli()))
                    .setEndedAt(Timestamps.fromMillis(at.toEpochMilli()))));
  }

  void order(String viewerId, String orderId, long minor) {
    order(viewerId, orderId, minor, "");
  }

  void order(String viewerId, String orderId, long minor, String payment) {
    tell(
        viewerId,
        Event.newBuilder()
            .setOrdered(
                Ordered.newBuilder()
                    .setOrderId(orderId)
                    .setAmountMinor(minor)
                    .setPaymentHash(payment)));
  }

  void refund(String viewerId, String orderId, long minor) {
    tell(
        viewerId,
        Event.newBuilder()
            .setRefunded(
                Refunded.newBuilder()
                    .setOrderId(orderId)
                    .setRefundId("refund-" + ids)
                    .setAmountMinor(minor)));
  }

  /** Something was found that speaks against an invitee. */
  void suspect(String inviterId, String inviteeId) {
    leave(
        inviterId,
        FriendSuspected.newBuilder()
            .setInviteeId(inviteeId)
            .addEvidence(Identities.sign(ReviewSignal.REVIEW_SIGNAL_SAME_PERSON))
            .build());
  }

  ReferralReview decide(String inviterId, String inviteeId, boolean approve) {
    run(inviterId, new InviterReactor.Decide(inviteeId, approve, "looked at", "owner"));
    ReferralReview review = turn.answer(DecideReferralReviewResponse.class).getReview();
    turn.settle(at);
    return review;
  }

  /** Carries out what another's turn left to be done. */
  void leave(String viewerId, Message body) {
    run(viewerId, body);
    turn.settle(at);
  }

  /** What somebody does, without what that leaves to be done. */
  List<Fact> run(String viewerId, Object body) {
    turn.setViewer(viewer(viewerId));
    return turn.run(at, body);
  }

  <M extends Message> M answer(Class<M> type) {
    return turn.answer(type);
  }

  void settle() {
    turn.settle(at);
  }

  long points(String viewerId) {
    turn.setViewer(viewer(viewerId));
    turn.setAt(at);
    return turn.profileNow().getPoints();
  }

  long experience(String viewerId) {
    turn.setViewer(viewer(viewerId));
    return turn.profileNow().getExperience();
  }

  ReferralState state(String viewerId) {
    return turn.get(TestPrograms.instance(ReferralStateSlice.class), viewer(viewerId));
  }

  void restore(String viewerId, ReferralState state) {
    turn.restore(TestPrograms.instance(ReferralStateSlice.class), viewer(viewerId), state);
  }

  FriendState friend(String inviterId, String inviteeId) {
    return friend(inviterId, 1, inviteeId);
  }

  FriendState friend(String inviterId, int level, String inviteeId) {
    return turn.get(
        TestPrograms.instance(FriendSlice.class),
        new FriendKey(viewer(inviterId), level, inviteeId));
  }

  /** An invitee as the inviter is shown it. */
  Invitee shown(String inviterId, String inviteeId) {
    return FriendViews.invitee(
        turn.program(),
        new FriendKey(viewer(inviterId), 1, inviteeId),
        friend(inviterId, inviteeId));
  }

  SharerSlice.Tally tally(String viewerId) {
    return turn.get(
        TestPrograms.instance(SharerSlice.class), new SharerSlice.Key(viewer(viewerId), "friends"));
  }

  /** The campaign's figures. */
  GetReferralReportResponse report() {
    return Report.of(
        turn.rows(FiguresAppender.Row.class).stream()
            .filter(row -> row.key().campaignId().equals("friends"))
            .map(row ->
                new ReferralDao.Total(
                    row.key().epochDay(), row.key().channel(), row.key().figure(), row.amount()))
            .toList());
  }

  /** The facts, or signals, of a kind that somebody's turns told so far. */
  <T> List<T> told(String viewerId, Class<T> type) {
    return told.stream()
        .filter(each -> each.viewerId.equals(viewerId))
        .map(Told::what)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  static IdentityHashes device(String hash) {
    return IdentityHashes.newBuilder().setDevice(hash).build();
  }

  static IdentityHashes network(String hash) {
    return IdentityHashes.newBuilder().setNetwork(hash).build();
  }

  static IdentityHashes payment(String hash) {
    return IdentityHashes.newBuilder().setPayment(hash).build();
  }

  static ServiceException refusal(ErrorReason reason, ThrowingCallable call) {
    ServiceException refusal = catchThrowableOfType(ServiceException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    assertThat(refusal.reason()).isEqualTo(reason);
    return refusal;
  }

  /** Somebody does something in the room, unless it says of another one. */
  void tell(String viewerId, Event.Builder event) {
    run(
        viewerId,
        event
            .setRoomId(event.getRoomId().isEmpty() ? ROOM : event.getRoomId())
            .setEventId("e" + ++ids)
            .setViewerId(viewerId)
            .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
            .build());
    turn.settle(at);
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey(MERCHANT, id);
  }

  private static CompiledProgram program(long version, String document) {
    return TestPrograms.all().compile(version, TestPrograms.check(document).orThrow());
  }
}
