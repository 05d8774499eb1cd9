package io.flywheel.referral;

import static io.flywheel.referral.ReferralWorld.NOON;
import static io.flywheel.referral.ReferralWorld.ROOM;
import static io.flywheel.referral.ReferralWorld.UNKNOWN;
import static io.flywheel.referral.ReferralWorld.device;
import static io.flywheel.referral.ReferralWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.CreateInviteResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Invite;
import io.flywheel.v1.InviteAccepted;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.InvitedBy;
import io.flywheel.v1.InviteeMoved;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.ShareKind;
import io.flywheel.v1.SharedThing;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who makes invites, what for, and who may come by them; in memory. */
final class InvitesTest {
  private static final Duration WINDOW = Duration.ofDays(7);
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private static final String PROGRAM =
      """
      name: invites
      referral:
        mini_program_path: 'pages/{merchant}/{room}?invite={code}'
        campaigns:
          - id: friends
            title: {zh: 邀请有礼, en: Bring friends}
            picture_url: https://cdn.example/card.png
            shares: [room, goods]
            rules: [{id: come, on: entered, inviter: [{points: 7}]}]
          - id: spring
            title: 春天
            shares: [lottery]
            starts_at: 2026-03-03T00:00:00Z
            ends_at: 2026-03-10T00:00:00Z
            rules: [{id: come, on: entered, inviter: [{points: 7}]}]
      """;

  private final ReferralWorld world = new ReferralWorld(PROGRAM);

  @Test
  void aViewerHasOneInviteForEachThingInEachRoom() {
    String room = world.invite("anna");
    String elsewhere = create(SharedThing.getDefaultInstance(), "elsewhere").getCode();
    String goods = create(thing(ShareKind.SHARE_KIND_GOODS, "sku-1"), ROOM).getCode();
    assertThat(Set.of(room, elsewhere, goods)).hasSize(3);
    assertThat(world.invite("anna")).isEqualTo(room);
    assertThat(create(thing(ShareKind.SHARE_KIND_ROOM, ""), ROOM).getCode())
        .as("the room is what is shared where nothing is said")
        .isEqualTo(room);
    assertThat(create(thing(ShareKind.SHARE_KIND_GOODS, "sku-1"), ROOM).getCode()).isEqualTo(goods);
    assertThat(world.state("anna").getInvitesCount()).isEqualTo(3);
    assertThat(world.report().getTotal().getSharers()).as("one who shares").isEqualTo(1);
  }

  @Test
  void onlyWhatACampaignListsIsShared() {
    assertThat(
            refusal(
                    ErrorReason.ERROR_REASON_INVALID_FIELD,
                    () -> create(thing(ShareKind.SHARE_KIND_GOODS, ""), ROOM))
                .violations())
        .singleElement()
        .satisfies(field -> {
          assertThat(field.getField()).isEqualTo("shared.id");
          assertThat(field.getDescription()).contains("which one");
        });
    assertThat(
            refusal(
                    ErrorReason.ERROR_REASON_INVALID_FIELD,
                    () -> create(thing(ShareKind.SHARE_KIND_ROOM, "one"), ROOM))
                .violations()
                .getFirst()
                .getDescription())
        .contains("nothing for this kind");
    refusal(
        ErrorReason.ERROR_REASON_CAMPAIGN_NOT_FOUND,
        () -> create(thing(ShareKind.SHARE_KIND_COUPON, "c"), ROOM));
    refusal(
        ErrorReason.ERROR_REASON_CAMPAIGN_NOT_FOUND,
        () -> world.create("anna", "autumn", SharedThing.getDefaultInstance(), ROOM, UNKNOWN));
    assertThat(
            refusal(
                    ErrorReason.ERROR_REASON_INVALID_FIELD,
                    () ->
                        world.create(
                            "anna", "friends", thing(ShareKind.SHARE_KIND_MALL, ""), "", UNKNOWN))
                .violations()
                .getFirst()
                .getField())
        .isEqualTo("shared.kind");
    assertThat(world.state("anna")).isEqualTo(ReferralState.getDefaultInstance());
  }

