package io.flywheel.referral;

import static io.flywheel.testing.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.nimbusds.jwt.JWTClaimsSet;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.FiguresAnew;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.DecideReferralReviewRequest;
import io.flywheel.v1.Followed;
import io.flywheel.v1.Gathering;
import io.flywheel.v1.GetInviteRequest;
import io.flywheel.v1.GetInviteResponse;
import io.flywheel.v1.GetReferralReportRequest;
import io.flywheel.v1.GetReferralReportResponse;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.JoinGatheringRequest;
import io.flywheel.v1.LeaveGatheringRequest;
import io.flywheel.v1.ListInviteesRequest;
import io.flywheel.v1.ListInviteesResponse;
import io.flywheel.v1.ListReferralReviewsRequest;
import io.flywheel.v1.ListSharersRequest;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.ReferralServiceGrpc;
import io.flywheel.v1.ReviewEvidence;
import io.flywheel.v1.ReviewSignal;
import io.flywheel.v1.ReviewState;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.SetPublicProfileRequest;
import io.flywheel.v1.Shared;
import io.flywheel.v1.Sharer;
import io.flywheel.v1.ShownMember;
import io.flywheel.v1.StartGatheringRequest;
import io.flywheel.v1.StepState;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.Channel;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Referral as viewers and merchants meet it, through a real server; each test has a merchant. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReferralServiceTest {
  private static final String PROGRAM =
      """
      name: referral
      tasks:
        - id: friends
          title: 邀请好友
          trigger: invitee_entered
          count: distinct_invitees
          tiers: [{threshold: 2, rewards: [{points: 1000}]}]
      referral:
        guard: {newcomers_per_hour: 3}
        gatherings:
          - {id: help, title: 助力, people: 4, leader: [{points: 500}]}
        campaigns:
          - id: friends
            title: 邀请有礼
            shares: [room, goods]
            rules:
              - {id: come, on: entered, inviter: [{points: 100}], invitee: [{points: 50}]}
              - {id: stay, on: stayed, minutes: 1, inviter: [{points: 20}]}
              - {id: fan, on: followed, inviter: [{points: 5}]}
              - id: buy
                on: ordered
                orders: 2
                points_per_100_minor: 10
                inviter: [{coupon: thanks}]
                invitee: [{points: 7}]
      """;

  private static final String CERTIFICATE = "14:6D:E9:83:" + "00:".repeat(27) + "FF";

  private TestServer server;
  private Sharing sharing;

  @BeforeAll
  void start() throws Exception {
    server =
        TestServer.builder()
            .setting("referral.apple-apps", "A1B2C3D4E5.com.example.live")
            .setting("referral.android-apps", "com.example.live=" + CERTIFICATE)
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() {
    sharing = new Sharing(server, PROGRAM);
  }

  @Test
  void whoComesByAnInviteAndEntersPaysBothSidesOnce() {
    String code = sharing.invite("anna");
    assertThat(code).matches("[2-9A-HJ-NP-Z]{8}");
    assertThat(sharing.accept("ben", code).getInvitedBy().getInviterId()).isEqualTo("anna");
    assertThat(sharing.points("anna")).as("nobody has entered").isZero();
    assertThat(sharing.invitees("anna"))
        .singleElement()
        .satisfies(friend -> {
          assertThat(friend.getStage()).isEqualTo(InviteeStage.INVITEE_STAGE_ACCEPTED);
          assertThat(friend.getSteps(0).getState()).isEqualTo(StepState.STEP_STATE_AHEAD);
          assertThat(friend.getStepsCount()).isEqualTo(4);
        });
    sharing.enter("ben");
    sharing.enter("ben");
    assertThat(sharing.points("anna")).isEqualTo(100);
    assertThat(sharing.points("ben")).isEqualTo(50);
    assertThat(sharing.referral("ben").getInvitedBy().hasEnteredAt()).isTrue();
    assertThat(sharing.invitees("anna").getFirst().getSteps(0).getState())
        .isEqualTo(StepState.STEP_STATE_PAID);
  }

  @Test
  void theSameInviteIsMadeOnceAndLetsSeeWhatItIsFor() {
    String code = sharing.invite("anna");
    assertThat(sharing.invite("anna")).isEqualTo(code);
    GetInviteResponse seen =
        sharing
            .as(Role.VIEWER, "ben")
            .getInvite(
                GetInviteRequest.newBuilder().setCode(code.toLowerCase(Locale.ROOT)).build());
    assertThat(seen.getInvite().getInviterId()).isEqualTo("anna");
    assertThat(seen.getInvite().getLinkPath()).isEqualTo("/i/" + code);
    assertThat(seen.getCampaign().getTitle().getZh()).isEqualTo("邀请有礼");
    assertThat(seen.getOpen()).isTrue();
    assertRefused(
        "INVITE_NOT_FOUND",
        () ->
            sharing
                .as(Role.VIEWER, "ben")
                .getInvite(GetInviteRequest.newBuilder().setCode("22222222").build()));
  }

  @Test
  void whoeverIsInAGatheringLearnsNoIdOfWhoIsAnonymous() {
    var unused =
        ViewerServiceGrpc.newBlockingStub(sharing.merchant().as(Role.PLATFORM, "app"))
            .setPublicProfile(
                SetPublicProfileRequest.newBuilder()
                    .setRequestId("hide")
                    .setViewerId("hidden")
                    .setShownAs(PublicProfile.newBuilder().setAnonymous(true))
                    .build());
    String code =
        sharing
            .as(Role.VIEWER, "hidden")
            .startGathering(
                StartGatheringRequest.newBuilder().setRequestId("start").setRuleId("help").build())
            .getGathering()
            .getCode();
    Gathering joined =
        sharing
            .as(Role.VIEWER, "ben")
            .joinGathering(
                JoinGatheringRequest.newBuilder().setRequestId("join").setCode(code).build())
            .getGathering();
    assertThat(joined.getMembersList())
        .extracting(ShownMember::getViewerId)
        .containsExactly("", "ben");
    Gathering left =
        sharing
            .as(Role.VIEWER, "ben")
            .leaveGathering(
                LeaveGatheringRequest.newBuilder().setRequestId("leave").setCode(code).build())
            .getGathering();
    assertThat(left.getMembersList()).extracting(ShownMember::getViewerId).containsExactly("");
  }

  @Test
  void nothingIsWrittenOfGatheringsThatDoNotExist() {
    JoinGatheringRequest.Builder request =
        JoinGatheringRequest.newBuilder().setRequestId("join").setCode("22222222");
    assertRefused(
        "GATHERING_NOT_FOUND", () -> sharing.as(Role.VIEWER, "ben").joinGathering(request.build()));
    long gatherings =
        server
            .instance(Database.class)
            .read(handle ->
                handle
                    .createQuery(
                        "SELECT COUNT(*) FROM referral_gathering WHERE merchant_id = :merchant")
                    .bind("merchant", sharing.merchant().id())
                    .mapTo(Long.class)
                    .one());
    assertThat(gatherings).isZero();
  }

  @Test
  void stepsPayOnceAndOrdersAsOftenAsTheRuleSays() {
    String code = sharing.invite("anna");
    sharing.come("ben", code);
    for (int i = 1; i <= 2; i++) {
      sharing.send(
          sharing.event("ben", "follow" + i).setFollowed(Followed.getDefaultInstance()).build());
    }
    assertThat(sharing.points("anna")).isEqualTo(105);
    sharing.enter("cleo");
    sharing.send(
        sharing.event("cleo", "follow").setFollowed(Followed.getDefaultInstance()).build());
    RoomReport room =
        AnalyticsServiceGrpc.newBlockingStub(sharing.merchant().as(Role.HOST, "host"))
            .getRoomReport(GetRoomReportRequest.newBuilder().setRoomId(TestServer.ROOM).build())
            .getReport();
    assertThat(room.getViewers()).isEqualTo(2);
    assertThat(room.getTotals().getReferred()).isEqualTo(1);
    assertThat(room.getTotals().getNewFollowers()).isEqualTo(2);
    assertThat(room.getTotals().getReferredFollowers()).isEqualTo(1);
    for (int i = 1; i <= 3; i++) {
      sharing.order("ben", "o" + i, 1_000);
      sharing.order("ben", "o" + i, 1_000);
    }
    assertThat(sharing.points("anna")).as("two orders pay").isEqualTo(105 + 2 * 100);
    Invitee ben = sharing.invitees("anna").getFirst();
    assertThat(ben.getStage()).isEqualTo(InviteeStage.INVITEE_STAGE_ORDERED);
    assertThat(ben.getStepsList()).allMatch(step -> step.getOrderId().isEmpty());
    server.clock().advance(Duration.ofDays(2));
    var unused = FiguresAnew.assertSame(sharing.merchant().as(Role.MERCHANT, "owner"));
  }

  @Test
  void oneDeviceIsOnePersonAndASecondNewcomerOfADeviceWaitsForTheMerchant() {
    IdentityHashes phone = IdentityHashes.newBuilder().setDevice("phone-1").build();
    IdentityHashes other = IdentityHashes.newBuilder().setDevice("phone-2").build();
    String code = sharing.invite("anna", phone).getCode();
    assertThat(sharing.accept("anna2", code, phone).getRefusal())
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_SAME_PERSON);
    sharing.accept("ben", code, other);
    sharing.enter("ben");
    sharing.accept("bot", code, other);
    sharing.enter("bot");
    assertThat(sharing.points("anna")).isEqualTo(100);
    assertThat(sharing.points("bot")).isZero();
    assertThat(sharing.reviews(ReviewState.REVIEW_STATE_OPEN))
        .as("whoever came first with the device has to be looked at too")
        .extracting(review -> review.getInvitee().getInviteeId())
        .containsExactlyInAnyOrder("ben", "bot");
    ReviewEvidence evidence =
        sharing.reviews(ReviewState.REVIEW_STATE_OPEN).getFirst().getEvidence(0);
    assertThat(evidence.getSignal()).isEqualTo(ReviewSignal.REVIEW_SIGNAL_DEVICE_REUSED);
    assertThat(evidence.getViewerIdsList()).containsExactly("ben", "bot");
    assertThat(invitee("anna", Role.MERCHANT, "anna2").getEvidence(0).getSignal())
        .as("why it was refused is kept")
        .isEqualTo(ReviewSignal.REVIEW_SIGNAL_SAME_DEVICE);
    assertThat(invitee("anna", Role.VIEWER, "anna2").getEvidenceList()).isEmpty();
    decide("anna", "ben", true);
    decide("anna", "bot", true);
    sharing.merchant().settle();
    assertThat(sharing.points("anna")).isEqualTo(200 + 1_000);
    assertThat(sharing.points("bot")).isEqualTo(50);
    assertThat(sharing.reviews(ReviewState.REVIEW_STATE_OPEN)).isEmpty();
    assertThat(sharing.reviews(ReviewState.REVIEW_STATE_APPROVED).getFirst().getDecidedBy())
        .isEqualTo("owner");
    assertRefused("REVIEW_NOT_FOUND", () -> decide("anna", "bot", false));
  }

  private Invitee invitee(String inviterId, Role role, String inviteeId) {
    return sharing
        .as(role, role == Role.VIEWER ? inviterId : "owner")
        .listInvitees(ListInviteesRequest.newBuilder().setViewerId(inviterId).build())
        .getInviteesList()
        .stream()
        .filter(one -> one.getInviteeId().equals(inviteeId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatAViewersTokenSaysOfTheDeviceIsBelieved() {
    String code = invite("anna", "phone-1");
    assertThat(accept("anna2", "phone-1", code))
        .isEqualTo(InviteRefusal.INVITE_REFUSAL_SAME_PERSON);
    assertThat(accept("ben", "phone-2", code)).isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
  }

  private String invite(String viewerId, String device) {
    return ReferralServiceGrpc.newBlockingStub(on(viewerId, device))
        .createInvite(CreateInviteRequest.newBuilder().setRequestId(Sharing.newId()).build())
        .getInvite()
        .getCode();
  }

  private InviteRefusal accept(String viewerId, String device, String code) {
    return ReferralServiceGrpc.newBlockingStub(on(viewerId, device))
        .acceptInvite(
            AcceptInviteRequest.newBuilder().setRequestId(Sharing.newId()).setCode(code).build())
        .getRefusal();
  }

  /** A viewer's connection from a device. */
  private Channel on(String viewerId, String device) {
    return server.channel(
        server.sign(
            new JWTClaimsSet.Builder()
                .subject(viewerId)
                .claim("merchant", sharing.merchant().id())
                .claim("role", "viewer")
                .claim("room", TestServer.ROOM)
                .claim("device", device)
                .expirationTime(Date.from(server.clock().instant().plus(Duration.ofHours(1))))
                .build()));
  }

  @Test
  void aLinkLeadsToTheRoomAndItsPicturesCanBeRead() throws Exception {
    String code = sharing.invite("anna");
    HttpResponse<byte[]> followed = get("/i/" + code.toLowerCase(Locale.ROOT) + "?c=wechat");
    assertThat(followed.statusCode()).isEqualTo(302);
    assertThat(followed.headers().firstValue("location"))
        .hasValue("/panel/?room=room&at=today/welcome/%s/wechat".formatted(code));
    assertThat(get("/i/" + code + "/qr.png").headers().firstValue("content-type"))
        .hasValue("image/png");
    assertThat(get("/i/" + code + "/poster.png?lang=en").body())
        .isEqualTo(get("/i/" + code + "/poster.png?lang=en").body())
        .isNotEqualTo(get("/i/" + code + "/poster.png?lang=zh").body());
    assertThat(get("/i/22222222").statusCode()).isEqualTo(404);
    assertThat(get("/i/too-long-for-a-code").statusCode()).isEqualTo(404);
    sharing
        .merchant()
        .apply(
            PROGRAM.replace(
                "  guard:",
                "  landing_url: 'https://live.example/{merchant}/{room}?invite={code}'\n  guard:"));
    assertThat(get("/i/" + code).headers().firstValue("location"))
        .hasValue(
            "https://live.example/%s/room?invite=%s".formatted(sharing.merchant().id(), code));
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    try (HttpClient browser = HttpClient.newHttpClient()) {
      return browser.send(
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d%s".formatted(server.httpPort(), path)))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  @Test
  void phonesLearnWhichAppsOpenLinks() throws Exception {
    HttpResponse<byte[]> apple = get("/.well-known/apple-app-site-association");
    assertThat(apple.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(new String(apple.body(), UTF_8))
        .isEqualTo(
            "{\"applinks\":{\"details\":[{\"appIDs\":[\"A1B2C3D4E5.com.example.live\"],"
                + "\"components\":[{\"/\":\"/i/*\"}]}]}}");
    assertThat(new String(get("/.well-known/assetlinks.json").body(), UTF_8))
        .isEqualTo(
            "[{\"relation\":[\"delegate_permission/common.handle_all_urls\"],"
                + "\"target\":{\"namespace\":\"android_app\",\"package_name\":\"com.example.live\","
                + "\"sha256_cert_fingerprints\":[\"%s\"]}}]".formatted(CERTIFICATE));
  }

  @Test
  void openingsOfLinksAreCountedByChannelAndSharer() throws Exception {
    String code = sharing.invite("anna");
    for (String channel : List.of("wechat", "wechat", "poster")) {
      assertThat(get("/i/" + code + "?c=" + channel).statusCode()).isEqualTo(302);
    }
    assertThat(get("/i/" + code + "/qr.png").statusCode()).isEqualTo(200);
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (report().getTotal().getOpened() < 3) {
      assertThat(System.nanoTime()).as("when openings are told of").isLessThan(end);
    }
    assertThat(report().getTotal().getOpened()).isEqualTo(3);
    assertThat(report().getChannelsList())
        .extracting(ReferralFigures::getChannel, ReferralFigures::getOpened)
        .containsExactlyInAnyOrder(tuple("", 0L), tuple("wechat", 2L), tuple("poster", 1L));
    assertThat(sharer().getOpened()).isEqualTo(3);
  }

  @Test
  void figuresAndSharersTellWhatCameOfIt() {
    String code = sharing.invite("anna");
    sharing.send(
        sharing
            .event("anna", "share")
            .setShared(Shared.newBuilder().setChannel("wechat").setInviteCode(code))
            .build());
    sharing.come("ben", code);
    sharing.accept("cleo", code);
    sharing.order("ben", "o1", 5_000);
    sharing.refund("ben", "o1", "r1", 1_000);
    GetReferralReportResponse report = report();
    assertThat(report.getTotal().getSharers()).isEqualTo(1);
    assertThat(report.getTotal().getShares()).isEqualTo(1);
    assertThat(report.getTotal().getAccepted()).isEqualTo(2);
    assertThat(report.getTotal().getEntered()).isEqualTo(1);
    assertThat(report.getTotal().getOrders()).isEqualTo(1);
    assertThat(report.getTotal().getOrderedMinor()).isEqualTo(4_000);
    assertThat(report.getTotal().getPoints()).isEqualTo(100 + 50 + 500 - 100 + 7);
    assertThat(report.getKFactor()).isEqualTo(1);
    assertThat(report.getChannels(0).getChannel()).isEqualTo("wechat");
    assertThat(report.getDaysList()).hasSize(1);
    Sharer sharer = sharer();
    assertThat(sharer.getShares()).isEqualTo(1);
    assertThat(sharer.getViewerId()).isEqualTo("anna");
    assertThat(sharer.getAccepted()).isEqualTo(2);
    assertThat(sharer.getEntered()).isEqualTo(1);
    assertThat(sharer.getOrdered()).isEqualTo(1);
    assertThat(sharer.getPoints()).isEqualTo(100 + 500 - 100);
  }

  private GetReferralReportResponse report() {
    return sharing
        .as(Role.HOST, "host")
        .getReferralReport(GetReferralReportRequest.newBuilder().setCampaignId("friends").build());
  }

  private Sharer sharer() {
    return sharing
        .as(Role.MERCHANT, "owner")
        .listSharers(ListSharersRequest.newBuilder().setCampaignId("friends").build())
        .getSharers(0);
  }

  @Test
  void aListGoesOnWhereThePageBeforeEnded() {
    String code = sharing.invite("anna");
    for (int i = 0; i < 3; i++) {
      sharing.accept("v" + i, code);
    }
    ListInviteesResponse first =
        sharing
            .as(Role.VIEWER, "anna")
            .listInvitees(ListInviteesRequest.newBuilder().setPageSize(2).build());
    ListInviteesResponse second =
        sharing
            .as(Role.VIEWER, "anna")
            .listInvitees(
                ListInviteesRequest.newBuilder()
                    .setPageSize(2)
                    .setPageToken(first.getNextPageToken())
                    .build());
    assertThat(List.of(first, second))
        .flatExtracting(ListInviteesResponse::getInviteesList)
        .extracting(Invitee::getInviteeId)
        .containsExactlyInAnyOrder("v0", "v1", "v2");
    assertThat(second.getNextPageToken()).isEmpty();
  }

  @Test
  void viewersCannotVouchForTheirOwnDevicesOrDecide() {
    String code = sharing.invite("anna");
    assertRefused(
        "INVALID_FIELD",
        () ->
            sharing
                .as(Role.VIEWER, "ben")
                .acceptInvite(
                    AcceptInviteRequest.newBuilder()
                        .setRequestId(Sharing.newId())
                        .setCode(code)
                        .setIdentity(IdentityHashes.newBuilder().setDevice("other"))
                        .build()));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            sharing
                .as(Role.VIEWER, "anna")
                .listReferralReviews(ListReferralReviewsRequest.getDefaultInstance()));
  }

  private void decide(String inviterId, String inviteeId, boolean approve) {
    var unused =
        sharing
            .as(Role.MERCHANT, "owner")
            .decideReferralReview(
                DecideReferralReviewRequest.newBuilder()
                    .setRequestId(Sharing.newId())
                    .setInviterId(inviterId)
                    .setInviteeId(inviteeId)
                    .setApprove(approve)
                    .build());
  }
}