  @Test
  void invitesAreMadeWhileTheirCampaignIsOn() {
    SharedThing lottery = thing(ShareKind.SHARE_KIND_LOTTERY, "wheel");
    world.setAt(Instant.parse("2026-03-03T00:00:00Z").minus(MOMENT));
    refusal(
        ErrorReason.ERROR_REASON_CAMPAIGN_CLOSED,
        () -> world.create("anna", "spring", lottery, ROOM, UNKNOWN));
    refusal(ErrorReason.ERROR_REASON_CAMPAIGN_NOT_FOUND, () -> create(lottery, ROOM));
    world.setAt(Instant.parse("2026-03-03T00:00:00Z"));
    assertThat(create(lottery, ROOM).getCampaignId()).isEqualTo("spring");
    world.setAt(Instant.parse("2026-03-10T00:00:00Z").minus(MOMENT));
    String code = world.create("ben", "spring", lottery, ROOM, UNKNOWN).getCode();
    assertThat(world.accept("cleo", code).hasInvitedBy()).isTrue();
    world.setAt(Instant.parse("2026-03-10T00:00:00Z"));
    refusal(
        ErrorReason.ERROR_REASON_CAMPAIGN_CLOSED,
        () -> world.create("ben", "spring", lottery, ROOM, UNKNOWN));
    assertThat(world.accept("dora", code).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_CAMPAIGN_CLOSED);
    world.enter("cleo");
    assertThat(world.points("ben")).as("who came by one still counts").isEqualTo(7);
  }

  @Test
  void aCodeIsGivenOnce() {
    String taken = world.invite("anna");
    world.run("ben", make(ImmutableList.of(taken, "FREE2222")));
    assertThat(world.answer(CreateInviteResponse.class).getInvite().getCode())
        .isEqualTo("FREE2222");
    ServiceException refusal =
        refusal(
            ErrorReason.ERROR_REASON_OVERLOADED,
            () -> world.run("cleo", make(ImmutableList.of(taken, "FREE2222"))));
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMillis(100));
    assertThat(world.accept("dora", taken).getInvitedBy().getInviterId()).isEqualTo("anna");
  }

  private static InviteReactor.Create make(ImmutableList<String> candidates) {
    return new InviteReactor.Create(
        "", SharedThing.getDefaultInstance(), ROOM, UNKNOWN, candidates);
  }

  @Test
  void codesAreLettersThatNobodyMistakes() {
    SecureRandom random = new SecureRandom();
    Set<String> codes = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      codes.add(Invites.newCode(random));
    }
    assertThat(codes).hasSize(200).allMatch(code -> code.matches("[2-9A-HJ-NP-Z]{8}"));
    assertThat(Invites.normal("code2345")).isEqualTo("CODE2345");
  }

  @Test
  void nobodyHasMoreThanFiftyInvites() {
    String first = create(SharedThing.getDefaultInstance(), "room-0").getCode();
    for (int i = 1; i < InviteReactor.MAX_INVITES; i++) {
      create(SharedThing.getDefaultInstance(), "room-" + i);
    }
    refusal(
        ErrorReason.ERROR_REASON_TOO_MANY_INVITES,
        () -> create(SharedThing.getDefaultInstance(), "room-50"));
    assertThat(create(SharedThing.getDefaultInstance(), "room-0").getCode()).isEqualTo(first);
  }

  @Test
  void anInviteSaysWhereItLeadsOnTheWebAndInAMiniProgram() {
    Invite invite = create(thing(ShareKind.SHARE_KIND_GOODS, "sku-1"), ROOM);
    String page = "pages/shop/room?invite=" + invite.getCode();
    assertThat(invite.getInviterId()).isEqualTo("anna");
    assertThat(invite.getCampaignId()).isEqualTo("friends");
    assertThat(invite.getShared().getId()).isEqualTo("sku-1");
    assertThat(invite.getRoomId()).isEqualTo(ROOM);
    assertThat(invite.getCreatedAt()).isEqualTo(Timestamps.fromMillis(NOON.toEpochMilli()));
    assertThat(invite.getLinkPath()).isEqualTo("/i/" + invite.getCode());
    assertThat(invite.getMiniProgramPath()).isEqualTo(page);
    assertThat(invite.getMiniProgramCard().getTitle()).isEqualTo("邀请有礼");
    assertThat(invite.getMiniProgramCard().getPath()).isEqualTo(page);
    assertThat(invite.getMiniProgramCard().getImageUrl()).isEqualTo("https://cdn.example/card.png");

    world.apply(PROGRAM.replaceAll(" +mini_program_path.*\n", ""));
    assertThat(create(SharedThing.getDefaultInstance(), ROOM).hasMiniProgramCard()).isFalse();
  }

  @Test
  void whoComesByAnInviteIsBoundOnceAndWhoSharedLearnsOfIt() {
    String code = world.invite("anna");
    refusal(ErrorReason.ERROR_REASON_INVITE_NOT_FOUND, () -> world.accept("ben", "NOSUCH22"));
    AcceptInviteResponse first = world.accept("ben", code);
    assertThat(first.getInvitedBy())
        .isEqualTo(
            InvitedBy.newBuilder()
                .setInviterId("anna")
                .setCampaignId("friends")
                .setCode(code)
                .setAcceptedAt(stamp(NOON))
                .setCountsUntil(stamp(NOON.plus(WINDOW)))
                .build());
    assertThat(first.getFactsList()).hasSize(1);
    assertThat(world.told("ben", InviteAccepted.class))
        .containsExactly(
            InviteAccepted.newBuilder()
                .setCampaignId("friends")
                .setInviterId("anna")
                .setCountsUntil(stamp(NOON.plus(WINDOW)))
                .build());
    assertThat(world.told("anna", InviteeMoved.class))
        .containsExactly(
            InviteeMoved.newBuilder()
                .setCampaignId("friends")
                .setInviteeId("ben")
                .setStage(InviteeStage.INVITEE_STAGE_ACCEPTED)
                .build());

    world.pass(Duration.ofMinutes(5));
    AcceptInviteResponse again = world.accept("ben", code, device("phone"));
    assertThat(again.getInvitedBy()).isEqualTo(first.getInvitedBy());
    assertThat(again.getFactsList()).isEmpty();
    assertThat(world.state("ben").getIdentitiesList())
        .as("what is learned of the viewer is kept")
        .containsExactly("device:phone");
    assertThat(world.tally("anna").accepted()).isEqualTo(1);
    assertThat(world.report().getTotal().getAccepted()).isEqualTo(1);
    world.enter("ben");
    assertThat(world.accept("ben", code).getInvitedBy().getEnteredAt())
        .isEqualTo(stamp(world.at()));
  }

  @Test
  void onesOwnInviteIsNobodysNews() {
    String code = world.invite("anna");
    assertThat(world.accept("anna", code).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_OWN_INVITE);
    assertThat(world.friend("anna", "anna")).isEqualTo(FriendState.getDefaultInstance());
    assertThat(world.report().getTotal().getRefused()).isZero();
  }

  @Test
  void theFirstInviteCountsAndWhoeverSharedTheSecondLearnsWhyItDoesNot() {
    String anna = world.invite("anna");
    String dora = world.invite("dora");
    world.accept("ben", anna);
    assertThat(world.accept("ben", dora).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER);
    world.accept("ben", dora);
    assertThat(world.friend("dora", "ben").getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER);
    assertThat(world.told("dora", InviteeMoved.class))
        .singleElement()
        .satisfies(moved ->
            assertThat(moved.getRefusal())
                .isEqualTo(InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER));
    assertThat(world.report().getTotal().getAccepted()).isEqualTo(2);
    assertThat(world.report().getTotal().getRefused()).as("told once").isEqualTo(1);
    assertThat(world.shown("dora", "ben").getStepsList()).as("nothing to come").isEmpty();
    world.enter("ben");
    assertThat(world.points("anna")).isEqualTo(7);
    assertThat(world.points("dora")).isZero();
    assertThat(world.accept("ben", dora).getRefusal())
        .as("for good")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER);
  }

  @Test
  void theLastInviteTakesAFriendAwayAndTheFormerLearnsOfIt() {
    world.apply(PROGRAM.replace("shares: [room, goods]", "attribution: last_touch"));
    world.accept("ben", world.invite("anna"));
    world.accept("ben", world.invite("dora"));
    assertThat(world.friend("anna", "ben").getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER);
    assertThat(world.report().getChannelsList())
        .extracting(
            ReferralFigures::getChannel, ReferralFigures::getAccepted, ReferralFigures::getRefused)
        .contains(tuple("wechat", 2L, 1L));
    world.accept("ben", world.invite("anna"));
    assertThat(world.friend("anna", "ben").getRefusal())
        .as("and may be won back")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    world.enter("ben");
    assertThat(world.points("anna")).isEqualTo(7);
    assertThat(world.points("dora")).isZero();
  }

  @Test
  void anEntryCountsUntilTheWindowEndsAndThenAnotherMayInvite() {
    String anna = world.invite("anna");
    world.accept("early", anna);
    world.accept("late", anna);
    world.pass(WINDOW.minus(MOMENT));
    world.enter("early");
    assertThat(world.points("anna")).isEqualTo(7);
    assertThat(world.accept("late", world.invite("dora")).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER);
    world.pass(MOMENT);
    assertThat(world.accept("late", world.invite("dora")).hasInvitedBy()).isTrue();
    assertThat(world.friend("anna", "late").getRefusal())
        .as("it had run out")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    world.accept("never", anna);
    world.pass(WINDOW);
    world.enter("never");
    assertThat(world.points("anna")).isEqualTo(7);
  }

  @Test
  void whoseCampaignIsGoneMayComeByAnother() {
    world.accept("ben", world.invite("anna"));
    world.apply(PROGRAM.replace("id: friends", "id: others"));
    assertThat(world.accept("ben", world.invite("dora")).hasInvitedBy()).isTrue();
    world.enter("ben");
    assertThat(world.points("dora")).isEqualTo(7);
    assertThat(world.points("anna")).isZero();
  }

  @Test
  void aViewerIsNewForTenMinutesFromTheFirstSightOn() {
    String code = world.invite("anna");
    world.enter("ben");
    world.enter("cleo");
    world.pass(GRACE);
    assertThat(world.accept("ben", code).getInvitedBy().getEnteredAt())
        .as("who is in the room already enters with it")
        .isEqualTo(stamp(world.at()));
    assertThat(world.points("anna")).isEqualTo(7);
    world.pass(MOMENT);
    assertThat(world.accept("cleo", code).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_NOT_NEW);
    assertThat(world.friend("anna", "cleo").getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_NOT_NEW);
  }

  @Test
  void newToARoomIsWhoHasEnteredOthersSinceRoomsAreRemembered() {
    String rooms = PROGRAM.replace("shares: [room, goods]", "newcomers: [new_to_room]");
    world.enter("stranger", "other"); // before any campaign asks for rooms
    world.apply(rooms);
    String code = world.invite("anna");
    String nowhere = create(SharedThing.getDefaultInstance(), "").getCode();
    world.enter("known", "other");
    world.enter("known", ROOM);
    world.enter("new", "other");
    world.pass(Duration.ofHours(1));
    world.enter("stranger", "another");
    assertThat(world.accept("new", nowhere).getRefusal())
        .as("an invite to no room")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_NOT_NEW);
    assertThat(world.accept("new", code).hasInvitedBy()).isTrue();
    assertThat(world.accept("known", code).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_NOT_NEW);
    assertThat(world.accept("stranger", code).getRefusal())
        .as("nobody knows where this one has been")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_NOT_NEW);
    assertThat(world.accept("unseen", code).hasInvitedBy()).isTrue();
  }

  @Test
  void theLatestHundredRoomsOfAViewerAreRemembered() {
    world.apply(PROGRAM.replace("shares: [room, goods]", "newcomers: [new_to_room]"));
    for (int i = 0; i <= 100; i++) {
      world.enter("ben", "room-" + i);
    }
    world.enter("ben", "room-7");
    assertThat(world.state("ben").getRoomsList())
        .hasSize(100)
        .doesNotHaveDuplicates()
        .doesNotContain("room-0")
        .startsWith("room-1")
        .endsWith("room-100");
    assertThat(world.state("ben").getEnteredMs()).as("no campaign asks for it").isZero();
  }

  @Test
  void whoComesBackAfterSoManyDaysIsReturning() {
    world.apply(
        PROGRAM.replace(
            "shares: [room, goods]", "newcomers: [returning]\n      returning_after_days: 5"));
    String code = world.invite("anna");
    world.enter("ben");
    long first = world.state("ben").getEnteredMs();
    assertThat(first).isEqualTo(NOON.toEpochMilli());
    world.pass(Duration.ofHours(1).minus(MOMENT));
    world.enter("ben");
    assertThat(world.state("ben").getEnteredMs()).as("not each is noted").isEqualTo(first);
    assertThat(world.state("ben").getRoomsCount()).as("no campaign asks for it").isZero();
    world.pass(MOMENT);
    world.enter("ben");
    assertThat(world.state("ben").getEnteredMs()).isEqualTo(world.at().toEpochMilli());
    assertThat(world.accept("unseen", code).getRefusal())
        .as("who never came does not return")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_NOT_NEW);
    world.pass(Duration.ofDays(5).minus(MOMENT));
    assertThat(world.accept("ben", code).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_NOT_NEW);
    world.pass(MOMENT);
    AcceptInviteResponse accepted = world.accept("ben", code);
    assertThat(accepted.hasInvitedBy()).isTrue();
    assertThat(accepted.getInvitedBy().hasEnteredAt())
        .as("who was last seen in a room days ago is not there now")
        .isFalse();
    assertThat(world.points("anna")).isZero();
    world.enter("ben");
    assertThat(world.points("anna")).isEqualTo(7);
  }

  @Test
  void aChainOfMoreThanSixtyFourIsTakenForACircle() {
    String code = world.invite("p0");
    for (int i = 1; i < Circles.MAX_CHAIN; i++) {
      world.accept("p" + i, code);
      code = world.invite("p" + i);
    }
    world.invite("ben");
    world.invite("cleo");
    assertThat(world.accept("ben", code).hasInvitedBy()).as("64 above").isTrue();
    world.accept("p" + Circles.MAX_CHAIN, code);
    String longer = world.invite("p" + Circles.MAX_CHAIN);
    assertThat(world.accept("cleo", longer).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_CIRCLE);
    assertThat(world.accept("dora", longer).hasInvitedBy())
        .as("who never shared can close none")
        .isTrue();
    assertThat(world.accept("p0", world.invite("ben")).getRefusal())
        .as("a real one")
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_CIRCLE);
  }

  @Test
  void sharesOfOnesOwnInvitesAreCountedByTheirChannel() {
    String code = world.invite("anna");
    world.share("anna", code.toLowerCase(Locale.ROOT), "wechat");
    world.share("anna", code, "We Chat");
    world.share("anna", "", "wechat");
    world.share("ben", code, "wechat");
    assertThat(world.tally("anna").shares()).isEqualTo(2);
    assertThat(world.tally("ben").shares()).isZero();
    assertThat(world.report().getTotal().getShares()).isEqualTo(2);
    assertThat(world.report().getChannelsList())
        .extracting(ReferralFigures::getChannel, ReferralFigures::getShares)
        .containsExactlyInAnyOrder(tuple("", 1L), tuple("wechat", 1L));
  }

  private Invite create(SharedThing shared, String roomId) {
    return world.create("anna", "", shared, roomId, UNKNOWN);
  }

  private static SharedThing thing(ShareKind kind, String id) {
    return SharedThing.newBuilder().setKind(kind).setId(id).build();
  }

  private static com.google.protobuf.Timestamp stamp(Instant at) {
    return Timestamps.fromMillis(at.toEpochMilli());
  }
}
