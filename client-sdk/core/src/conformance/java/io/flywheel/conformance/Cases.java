package io.flywheel.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.flywheel.client.Answer;
import io.flywheel.client.Call;
import io.flywheel.client.Exchange;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.client.Ids;
import io.flywheel.client.Updates;
import io.flywheel.client.Watch;
import io.flywheel.client.WatchListener;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.AckGrantsRequest;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.AwardBadgeRequest;
import io.flywheel.v1.CancelRedemptionRequest;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.ClaimSeasonRewardsRequest;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.CloseBroadcastRequest;
import io.flywheel.v1.CommitCouponRequest;
import io.flywheel.v1.CommitHoldRequest;
import io.flywheel.v1.CouponState;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.DecideReferralReviewRequest;
import io.flywheel.v1.DeleteDeliveryDataRequest;
import io.flywheel.v1.DeleteGrantConsumerRequest;
import io.flywheel.v1.DeleteSegmentRequest;
import io.flywheel.v1.DeleteWebhookEndpointRequest;
import io.flywheel.v1.DeliveryState;
import io.flywheel.v1.Draw;
import io.flywheel.v1.DrawRequest;
import io.flywheel.v1.DropWebhookMessagesRequest;
import io.flywheel.v1.EndRoomBoosterRequest;
import io.flywheel.v1.EndRoomBoosterResponse;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Entered;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.ExplainTaskRequest;
import io.flywheel.v1.ExportAudienceRequest;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GatheringState;
import io.flywheel.v1.GetAudienceMemberRequest;
import io.flywheel.v1.GetBadgeAwardRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetCheckInCalendarRequest;
import io.flywheel.v1.GetCouponByCodeRequest;
import io.flywheel.v1.GetFriendsBoardRequest;
import io.flywheel.v1.GetFunnelRequest;
import io.flywheel.v1.GetGatheringRequest;
import io.flywheel.v1.GetInviteRequest;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetLeagueRequest;
import io.flywheel.v1.GetLevelRequest;
import io.flywheel.v1.GetLotteryRequest;
import io.flywheel.v1.GetMallItemRequest;
import io.flywheel.v1.GetMerchantReportRequest;
import io.flywheel.v1.GetPrivilegeRequest;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.GetReferralReportRequest;
import io.flywheel.v1.GetReferralRequest;
import io.flywheel.v1.GetReminderReportRequest;
import io.flywheel.v1.GetRetentionRequest;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.GetRoomRequest;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.GetWebhookSecretsRequest;
import io.flywheel.v1.GiveBadgeRequest;
import io.flywheel.v1.GrantUpdate;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HoldPointsRequest;
import io.flywheel.v1.IdentityHashes;
import io.flywheel.v1.ImportCodesRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.JoinGatheringRequest;
import io.flywheel.v1.JoinTeamRequest;
import io.flywheel.v1.LeaveGatheringRequest;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.Level;
import io.flywheel.v1.LevelRules;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListAudienceRequest;
import io.flywheel.v1.ListBadgeHoldersRequest;
import io.flywheel.v1.ListBadgesRequest;
import io.flywheel.v1.ListBudgetsRequest;
import io.flywheel.v1.ListCodePoolsRequest;
import io.flywheel.v1.ListCouponsRequest;
import io.flywheel.v1.ListDrawsRequest;
import io.flywheel.v1.ListGatheringsRequest;
import io.flywheel.v1.ListGrantConsumersRequest;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.ListInviteesRequest;
import io.flywheel.v1.ListLeaderboardsRequest;
import io.flywheel.v1.ListLotteriesRequest;
import io.flywheel.v1.ListMallItemsRequest;
import io.flywheel.v1.ListParkedFollowUpsRequest;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPresentViewersRequest;
import io.flywheel.v1.ListProgramTemplatesRequest;
import io.flywheel.v1.ListProgramVersionsRequest;
import io.flywheel.v1.ListPublicProfilesRequest;
import io.flywheel.v1.ListRedemptionsRequest;
import io.flywheel.v1.ListReferralReviewsRequest;
import io.flywheel.v1.ListRoomBoostersRequest;
import io.flywheel.v1.ListRoomDrawEntrantsRequest;
import io.flywheel.v1.ListRoomDrawsRequest;
import io.flywheel.v1.ListRoomsRequest;
import io.flywheel.v1.ListSeasonsRequest;
import io.flywheel.v1.ListSegmentsRequest;
import io.flywheel.v1.ListSharersRequest;
import io.flywheel.v1.ListTaskTotalsRequest;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.ListViewerActionsRequest;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.ListVisitsRequest;
import io.flywheel.v1.ListWebhookEndpointsRequest;
import io.flywheel.v1.ListWebhookMessagesRequest;
import io.flywheel.v1.MakeUpCheckInRequest;
import io.flywheel.v1.OpenBroadcastRequest;
import io.flywheel.v1.PreviewBadgeRequest;
import io.flywheel.v1.PreviewLevelsRequest;
import io.flywheel.v1.PreviewSegmentRequest;
import io.flywheel.v1.PreviewTagRequest;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RebuildFiguresRequest;
import io.flywheel.v1.RedeemItemRequest;
import io.flywheel.v1.RedemptionState;
import io.flywheel.v1.RedemptionUpdate;
import io.flywheel.v1.ReleaseCouponRequest;
import io.flywheel.v1.ReleaseHoldRequest;
import io.flywheel.v1.ResendWebhookMessagesRequest;
import io.flywheel.v1.ReserveCouponRequest;
import io.flywheel.v1.RetryParkedFollowUpsRequest;
import io.flywheel.v1.RevokeBadgeRequest;
import io.flywheel.v1.RevokeCouponRequest;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RotateWebhookSecretRequest;
import io.flywheel.v1.SaveSegmentRequest;
import io.flywheel.v1.SaveWebhookEndpointRequest;
import io.flywheel.v1.SearchDrawsRequest;
import io.flywheel.v1.SearchRedemptionsRequest;
import io.flywheel.v1.SearchVisitsRequest;
import io.flywheel.v1.Segment;
import io.flywheel.v1.SetBoardMemberRequest;
import io.flywheel.v1.SetManualTagsRequest;
import io.flywheel.v1.SetPublicProfileRequest;
import io.flywheel.v1.Shared;
import io.flywheel.v1.StartGatheringRequest;
import io.flywheel.v1.StartRoomBoosterRequest;
import io.flywheel.v1.StartRoomDrawRequest;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.flywheel.v1.SummarizeAudienceRequest;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.Text;
import io.flywheel.v1.UpdateGrantsRequest;
import io.flywheel.v1.UpdateRedemptionsRequest;
import io.flywheel.v1.UpdateRoomRequest;
import io.flywheel.v1.ValidateProgramRequest;
import io.flywheel.v1.VerifyDrawRequest;
import io.flywheel.v1.WatchGrantsRequest;
import io.flywheel.v1.WatchLeaderboardRequest;
import io.flywheel.v1.WatchRoomRequest;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WearBadgeRequest;
import io.flywheel.v1.WithdrawLotteryRequest;
import io.flywheel.v1.WithdrawRoomDrawRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A case for each method of the contract, in an order in which each finds what it needs. A unary
 * method is called in its three forms with one request: of a write the three answers are one.
 */
final class Cases {
  private static final long PATIENCE_SECONDS = 60;
  private static final String ROOM = "room-1";
  private static final String VIEWER = "anna";

  private final FlywheelClient viewer;
  private final FlywheelClient platform;
  private final FlywheelClient merchant;
  private final Map<String, Case> cases = new LinkedHashMap<>();

  // What earlier cases leave for later ones.
  private String heartbeatToken = "";
  private String redemptionId = "";
  private String today = "";
  private Draw draw = Draw.getDefaultInstance();
  private String period = "";
  private String grantCursor = "";
  private String inviteCode = "";
  private String gatheringCode = "";
  private long coupon;

  /** A case; it throws what the test fails with. */
  interface Case {
    void run() throws Exception;
  }

  Cases(FlywheelClient anyone, String merchantId) {
    viewer = anyone.withTokens(() -> Tokens.viewer(merchantId, VIEWER));
    platform = anyone.withTokens(() -> Tokens.platform(merchantId));
    merchant = anyone.withTokens(() -> Tokens.merchant(merchantId));
    programs();
    rooms();
    points();
    checkIns();
    coupons();
    tasks();
    taskTotals();
    mall();
    deliveries();
    lotteries();
    roomDraws();
    boosters();
    budgets();
    leaderboards();
    viewers();
    events();
    analytics();
    levels();
    audience();
    badges();
    referral();
    gatherings();
    fulfillment();
    webhooks();
    operations();
    endings();
  }

  /** By method, such as "CheckInService/CheckIn". */
  Map<String, Case> all() {
    return cases;
  }

  private void programs() {
    add(
        "ProgramService/ListProgramTemplates",
        () ->
            assertThat(
                    inAllForms(
                            merchant.program()::listProgramTemplates,
                            merchant.program()::listProgramTemplatesAsync,
                            merchant.program()::listProgramTemplates,
                            ListProgramTemplatesRequest.getDefaultInstance())
                        .getTemplatesList())
                .isNotEmpty());
    add(
        "ProgramService/ValidateProgram",
        () ->
            assertThat(
                    inAllForms(
                            merchant.program()::validateProgram,
                            merchant.program()::validateProgramAsync,
                            merchant.program()::validateProgram,
                            ValidateProgramRequest.newBuilder()
                                .setSource(ProgramSource.newBuilder().setDocument("nmae: x"))
                                .build())
                        .getMistakesList())
                .isNotEmpty());
    add(
        "ProgramService/ApplyProgram",
        () ->
            assertThat(
                    once(
                            merchant.program()::applyProgram,
                            merchant.program()::applyProgramAsync,
                            merchant.program()::applyProgram,
                            ApplyProgramRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setSource(ProgramSource.newBuilder().setDocument(Program.DOCUMENT))
                                .build())
                        .getVersion()
                        .getVersion())
                .isEqualTo(1));
    add(
        "ProgramService/GetProgram",
        () ->
            assertThat(
                    inAllForms(
                            merchant.program()::getProgram,
                            merchant.program()::getProgramAsync,
                            merchant.program()::getProgram,
                            GetProgramRequest.getDefaultInstance())
                        .getProgram()
                        .getName())
                .isEqualTo("Conformance"));
    add(
        "ProgramService/ListProgramVersions",
        () ->
            assertThat(
                    inAllForms(
                            merchant.program()::listProgramVersions,
                            merchant.program()::listProgramVersionsAsync,
                            merchant.program()::listProgramVersions,
                            ListProgramVersionsRequest.getDefaultInstance())
                        .getVersionsList())
                .hasSize(1));
  }

  private void rooms() {
    add(
        "RoomService/UpdateRoom",
        () ->
            assertThat(
                    once(
                            platform.room()::updateRoom,
                            platform.room()::updateRoomAsync,
                            platform.room()::updateRoom,
                            UpdateRoomRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setTitle("茶馆")
                                .build())
                        .getRoom()
                        .getTitle())
                .isEqualTo("茶馆"));
    add(
        "RoomService/OpenBroadcast",
        () ->
            assertThat(
                    once(
                            platform.room()::openBroadcast,
                            platform.room()::openBroadcastAsync,
                            platform.room()::openBroadcast,
                            OpenBroadcastRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setBroadcastId("show-1")
                                .build())
                        .getBroadcast()
                        .getBroadcastId())
                .isEqualTo("show-1"));
    add(
        "RoomService/GetRoom",
        () ->
            assertThat(
                    inAllForms(
                            viewer.room()::getRoom,
                            viewer.room()::getRoomAsync,
                            viewer.room()::getRoom,
                            GetRoomRequest.newBuilder().setRoomId(ROOM).build())
                        .getRoom()
                        .getOpen())
                .isTrue());
    add(
        "RoomService/EnterRoom",
        () -> {
          heartbeatToken =
              once(
                      viewer.room()::enterRoom,
                      viewer.room()::enterRoomAsync,
                      viewer.room()::enterRoom,
                      EnterRoomRequest.newBuilder()
                          .setRequestId(Ids.newId())
                          .setRoomId(ROOM)
                          .setTimeZone("Asia/Shanghai")
                          .build())
                  .getHeartbeatToken();
          assertThat(heartbeatToken).isNotEmpty();
        });
    add(
        "RoomService/Heartbeat",
        () ->
            assertThat(
                    once(
                            viewer.room()::heartbeat,
                            viewer.room()::heartbeatAsync,
                            viewer.room()::heartbeat,
                            HeartbeatRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setHeartbeatToken(heartbeatToken)
                                .build())
                        .getHeartbeatInterval()
                        .getSeconds())
                .isEqualTo(5));
    add(
        "RoomService/Act",
        () ->
            assertThat(
                    once(
                            viewer.room()::act,
                            viewer.room()::actAsync,
                            viewer.room()::act,
                            ActRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setLiked(Liked.newBuilder().setCount(3))
                                .build())
                        .getFactsList())
                .isNotEmpty());
  }

  private void points() {
    add(
        "PointsService/AdjustPoints",
        () ->
            assertThat(
                    once(
                            merchant.points()::adjustPoints,
                            merchant.points()::adjustPointsAsync,
                            merchant.points()::adjustPoints,
                            AdjustPointsRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setAmount(1_000)
                                .setReason("a start")
                                .build())
                        .getBalance())
                .isBetween(1_000L, 1_100L));
    add(
        "PointsService/HoldPoints",
        () ->
            assertThat(
                    once(
                            platform.points()::holdPoints,
                            platform.points()::holdPointsAsync,
                            platform.points()::holdPoints,
                            hold("hold-1"))
                        .getFactsList())
                .isNotEmpty());
    add(
        "PointsService/CommitHold",
        () ->
            assertThat(
                    once(
                            platform.points()::commitHold,
                            platform.points()::commitHoldAsync,
                            platform.points()::commitHold,
                            CommitHoldRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setHoldId("hold-1")
                                .build())
                        .getFactsList())
                .isNotEmpty());
    add(
        "PointsService/ReleaseHold",
        () -> {
          var unused = platform.points().holdPoints(hold("hold-2"));
          assertThat(
                  once(
                          platform.points()::releaseHold,
                          platform.points()::releaseHoldAsync,
                          platform.points()::releaseHold,
                          ReleaseHoldRequest.newBuilder()
                              .setRequestId(Ids.newId())
                              .setViewerId(VIEWER)
                              .setHoldId("hold-2")
                              .build())
                      .getFactsList())
              .isNotEmpty();
        });
    add(
        "PointsService/GetBalance",
        () ->
            assertThat(
                    inAllForms(
                            viewer.points()::getBalance,
                            viewer.points()::getBalanceAsync,
                            viewer.points()::getBalance,
                            GetBalanceRequest.getDefaultInstance())
                        .getBalance())
                .isBetween(900L, 1_100L));
    add(
        "PointsService/ListPointsEntries",
        () ->
            assertThat(
                    inAllForms(
                            viewer.points()::listPointsEntries,
                            viewer.points()::listPointsEntriesAsync,
                            viewer.points()::listPointsEntries,
                            ListPointsEntriesRequest.newBuilder().setPageSize(1).build())
                        .getNextPageToken())
                .isNotEmpty());
  }

  private static HoldPointsRequest hold(String holdId) {
    return HoldPointsRequest.newBuilder()
        .setRequestId(Ids.newId())
        .setViewerId(VIEWER)
        .setHoldId(holdId)
        .setAmount(10)
        .setLapsesAfter(Duration.newBuilder().setSeconds(3_600))
        .setReason("a bid")
        .build();
  }

  private void checkIns() {
    add(
        "CheckInService/CheckIn",
        () ->
            assertThat(
                    once(
                            viewer.checkIn()::checkIn,
                            viewer.checkIn()::checkInAsync,
                            viewer.checkIn()::checkIn,
                            CheckInRequest.newBuilder().setRequestId(Ids.newId()).build())
                        .getStanding()
                        .getStreak())
                .isEqualTo(1));
    add(
        "CheckInService/GetCheckInCalendar",
        () -> {
          today =
              inAllForms(
                      viewer.checkIn()::getCheckInCalendar,
                      viewer.checkIn()::getCheckInCalendarAsync,
                      viewer.checkIn()::getCheckInCalendar,
                      GetCheckInCalendarRequest.getDefaultInstance())
                  .getToday();
          assertThat(today).matches("\\d{4}-\\d{2}-\\d{2}");
        });
    add(
        "CheckInService/MakeUpCheckIn",
        () -> {
          // Today is no day that could be made up, whatever cards there are.
          FlywheelException refused =
              refusedInAllForms(
                  viewer.checkIn()::makeUpCheckIn,
                  viewer.checkIn()::makeUpCheckInAsync,
                  viewer.checkIn()::makeUpCheckIn,
                  MakeUpCheckInRequest.newBuilder()
                      .setRequestId(Ids.newId())
                      .setDate(today)
                      .build());
          assertThat(refused.reason()).isNotEqualTo(ErrorReason.ERROR_REASON_UNSPECIFIED);
          assertThat(refused.reason()).isNotEqualTo(ErrorReason.ERROR_REASON_INTERNAL);
        });
  }

  private void tasks() {
    add(
        "TaskService/ListTasks",
        () ->
            assertThat(
                    inAllForms(
                            viewer.task()::listTasks,
                            viewer.task()::listTasksAsync,
                            viewer.task()::listTasks,
                            ListTasksRequest.newBuilder().setRoomId(ROOM).build())
                        .getTasksCount())
                .isEqualTo(2));
    add(
        "TaskService/GetTask",
        () ->
            assertThat(
                    inAllForms(
                            viewer.task()::getTask,
                            viewer.task()::getTaskAsync,
                            viewer.task()::getTask,
                            GetTaskRequest.newBuilder().setTaskId("likes").setRoomId(ROOM).build())
                        .hasTask())
                .isTrue());
    add(
        "TaskService/ExplainTask",
        () ->
            assertThat(
                    inAllForms(
                            viewer.task()::explainTask,
                            viewer.task()::explainTaskAsync,
                            viewer.task()::explainTask,
                            ExplainTaskRequest.newBuilder()
                                .setTaskId("likes")
                                .setRoomId(ROOM)
                                .build())
                        .getRulesList())
                .isNotEmpty());
    add(
        "TaskService/ClaimTaskReward",
        () -> {
          var unused =
              viewer
                  .room()
                  .act(
                      ActRequest.newBuilder()
                          .setRequestId(Ids.newId())
                          .setRoomId(ROOM)
                          .setFollowed(Followed.getDefaultInstance())
                          .build());
          assertThat(
                  once(
                          viewer.task()::claimTaskReward,
                          viewer.task()::claimTaskRewardAsync,
                          viewer.task()::claimTaskReward,
                          ClaimTaskRewardRequest.newBuilder()
                              .setRequestId(Ids.newId())
                              .setTaskId("follow")
                              .build())
                      .getFactsList())
              .isNotEmpty();
        });
  }

  private void taskTotals() {
    add(
        "TaskService/ListTaskTotals",
        () ->
            assertThat(
                    inAllForms(
                            merchant.task()::listTaskTotals,
                            merchant.task()::listTaskTotalsAsync,
                            merchant.task()::listTaskTotals,
                            ListTaskTotalsRequest.getDefaultInstance())
                        .getTasksList())
                .isNotEmpty());
  }

  /** Of the coupon that the check-in gave. */
  private void coupons() {
    add(
        "CouponService/ListCoupons",
        () -> {
          coupon =
              inAllForms(
                      viewer.coupon()::listCoupons,
                      viewer.coupon()::listCouponsAsync,
                      viewer.coupon()::listCoupons,
                      ListCouponsRequest.getDefaultInstance())
                  .getCoupons(0)
                  .getNumber();
          assertThat(coupon).isPositive();
        });
    add(
        "CouponService/GetCouponByCode",
        () -> {
          String code =
              viewer
                  .coupon()
                  .listCoupons(ListCouponsRequest.getDefaultInstance())
                  .getCoupons(0)
                  .getCode();
          assertThat(
                  inAllForms(
                          merchant.coupon()::getCouponByCode,
                          merchant.coupon()::getCouponByCodeAsync,
                          merchant.coupon()::getCouponByCode,
                          GetCouponByCodeRequest.newBuilder().setCode(code).build())
                      .getCoupon()
                      .getNumber())
              .isEqualTo(coupon);
        });
    add(
        "CouponService/ReserveCoupon",
        () ->
            assertThat(
                    once(
                            platform.coupon()::reserveCoupon,
                            platform.coupon()::reserveCouponAsync,
                            platform.coupon()::reserveCoupon,
                            ReserveCouponRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setNumber(coupon)
                                .setOrderId("order-1")
                                .build())
                        .getCoupon()
                        .getState())
                .isEqualTo(CouponState.COUPON_STATE_RESERVED));
    add(
        "CouponService/CommitCoupon",
        () ->
            assertThat(
                    once(
                            platform.coupon()::commitCoupon,
                            platform.coupon()::commitCouponAsync,
                            platform.coupon()::commitCoupon,
                            CommitCouponRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setNumber(coupon)
                                .setOrderId("order-1")
                                .build())
                        .getCoupon()
                        .getState())
                .isEqualTo(CouponState.COUPON_STATE_USED));
    add(
        "CouponService/ReleaseCoupon",
        () ->
            assertThat(
                    once(
                            platform.coupon()::releaseCoupon,
                            platform.coupon()::releaseCouponAsync,
                            platform.coupon()::releaseCoupon,
                            ReleaseCouponRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setNumber(coupon)
                                .setOrderId("order-1")
                                .build())
                        .getCoupon()
                        .getState())
                .isEqualTo(CouponState.COUPON_STATE_AVAILABLE));
    add(
        "CouponService/RevokeCoupon",
        () ->
            assertThat(
                    once(
                            merchant.coupon()::revokeCoupon,
                            merchant.coupon()::revokeCouponAsync,
                            merchant.coupon()::revokeCoupon,
                            RevokeCouponRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setNumber(coupon)
                                .setReason("a mistake")
                                .build())
                        .getCoupon()
                        .getState())
                .isEqualTo(CouponState.COUPON_STATE_REVOKED));
    add(
        "CouponService/ImportCodes",
        () -> {
          ImportCodesRequest codes =
              ImportCodesRequest.newBuilder()
                  .setCouponId("shop")
                  .addCodes("SHOP-0001")
                  .addCodes("SHOP-0002")
                  .build();
          assertThat(merchant.coupon().importCodes(codes).getImported()).isEqualTo(2);
          assertThat(
                  inAllForms(
                          merchant.coupon()::importCodes,
                          merchant.coupon()::importCodesAsync,
                          merchant.coupon()::importCodes,
                          codes)
                      .getImported())
              .as("what was taken in before")
              .isZero();
        });
    add(
        "CouponService/ListCodePools",
        () ->
            assertThat(
                    inAllForms(
                            merchant.coupon()::listCodePools,
                            merchant.coupon()::listCodePoolsAsync,
                            merchant.coupon()::listCodePools,
                            ListCodePoolsRequest.getDefaultInstance())
                        .getPools(0)
                        .getImported())
                .isEqualTo(2));
  }

  private void mall() {
    add(
        "MallService/ListMallItems",
        () ->
            assertThat(
                    inAllForms(
                            viewer.mall()::listMallItems,
                            viewer.mall()::listMallItemsAsync,
                            viewer.mall()::listMallItems,
                            ListMallItemsRequest.getDefaultInstance())
                        .getItemsCount())
                .isEqualTo(1));
    add(
        "MallService/GetMallItem",
        () ->
            assertThat(
                    inAllForms(
                            viewer.mall()::getMallItem,
                            viewer.mall()::getMallItemAsync,
                            viewer.mall()::getMallItem,
                            GetMallItemRequest.newBuilder().setItemId("mug").build())
                        .hasItem())
                .isTrue());
    add(
        "MallService/RedeemItem",
        () -> {
          redemptionId =
              once(
                      viewer.mall()::redeemItem,
                      viewer.mall()::redeemItemAsync,
                      viewer.mall()::redeemItem,
                      redemption())
                  .getRedemption()
                  .getRedemptionId();
          assertThat(redemptionId).isNotEmpty();
        });
    add(
        "MallService/ListRedemptions",
        () ->
            assertThat(
                    inAllForms(
                            viewer.mall()::listRedemptions,
                            viewer.mall()::listRedemptionsAsync,
                            viewer.mall()::listRedemptions,
                            ListRedemptionsRequest.getDefaultInstance())
                        .getRedemptionsCount())
                .isEqualTo(1));
    add(
        "MallService/SearchRedemptions",
        () ->
            assertThat(
                    inAllForms(
                            merchant.mall()::searchRedemptions,
                            merchant.mall()::searchRedemptionsAsync,
                            merchant.mall()::searchRedemptions,
                            SearchRedemptionsRequest.getDefaultInstance())
                        .getRedemptionsCount())
                .isEqualTo(1));
    add(
        "MallService/UpdateRedemptions",
        () ->
            assertThat(
                    once(
                            platform.mall()::updateRedemptions,
                            platform.mall()::updateRedemptionsAsync,
                            platform.mall()::updateRedemptions,
                            UpdateRedemptionsRequest.newBuilder()
                                .addUpdates(
                                    RedemptionUpdate.newBuilder()
                                        .setRequestId(Ids.newId())
                                        .setViewerId(VIEWER)
                                        .setRedemptionId(redemptionId)
                                        .setState(RedemptionState.REDEMPTION_STATE_FULFILLED))
                                .build())
                        .getResults(0)
                        .getErrorReason())
                .isEmpty());
    add(
        "MallService/CancelRedemption",
        () -> {
          String another = viewer.mall().redeemItem(redemption()).getRedemption().getRedemptionId();
          assertThat(
                  once(
                          viewer.mall()::cancelRedemption,
                          viewer.mall()::cancelRedemptionAsync,
                          viewer.mall()::cancelRedemption,
                          CancelRedemptionRequest.newBuilder()
                              .setRequestId(Ids.newId())
                              .setRedemptionId(another)
                              .build())
                      .getRedemption()
                      .getRedemptionId())
              .isEqualTo(another);
        });
  }

  /** Of a viewer of whom no delivery asked for anything. */
  private void deliveries() {
    add(
        "MallService/DeleteDeliveryData",
        () ->
            assertThat(
                    inAllForms(
                            merchant.mall()::deleteDeliveryData,
                            merchant.mall()::deleteDeliveryDataAsync,
                            merchant.mall()::deleteDeliveryData,
                            DeleteDeliveryDataRequest.newBuilder().setViewerId(VIEWER).build())
                        .getDeleted())
                .isZero());
  }

  private static RedeemItemRequest redemption() {
    return RedeemItemRequest.newBuilder().setRequestId(Ids.newId()).setItemId("mug").build();
  }

  private void lotteries() {
    add(
        "LotteryService/ListLotteries",
        () ->
            assertThat(
                    inAllForms(
                            viewer.lottery()::listLotteries,
                            viewer.lottery()::listLotteriesAsync,
                            viewer.lottery()::listLotteries,
                            ListLotteriesRequest.getDefaultInstance())
                        .getLotteriesCount())
                .isEqualTo(1));
    add(
        "LotteryService/GetLottery",
        () ->
            assertThat(
                    inAllForms(
                            viewer.lottery()::getLottery,
                            viewer.lottery()::getLotteryAsync,
                            viewer.lottery()::getLottery,
                            GetLotteryRequest.newBuilder().setLotteryId("wheel").build())
                        .hasLottery())
                .isTrue());
    add(
        "LotteryService/Draw",
        () -> {
          draw =
              once(
                      viewer.lottery()::draw,
                      viewer.lottery()::drawAsync,
                      viewer.lottery()::draw,
                      DrawRequest.newBuilder()
                          .setRequestId(Ids.newId())
                          .setLotteryId("wheel")
                          .setClientSeed("luck")
                          .build())
                  .getDraw();
          assertThat(draw.getProof().getClientSeed()).isEqualTo("luck");
        });
    add(
        "LotteryService/ListDraws",
        () ->
            assertThat(
                    inAllForms(
                            viewer.lottery()::listDraws,
                            viewer.lottery()::listDrawsAsync,
                            viewer.lottery()::listDraws,
                            ListDrawsRequest.newBuilder().setLotteryId("wheel").build())
                        .getDrawsList())
                .containsExactly(draw));
    add(
        "LotteryService/SearchDraws",
        () ->
            assertThat(
                    inAllForms(
                            merchant.lottery()::searchDraws,
                            merchant.lottery()::searchDrawsAsync,
                            merchant.lottery()::searchDraws,
                            SearchDrawsRequest.newBuilder().setLotteryId("wheel").build())
                        .getDrawsList())
                .isNotEmpty());
    add(
        "LotteryService/VerifyDraw",
        () ->
            assertThat(
                    inAllForms(
                            viewer.lottery()::verifyDraw,
                            viewer.lottery()::verifyDrawAsync,
                            viewer.lottery()::verifyDraw,
                            VerifyDrawRequest.newBuilder()
                                .setProof(draw.getProof())
                                .setPrizeId(draw.getPrizeId())
                                .build())
                        .getValid())
                .isTrue());
    add(
        "LotteryService/WithdrawLottery",
        () ->
            assertThat(
                    once(
                            merchant.lottery()::withdrawLottery,
                            merchant.lottery()::withdrawLotteryAsync,
                            merchant.lottery()::withdrawLottery,
                            WithdrawLotteryRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setLotteryId("wheel")
                                .setReason("a test")
                                .build())
                        .getWithdrawal()
                        .getReason())
                .isEqualTo("a test"));
  }

  private void budgets() {
    add(
        "BudgetService/ListBudgets",
        () ->
            assertThat(
                    inAllForms(
                            merchant.budget()::listBudgets,
                            merchant.budget()::listBudgetsAsync,
                            merchant.budget()::listBudgets,
                            ListBudgetsRequest.getDefaultInstance())
                        .getBudgetsList())
                .hasSize(1));
  }

  private void boosters() {
    add(
        "BoosterService/StartRoomBooster",
        () ->
            assertThat(
                    once(
                            merchant.booster()::startRoomBooster,
                            merchant.booster()::startRoomBoosterAsync,
                            merchant.booster()::startRoomBooster,
                            StartRoomBoosterRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setBoosterId("double")
                                .build())
                        .getBooster()
                        .getPercent())
                .isEqualTo(200));
    add(
        "BoosterService/ListRoomBoosters",
        () ->
            assertThat(
                    inAllForms(
                            viewer.booster()::listRoomBoosters,
                            viewer.booster()::listRoomBoostersAsync,
                            viewer.booster()::listRoomBoosters,
                            ListRoomBoostersRequest.newBuilder().setRoomId(ROOM).build())
                        .getBoosters(0)
                        .hasEndsAt())
                .isTrue());
    add(
        "BoosterService/EndRoomBooster",
        () ->
            assertThat(
                    once(
                        merchant.booster()::endRoomBooster,
                        merchant.booster()::endRoomBoosterAsync,
                        merchant.booster()::endRoomBooster,
                        EndRoomBoosterRequest.newBuilder()
                            .setRequestId(Ids.newId())
                            .setRoomId(ROOM)
                            .setBoosterId("double")
                            .build()))
                .isEqualTo(EndRoomBoosterResponse.getDefaultInstance()));
  }

  private void roomDraws() {
    add(
        "RoomDrawService/StartRoomDraw",
        () ->
            assertThat(
                    once(
                            merchant.roomDraw()::startRoomDraw,
                            merchant.roomDraw()::startRoomDrawAsync,
                            merchant.roomDraw()::startRoomDraw,
                            StartRoomDrawRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setRoomDrawId("bag")
                                .build())
                        .getDraw()
                        .getNumber())
                .isEqualTo(1));
    add(
        "RoomDrawService/ListRoomDraws",
        () ->
            assertThat(
                    inAllForms(
                            viewer.roomDraw()::listRoomDraws,
                            viewer.roomDraw()::listRoomDrawsAsync,
                            viewer.roomDraw()::listRoomDraws,
                            ListRoomDrawsRequest.newBuilder().setRoomId(ROOM).build())
                        .getDraws(0)
                        .getState())
                .isEqualTo(RoomDrawState.ROOM_DRAW_STATE_OPEN));
    add(
        "RoomDrawService/WithdrawRoomDraw",
        () ->
            assertThat(
                    once(
                            merchant.roomDraw()::withdrawRoomDraw,
                            merchant.roomDraw()::withdrawRoomDrawAsync,
                            merchant.roomDraw()::withdrawRoomDraw,
                            WithdrawRoomDrawRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setNumber(1)
                                .setReason("a test")
                                .build())
                        .getDraw()
                        .getServerSeed())
                .hasSize(64));
    add(
        "RoomDrawService/ListRoomDrawEntrants",
        () ->
            assertThat(
                    inAllForms(
                            viewer.roomDraw()::listRoomDrawEntrants,
                            viewer.roomDraw()::listRoomDrawEntrantsAsync,
                            viewer.roomDraw()::listRoomDrawEntrants,
                            ListRoomDrawEntrantsRequest.newBuilder()
                                .setRoomId(ROOM)
                                .setNumber(1)
                                .build())
                        .getTagsList())
                .isEmpty());
  }

  private void leaderboards() {
    add(
        "LeaderboardService/ListLeaderboards",
        () ->
            assertThat(
                    inAllForms(
                            viewer.leaderboard()::listLeaderboards,
                            viewer.leaderboard()::listLeaderboardsAsync,
                            viewer.leaderboard()::listLeaderboards,
                            ListLeaderboardsRequest.newBuilder().setRoomId(ROOM).build())
                        .getBoardsCount())
                .isEqualTo(2));
    add(
        "LeaderboardService/GetLeaderboard",
        () -> {
          period =
              inAllForms(
                      viewer.leaderboard()::getLeaderboard,
                      viewer.leaderboard()::getLeaderboardAsync,
                      viewer.leaderboard()::getLeaderboard,
                      GetLeaderboardRequest.newBuilder()
                          .setBoardId("likers")
                          .setRoomId(ROOM)
                          .build())
                  .getPeriod()
                  .getPeriod();
          assertThat(period).isNotEmpty();
        });
    add(
        "LeaderboardService/GetRank",
        () ->
            assertThat(
                    inAllForms(
                            viewer.leaderboard()::getRank,
                            viewer.leaderboard()::getRankAsync,
                            viewer.leaderboard()::getRank,
                            GetRankRequest.newBuilder()
                                .setBoardId("likers")
                                .setRoomId(ROOM)
                                .build())
                        .hasPeriod())
                .isTrue());
    add(
        "LeaderboardService/WatchLeaderboard",
        () -> {
          WatchLeaderboardRequest request =
              WatchLeaderboardRequest.newBuilder().setBoardId("likers").setRoomId(ROOM).build();
          assertThat(
                  firstInAllForms(
                          viewer.leaderboard()::watchLeaderboard,
                          viewer.leaderboard()::watchLeaderboard,
                          request)
                      .getPeriod()
                      .getPeriod())
              .isEqualTo(period);
        });
    add(
        "LeaderboardService/JoinTeam",
        () ->
            assertThat(
                    once(
                            viewer.leaderboard()::joinTeam,
                            viewer.leaderboard()::joinTeamAsync,
                            viewer.leaderboard()::joinTeam,
                            JoinTeamRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setTeamId("red")
                                .build())
                        .getFacts(0)
                        .getTeamJoined()
                        .getTeamId())
                .isEqualTo("red"));
    add(
        "LeaderboardService/GetFriendsBoard",
        () ->
            assertThat(
                    inAllForms(
                            viewer.leaderboard()::getFriendsBoard,
                            viewer.leaderboard()::getFriendsBoardAsync,
                            viewer.leaderboard()::getFriendsBoard,
                            GetFriendsBoardRequest.newBuilder().setBoardId("ladder").build())
                        .hasPeriod())
                .isTrue());
    add(
        "LeaderboardService/GetLeague",
        () ->
            assertThat(
                    inAllForms(
                            viewer.leaderboard()::getLeague,
                            viewer.leaderboard()::getLeagueAsync,
                            viewer.leaderboard()::getLeague,
                            GetLeagueRequest.newBuilder().setBoardId("ladder").build())
                        .getDivisionsCount())
                .isEqualTo(2));
    add(
        "LeaderboardService/SetBoardMember",
        () ->
            assertThat(
                    once(
                            merchant.leaderboard()::setBoardMember,
                            merchant.leaderboard()::setBoardMemberAsync,
                            merchant.leaderboard()::setBoardMember,
                            SetBoardMemberRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setBoardId("likers")
                                .setRoomId(ROOM)
                                .setPeriod(period)
                                .setViewerId(VIEWER)
                                .setRemoved(true)
                                .setReason("a test")
                                .build())
                        .getFactsList())
                .isNotEmpty());
  }

  private void viewers() {
    add(
        "ViewerService/GetViewer",
        () ->
            assertThat(
                    inAllForms(
                            viewer.viewer()::getViewer,
                            viewer.viewer()::getViewerAsync,
                            viewer.viewer()::getViewer,
                            GetViewerRequest.getDefaultInstance())
                        .getViewer()
                        .getViewerId())
                .isEqualTo(VIEWER));
    add(
        "ViewerService/ListGrants",
        () ->
            assertThat(
                    inAllForms(
                            viewer.viewer()::listGrants,
                            viewer.viewer()::listGrantsAsync,
                            viewer.viewer()::listGrants,
                            ListGrantsRequest.getDefaultInstance())
                        .getNextPageToken())
                .isEmpty());
    add(
        "ViewerService/ListViewers",
        () ->
            assertThat(
                    inAllForms(
                            merchant.viewer()::listViewers,
                            merchant.viewer()::listViewersAsync,
                            merchant.viewer()::listViewers,
                            ListViewersRequest.newBuilder().setViewerIdPrefix("an").build())
                        .getViewersCount())
                .isEqualTo(1));
    add(
        "ViewerService/SetPublicProfile",
        () ->
            assertThat(
                    once(
                            viewer.viewer()::setPublicProfile,
                            viewer.viewer()::setPublicProfileAsync,
                            viewer.viewer()::setPublicProfile,
                            SetPublicProfileRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setShownAs(PublicProfile.newBuilder().setAnonymous(true))
                                .build())
                        .getShownAs()
                        .getAnonymous())
                .isTrue());
    add(
        "ViewerService/ListPublicProfiles",
        () ->
            assertThat(
                    inAllForms(
                            merchant.viewer()::listPublicProfiles,
                            merchant.viewer()::listPublicProfilesAsync,
                            merchant.viewer()::listPublicProfiles,
                            ListPublicProfilesRequest.newBuilder().addViewerIds(VIEWER).build())
                        .getViewersCount())
                .isEqualTo(1));
    add(
        "ViewerService/WatchViewer",
        () ->
            assertThat(
                    firstInAllForms(
                            viewer.viewer()::watchViewer,
                            viewer.viewer()::watchViewer,
                            WatchViewerRequest.getDefaultInstance())
                        .getSnapshot()
                        .getViewerId())
                .isEqualTo(VIEWER));
  }

  private void events() {
    add(
        "EventService/IngestEvents",
        () -> {
          IngestEventsRequest request =
              IngestEventsRequest.newBuilder().addEvents(event(Ids.newId())).build();
          assertThat(platform.event().ingestEvents(request).getAccepted()).isEqualTo(1);
          // An event_id has one effect: the other forms find it taken.
          assertThat(
                  inAllForms(
                          platform.event()::ingestEvents,
                          platform.event()::ingestEventsAsync,
                          platform.event()::ingestEvents,
                          request)
                      .getDuplicates())
              .isEqualTo(1);
        });
    add(
        "EventService/StreamEvents",
        () -> {
          CompletableFuture<StreamEventsResponse> answered = new CompletableFuture<>();
          CompletableFuture<Boolean> ended = new CompletableFuture<>();
          try (Exchange<StreamEventsRequest> exchange =
              platform
                  .event()
                  .streamEvents(
                      new Answer<>() {
                        @Override
                        public void onAnswer(StreamEventsResponse answer) {
                          answered.complete(answer);
                        }

                        @Override
                        public void onFailure(FlywheelException failure) {
                          answered.completeExceptionally(failure);
                          ended.completeExceptionally(failure);
                        }

                        @Override
                        public void onEnd() {
                          ended.complete(true);
                        }
                      })) {
            exchange.send(StreamEventsRequest.newBuilder().addEvents(event(Ids.newId())).build());
            assertThat(answered.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getAccepted()).isEqualTo(1);
          }
          assertThat(ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        });
  }

  private static long secondsNow() {
    return System.currentTimeMillis() / 1_000;
  }

  private static Event event(String eventId) {
    return Event.newBuilder()
        .setEventId(eventId)
        .setViewerId("ben")
        .setRoomId(ROOM)
        .setOccurredAt(Timestamp.newBuilder().setSeconds(secondsNow()))
        .setFollowed(Followed.getDefaultInstance())
        .build();
  }

  private void analytics() {
    add(
        "AnalyticsService/ListRooms",
        () ->
            assertThat(
                    inAllForms(
                            merchant.analytics()::listRooms,
                            merchant.analytics()::listRoomsAsync,
                            merchant.analytics()::listRooms,
                            ListRoomsRequest.getDefaultInstance())
                        .getRoomsCount())
                .isEqualTo(1));
    add(
        "AnalyticsService/GetRoomReport",
        () ->
            assertThat(
                    inAllForms(
                            merchant.analytics()::getRoomReport,
                            merchant.analytics()::getRoomReportAsync,
                            merchant.analytics()::getRoomReport,
                            GetRoomReportRequest.newBuilder().setRoomId(ROOM).build())
                        .hasReport())
                .isTrue());
    add(
        "AnalyticsService/ListVisits",
        () ->
            assertThat(
                    inAllForms(
                            merchant.analytics()::listVisits,
                            merchant.analytics()::listVisitsAsync,
                            merchant.analytics()::listVisits,
                            ListVisitsRequest.newBuilder().setViewerId(VIEWER).build())
                        .getVisitsCount())
                .isEqualTo(1));
    add(
        "AnalyticsService/ListPresentViewers",
        () ->
            assertThat(
                    inAllForms(
                            merchant.analytics()::listPresentViewers,
                            merchant.analytics()::listPresentViewersAsync,
                            merchant.analytics()::listPresentViewers,
                            ListPresentViewersRequest.newBuilder().setRoomId(ROOM).build())
                        .getPresent())
                .isNotNegative());
    add(
        "AnalyticsService/GetMerchantReport",
        () ->
            assertThat(
                    inAllForms(
                            merchant.analytics()::getMerchantReport,
                            merchant.analytics()::getMerchantReportAsync,
                            merchant.analytics()::getMerchantReport,
                            GetMerchantReportRequest.newBuilder()
                                .setFirstDay("2026-01-01")
                                .setLastDay("2026-01-02")
                                .build())
                        .getDaysCount())
                .isEqualTo(2));
    add(
        "AnalyticsService/SearchVisits",
        () ->
            assertThat(
                    inAllForms(
                            merchant.analytics()::searchVisits,
                            merchant.analytics()::searchVisitsAsync,
                            merchant.analytics()::searchVisits,
                            SearchVisitsRequest.newBuilder()
                                .setFirstDay("2026-01-01")
                                .setLastDay("2026-01-02")
                                .build())
                        .getNextPageToken())
                .isEmpty());
    add(
        "AnalyticsService/GetRetention",
        () ->
            assertThat(
                    inAllForms(
                            merchant.analytics()::getRetention,
                            merchant.analytics()::getRetentionAsync,
                            merchant.analytics()::getRetention,
                            GetRetentionRequest.newBuilder()
                                .setFirstDay("2026-01-01")
                                .setLastDay("2026-01-02")
                                .build())
                        .getOverallCount())
                .isEqualTo(3));
    add(
        "AnalyticsService/WatchRoom",
        () ->
            assertThat(
                    firstInAllForms(
                            merchant.analytics()::watchRoom,
                            merchant.analytics()::watchRoom,
                            WatchRoomRequest.newBuilder().setRoomId(ROOM).build())
                        .hasReport())
                .isTrue());
    add(
        "AnalyticsService/RebuildFigures",
        () ->
            assertThat(
                    firstInAllForms(
                            merchant.analytics()::rebuildFigures,
                            merchant.analytics()::rebuildFigures,
                            RebuildFiguresRequest.getDefaultInstance())
                        .getRead())
                .isPositive());
  }

  private void audience() {
    add(
        "AudienceService/ListAudience",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::listAudience,
                            merchant.audience()::listAudienceAsync,
                            merchant.audience()::listAudience,
                            ListAudienceRequest.getDefaultInstance())
                        .hasAsOf())
                .isTrue());
    add(
        "AudienceService/GetAudienceMember",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::getAudienceMember,
                            merchant.audience()::getAudienceMemberAsync,
                            merchant.audience()::getAudienceMember,
                            GetAudienceMemberRequest.newBuilder().setViewerId(VIEWER).build())
                        .getMember()
                        .getViewerId())
                .isEqualTo(VIEWER));
    add(
        "AudienceService/SummarizeAudience",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::summarizeAudience,
                            merchant.audience()::summarizeAudienceAsync,
                            merchant.audience()::summarizeAudience,
                            SummarizeAudienceRequest.getDefaultInstance())
                        .getTagsCount())
                .isEqualTo(2));
    add(
        "AudienceService/PreviewTag",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::previewTag,
                            merchant.audience()::previewTagAsync,
                            merchant.audience()::previewTag,
                            PreviewTagRequest.newBuilder()
                                .setTag(
                                    TagRule.newBuilder()
                                        .setId("newcomer")
                                        .setTitle(Text.newBuilder().setZh("新人"))
                                        .setCondition("viewer.days_known < 3"))
                                .build())
                        .getSamplesCount())
                .isZero());
    add(
        "AudienceService/GetFunnel",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::getFunnel,
                            merchant.audience()::getFunnelAsync,
                            merchant.audience()::getFunnel,
                            GetFunnelRequest.newBuilder().addTaskIds("likes").build())
                        .getStepsCount())
                .isEqualTo(1));
    add(
        "AudienceService/ListViewerActions",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::listViewerActions,
                            merchant.audience()::listViewerActionsAsync,
                            merchant.audience()::listViewerActions,
                            ListViewerActionsRequest.newBuilder()
                                .setViewerId("nobody")
                                .setSince(Timestamp.newBuilder().setSeconds(1_700_000_000))
                                .setUntil(Timestamp.newBuilder().setSeconds(1_700_000_060))
                                .build())
                        .getActionsCount())
                .isZero());
    add(
        "AudienceService/PreviewSegment",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::previewSegment,
                            merchant.audience()::previewSegmentAsync,
                            merchant.audience()::previewSegment,
                            PreviewSegmentRequest.newBuilder()
                                .setSegment(
                                    Segment.newBuilder().setSegmentId("all").setTitle("All"))
                                .build())
                        .getWouldLeave())
                .isZero());
    add(
        "AudienceService/GetReminderReport",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::getReminderReport,
                            merchant.audience()::getReminderReportAsync,
                            merchant.audience()::getReminderReport,
                            GetReminderReportRequest.newBuilder()
                                .setFirstDay("2026-11-01")
                                .setLastDay("2026-11-07")
                                .build())
                        .getCountsCount())
                .isZero());
    add(
        "AudienceService/SaveSegment",
        () ->
            assertThat(
                    inAllForms(
                        merchant.audience()::saveSegment,
                        merchant.audience()::saveSegmentAsync,
                        merchant.audience()::saveSegment,
                        SaveSegmentRequest.newBuilder()
                            .setSegment(Segment.newBuilder().setSegmentId("all").setTitle("All"))
                            .build()))
                .isNotNull());
    add(
        "AudienceService/ListSegments",
        () ->
            assertThat(
                    inAllForms(
                            merchant.audience()::listSegments,
                            merchant.audience()::listSegmentsAsync,
                            merchant.audience()::listSegments,
                            ListSegmentsRequest.getDefaultInstance())
                        .getSegmentsList())
                .allMatch(segment -> segment.getSegmentId().equals("all")));
    add(
        "AudienceService/DeleteSegment",
        () ->
            assertThat(
                    inAllForms(
                        merchant.audience()::deleteSegment,
                        merchant.audience()::deleteSegmentAsync,
                        merchant.audience()::deleteSegment,
                        DeleteSegmentRequest.newBuilder().setSegmentId("none").build()))
                .isNotNull());
    add(
        "AudienceService/ExportAudience",
        () ->
            assertThat(
                    firstInAllForms(
                            merchant.audience()::exportAudience,
                            merchant.audience()::exportAudience,
                            ExportAudienceRequest.getDefaultInstance())
                        .getCsv())
                .startsWith("viewer_id,"));
    add(
        "AudienceService/SetManualTags",
        () ->
            assertThat(
                    once(
                            merchant.audience()::setManualTags,
                            merchant.audience()::setManualTagsAsync,
                            merchant.audience()::setManualTags,
                            SetManualTagsRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .addAdd("guest-of-honor")
                                .setWhy("a test")
                                .build())
                        .getTagsList())
                .anyMatch(tag -> tag.getTagId().equals("guest-of-honor")));
  }

  private void levels() {
    add(
        "LevelService/GetLevel",
        () ->
            assertThat(
                    inAllForms(
                            viewer.level()::getLevel,
                            viewer.level()::getLevelAsync,
                            viewer.level()::getLevel,
                            GetLevelRequest.getDefaultInstance())
                        .getLadderList())
                .hasSize(1));
    add(
        "LevelService/ListSeasons",
        () ->
            assertThat(
                    inAllForms(
                            viewer.level()::listSeasons,
                            viewer.level()::listSeasonsAsync,
                            viewer.level()::listSeasons,
                            ListSeasonsRequest.getDefaultInstance())
                        .getSeasonsList())
                .hasSize(1));
    add(
        "LevelService/ClaimSeasonRewards",
        () -> {
          var unused =
              viewer
                  .room()
                  .act(
                      ActRequest.newBuilder()
                          .setRequestId(Ids.newId())
                          .setRoomId(ROOM)
                          .setShared(Shared.getDefaultInstance())
                          .build());
          assertThat(
                  once(
                          viewer.level()::claimSeasonRewards,
                          viewer.level()::claimSeasonRewardsAsync,
                          viewer.level()::claimSeasonRewards,
                          ClaimSeasonRewardsRequest.newBuilder()
                              .setRequestId(Ids.newId())
                              .setSeasonId("month")
                              .build())
                      .getFactsList())
              .isNotEmpty();
        });
    add(
        "LevelService/PreviewLevels",
        () ->
            assertThat(
                    inAllForms(
                            merchant.level()::previewLevels,
                            merchant.level()::previewLevelsAsync,
                            merchant.level()::previewLevels,
                            PreviewLevelsRequest.newBuilder()
                                .setLevels(
                                    LevelRules.newBuilder()
                                        .addLevels(
                                            Level.newBuilder()
                                                .setId("other")
                                                .setTitle(Text.newBuilder().setZh("其他"))
                                                .setExperience(1_000_000)))
                                .build())
                        .getWouldRise())
                .isZero());
  }

  private void referral() {
    add(
        "ReferralService/CreateInvite",
        () -> {
          inviteCode =
              once(
                      viewer.referral()::createInvite,
                      viewer.referral()::createInviteAsync,
                      viewer.referral()::createInvite,
                      CreateInviteRequest.newBuilder()
                          .setRequestId(Ids.newId())
                          .setRoomId(ROOM)
                          .build())
                  .getInvite()
                  .getCode();
          assertThat(inviteCode).hasSize(8);
        });
    add(
        "ReferralService/GetInvite",
        () ->
            assertThat(
                    inAllForms(
                            viewer.referral()::getInvite,
                            viewer.referral()::getInviteAsync,
                            viewer.referral()::getInvite,
                            GetInviteRequest.newBuilder().setCode(inviteCode).build())
                        .getInvite()
                        .getInviterId())
                .isEqualTo(VIEWER));
    add(
        "ReferralService/AcceptInvite",
        () -> {
          // Two newcomers of one device: the second waits for a decision.
          accept("newcomer-1");
          accept("newcomer-2");
        });
    add(
        "ReferralService/GetReferral",
        () ->
            assertThat(
                    inAllForms(
                            viewer.referral()::getReferral,
                            viewer.referral()::getReferralAsync,
                            viewer.referral()::getReferral,
                            GetReferralRequest.getDefaultInstance())
                        .getInvitesList())
                .hasSize(1));
    add(
        "ReferralService/ListInvitees",
        () ->
            inAllForms(
                viewer.referral()::listInvitees,
                viewer.referral()::listInviteesAsync,
                viewer.referral()::listInvitees,
                ListInviteesRequest.getDefaultInstance()));
    add(
        "ReferralService/ListReferralReviews",
        () -> {
          enter("newcomer-1");
          enter("newcomer-2");
          ListReferralReviewsRequest open = ListReferralReviewsRequest.getDefaultInstance();
          // What an invitee does reaches whoever invited a moment later.
          long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
          while (merchant.referral().listReferralReviews(open).getReviewsCount() == 0) {
            assertThat(System.nanoTime()).as("a review in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
          }
          assertThat(
                  inAllForms(
                          merchant.referral()::listReferralReviews,
                          merchant.referral()::listReferralReviewsAsync,
                          merchant.referral()::listReferralReviews,
                          open)
                      .getReviews(0)
                      .getInvitee()
                      .getInviteeId())
              .isEqualTo("newcomer-2");
        });
    add(
        "ReferralService/DecideReferralReview",
        () ->
            assertThat(
                    once(
                            merchant.referral()::decideReferralReview,
                            merchant.referral()::decideReferralReviewAsync,
                            merchant.referral()::decideReferralReview,
                            DecideReferralReviewRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setInviterId(VIEWER)
                                .setInviteeId("newcomer-2")
                                .setApprove(true)
                                .build())
                        .getReview()
                        .getDecidedBy())
                .isNotEmpty());
    add(
        "ReferralService/GetReferralReport",
        () ->
            assertThat(
                    inAllForms(
                            merchant.referral()::getReferralReport,
                            merchant.referral()::getReferralReportAsync,
                            merchant.referral()::getReferralReport,
                            GetReferralReportRequest.newBuilder().setCampaignId("friends").build())
                        .getTotal()
                        .getSharers())
                .isEqualTo(1));
    add(
        "ReferralService/ListSharers",
        () ->
            assertThat(
                    inAllForms(
                            merchant.referral()::listSharers,
                            merchant.referral()::listSharersAsync,
                            merchant.referral()::listSharers,
                            ListSharersRequest.newBuilder().setCampaignId("friends").build())
                        .getSharersList())
                .hasSize(1));
  }

  private void gatherings() {
    add(
        "ReferralService/StartGathering",
        () -> {
          gatheringCode =
              once(
                      viewer.referral()::startGathering,
                      viewer.referral()::startGatheringAsync,
                      viewer.referral()::startGathering,
                      StartGatheringRequest.newBuilder()
                          .setRequestId(Ids.newId())
                          .setRuleId("pair")
                          .build())
                  .getGathering()
                  .getCode();
          assertThat(gatheringCode).hasSize(8);
        });
    add(
        "ReferralService/JoinGathering",
        () ->
            assertThat(
                    once(
                            platform.referral()::joinGathering,
                            platform.referral()::joinGatheringAsync,
                            platform.referral()::joinGathering,
                            JoinGatheringRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId("newcomer-1")
                                .setCode(gatheringCode)
                                .build())
                        .getGathering()
                        .getMembersList())
                .hasSize(2));
    add(
        "ReferralService/GetGathering",
        () ->
            assertThat(
                    inAllForms(
                            viewer.referral()::getGathering,
                            viewer.referral()::getGatheringAsync,
                            viewer.referral()::getGathering,
                            GetGatheringRequest.newBuilder().setCode(gatheringCode).build())
                        .getGathering()
                        .getState())
                .isEqualTo(GatheringState.GATHERING_STATE_OPEN));
    add(
        "ReferralService/ListGatherings",
        () ->
            assertThat(
                    inAllForms(
                            viewer.referral()::listGatherings,
                            viewer.referral()::listGatheringsAsync,
                            viewer.referral()::listGatherings,
                            ListGatheringsRequest.getDefaultInstance())
                        .getGatheringsList())
                .hasSize(1));
    add(
        "ReferralService/LeaveGathering",
        () ->
            assertThat(
                    once(
                            platform.referral()::leaveGathering,
                            platform.referral()::leaveGatheringAsync,
                            platform.referral()::leaveGathering,
                            LeaveGatheringRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId("newcomer-1")
                                .setCode(gatheringCode)
                                .build())
                        .getGathering()
                        .getMembersList())
                .hasSize(1));
  }

  private void accept(String viewerId) throws Exception {
    assertThat(
            once(
                    platform.referral()::acceptInvite,
                    platform.referral()::acceptInviteAsync,
                    platform.referral()::acceptInvite,
                    AcceptInviteRequest.newBuilder()
                        .setRequestId(Ids.newId())
                        .setViewerId(viewerId)
                        .setCode(inviteCode)
                        .setIdentity(IdentityHashes.newBuilder().setDevice("tablet"))
                        .build())
                .getInvitedBy()
                .getInviterId())
        .isEqualTo(VIEWER);
  }

  private void enter(String viewerId) {
    assertThat(
            platform
                .event()
                .ingestEvents(
                    IngestEventsRequest.newBuilder()
                        .addEvents(
                            Event.newBuilder()
                                .setEventId(Ids.newId())
                                .setViewerId(viewerId)
                                .setRoomId(ROOM)
                                .setOccurredAt(Timestamp.newBuilder().setSeconds(secondsNow()))
                                .setEntered(Entered.getDefaultInstance()))
                        .build())
                .getAccepted())
        .isEqualTo(1);
  }

  private void badges() {
    add(
        "BadgeService/ListBadges",
        () ->
            assertThat(
                    inAllForms(
                            viewer.badge()::listBadges,
                            viewer.badge()::listBadgesAsync,
                            viewer.badge()::listBadges,
                            ListBadgesRequest.newBuilder().build())
                        .getBadgesCount())
                .isEqualTo(2));
    add(
        "BadgeService/WearBadge",
        () ->
            assertThat(
                    once(
                            viewer.badge()::wearBadge,
                            viewer.badge()::wearBadgeAsync,
                            viewer.badge()::wearBadge,
                            WearBadgeRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setBadgeId("liker")
                                .build())
                        .getWorn()
                        .getBadgeId())
                .isEqualTo("liker"));
    add(
        "BadgeService/GiveBadge",
        () ->
            assertThat(
                    once(
                            merchant.badge()::giveBadge,
                            merchant.badge()::giveBadgeAsync,
                            merchant.badge()::giveBadge,
                            GiveBadgeRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setBadgeId("staff")
                                .setReason("a test")
                                .build())
                        .getFactsList())
                .isNotEmpty());
    add(
        "BadgeService/ListBadgeHolders",
        () ->
            assertThat(
                    inAllForms(
                            merchant.badge()::listBadgeHolders,
                            merchant.badge()::listBadgeHoldersAsync,
                            merchant.badge()::listBadgeHolders,
                            ListBadgeHoldersRequest.newBuilder().setBadgeId("staff").build())
                        .getHoldersCount())
                .isEqualTo(1));
    add(
        "BadgeService/RevokeBadge",
        () ->
            assertThat(
                    once(
                            merchant.badge()::revokeBadge,
                            merchant.badge()::revokeBadgeAsync,
                            merchant.badge()::revokeBadge,
                            RevokeBadgeRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setViewerId(VIEWER)
                                .setBadgeId("staff")
                                .setReason("a test")
                                .build())
                        .getFactsList())
                .isNotEmpty());
    add(
        "BadgeService/PreviewBadge",
        () ->
            assertThat(
                    once(
                            merchant.badge()::previewBadge,
                            merchant.badge()::previewBadgeAsync,
                            merchant.badge()::previewBadge,
                            PreviewBadgeRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setBadgeId("liker")
                                .build())
                        .getPreview()
                        .getAwardId())
                .isNotEmpty());
    add(
        "BadgeService/AwardBadge",
        () ->
            assertThat(
                    once(
                            merchant.badge()::awardBadge,
                            merchant.badge()::awardBadgeAsync,
                            merchant.badge()::awardBadge,
                            AwardBadgeRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setBadgeId("liker")
                                .build())
                        .getAward()
                        .getAwardId())
                .isNotEmpty());
    add(
        "BadgeService/GetBadgeAward",
        () ->
            assertThat(
                    inAllForms(
                            merchant.badge()::getBadgeAward,
                            merchant.badge()::getBadgeAwardAsync,
                            merchant.badge()::getBadgeAward,
                            GetBadgeAwardRequest.newBuilder().setBadgeId("liker").build())
                        .hasAward())
                .isTrue());
  }

  private void fulfillment() {
    add(
        "FulfillmentService/GetPrivilege",
        () ->
            assertThat(
                    inAllForms(
                            platform.fulfillment()::getPrivilege,
                            platform.fulfillment()::getPrivilegeAsync,
                            platform.fulfillment()::getPrivilege,
                            GetPrivilegeRequest.newBuilder()
                                .setViewerId(VIEWER)
                                .setPrivilegeId("vip")
                                .build())
                        .getHeld())
                .isFalse());
    add(
        "FulfillmentService/WatchGrants",
        () -> {
          grantCursor =
              firstInAllForms(
                      platform.fulfillment()::watchGrants,
                      platform.fulfillment()::watchGrants,
                      WatchGrantsRequest.newBuilder()
                          .setConsumerId("coupons")
                          .setStartAt(Timestamp.newBuilder().setSeconds(secondsNow() - 600))
                          .build())
                  .getCursor();
          assertThat(grantCursor).isNotEmpty();
        });
    add(
        "FulfillmentService/AckGrants",
        () ->
            assertThat(
                    inAllForms(
                            platform.fulfillment()::ackGrants,
                            platform.fulfillment()::ackGrantsAsync,
                            platform.fulfillment()::ackGrants,
                            AckGrantsRequest.newBuilder()
                                .setConsumerId("coupons")
                                .setCursor(grantCursor)
                                .build())
                        .getAcknowledged())
                .isTrue());
    add(
        "FulfillmentService/UpdateGrants",
        () ->
            assertThat(
                    once(
                            platform.fulfillment()::updateGrants,
                            platform.fulfillment()::updateGrantsAsync,
                            platform.fulfillment()::updateGrants,
                            UpdateGrantsRequest.newBuilder()
                                .addUpdates(
                                    GrantUpdate.newBuilder()
                                        .setRequestId(Ids.newId())
                                        .setViewerId(VIEWER)
                                        .setGrantNumber(1)
                                        .setState(DeliveryState.DELIVERY_STATE_DELIVERED))
                                .build())
                        .getResults(0)
                        .getErrorReason())
                .isEmpty());
    add(
        "FulfillmentService/ListGrantConsumers",
        () ->
            assertThat(
                    inAllForms(
                            merchant.fulfillment()::listGrantConsumers,
                            merchant.fulfillment()::listGrantConsumersAsync,
                            merchant.fulfillment()::listGrantConsumers,
                            ListGrantConsumersRequest.getDefaultInstance())
                        .getConsumersCount())
                .isEqualTo(1));
    add(
        "FulfillmentService/DeleteGrantConsumer",
        () ->
            assertThat(
                    inAllForms(
                        merchant.fulfillment()::deleteGrantConsumer,
                        merchant.fulfillment()::deleteGrantConsumerAsync,
                        merchant.fulfillment()::deleteGrantConsumer,
                        DeleteGrantConsumerRequest.newBuilder().setConsumerId("coupons").build()))
                .isNotNull());
  }

  private void webhooks() {
    add(
        "WebhookService/SaveWebhookEndpoint",
        () ->
            assertThat(
                    inAllForms(
                            merchant.webhook()::saveWebhookEndpoint,
                            merchant.webhook()::saveWebhookEndpointAsync,
                            merchant.webhook()::saveWebhookEndpoint,
                            SaveWebhookEndpointRequest.newBuilder()
                                .setEndpointId("hook")
                                .setUrl("http://127.0.0.1:9/hook")
                                .setEnabled(false)
                                .build())
                        .getEndpoint()
                        .getEndpointId())
                .isEqualTo("hook"));
    add(
        "WebhookService/ListWebhookEndpoints",
        () ->
            assertThat(
                    inAllForms(
                            merchant.webhook()::listWebhookEndpoints,
                            merchant.webhook()::listWebhookEndpointsAsync,
                            merchant.webhook()::listWebhookEndpoints,
                            ListWebhookEndpointsRequest.getDefaultInstance())
                        .getEndpointsCount())
                .isEqualTo(1));
    add(
        "WebhookService/GetWebhookSecrets",
        () ->
            assertThat(
                    inAllForms(
                            merchant.webhook()::getWebhookSecrets,
                            merchant.webhook()::getWebhookSecretsAsync,
                            merchant.webhook()::getWebhookSecrets,
                            GetWebhookSecretsRequest.newBuilder().setEndpointId("hook").build())
                        .getSecretsCount())
                .isEqualTo(1));
    add(
        "WebhookService/RotateWebhookSecret",
        () ->
            assertThat(
                    inAllForms(
                            merchant.webhook()::rotateWebhookSecret,
                            merchant.webhook()::rotateWebhookSecretAsync,
                            merchant.webhook()::rotateWebhookSecret,
                            RotateWebhookSecretRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setEndpointId("hook")
                                .setKeepFormer(Duration.newBuilder().setSeconds(3_600))
                                .build())
                        .getSecretsCount())
                .isEqualTo(2));
    add(
        "WebhookService/ListWebhookMessages",
        () ->
            assertThat(
                    inAllForms(
                            merchant.webhook()::listWebhookMessages,
                            merchant.webhook()::listWebhookMessagesAsync,
                            merchant.webhook()::listWebhookMessages,
                            ListWebhookMessagesRequest.newBuilder().setEndpointId("hook").build())
                        .getMessagesCount())
                .isZero());
    add(
        "WebhookService/ResendWebhookMessages",
        () ->
            assertThat(
                    inAllForms(
                            merchant.webhook()::resendWebhookMessages,
                            merchant.webhook()::resendWebhookMessagesAsync,
                            merchant.webhook()::resendWebhookMessages,
                            ResendWebhookMessagesRequest.newBuilder()
                                .setEndpointId("hook")
                                .addMessageIds("none")
                                .build())
                        .getResent())
                .isZero());
    add(
        "WebhookService/DropWebhookMessages",
        () ->
            assertThat(
                    inAllForms(
                            merchant.webhook()::dropWebhookMessages,
                            merchant.webhook()::dropWebhookMessagesAsync,
                            merchant.webhook()::dropWebhookMessages,
                            DropWebhookMessagesRequest.newBuilder()
                                .setEndpointId("hook")
                                .addMessageIds("none")
                                .build())
                        .getDropped())
                .isZero());
    add(
        "WebhookService/DeleteWebhookEndpoint",
        () ->
            assertThat(
                    inAllForms(
                        merchant.webhook()::deleteWebhookEndpoint,
                        merchant.webhook()::deleteWebhookEndpointAsync,
                        merchant.webhook()::deleteWebhookEndpoint,
                        DeleteWebhookEndpointRequest.newBuilder().setEndpointId("hook").build()))
                .isNotNull());
  }

  private void operations() {
    add(
        "OperationsService/ListParkedFollowUps",
        () ->
            assertThat(
                    inAllForms(
                            platform.operations()::listParkedFollowUps,
                            platform.operations()::listParkedFollowUpsAsync,
                            platform.operations()::listParkedFollowUps,
                            ListParkedFollowUpsRequest.getDefaultInstance())
                        .getFollowUpsCount())
                .isZero());
    add(
        "OperationsService/RetryParkedFollowUps",
        () ->
            assertThat(
                    inAllForms(
                            platform.operations()::retryParkedFollowUps,
                            platform.operations()::retryParkedFollowUpsAsync,
                            platform.operations()::retryParkedFollowUps,
                            RetryParkedFollowUpsRequest.newBuilder()
                                .addIds("0123456789abcdef0123456789abcdef")
                                .build())
                        .getRetried())
                .isZero());
  }

  private void endings() {
    add(
        "RoomService/LeaveRoom",
        () -> {
          var left =
              once(
                  viewer.room()::leaveRoom,
                  viewer.room()::leaveRoomAsync,
                  viewer.room()::leaveRoom,
                  LeaveRoomRequest.newBuilder().setRequestId(Ids.newId()).setRoomId(ROOM).build());
          assertThat(left.isInitialized()).isTrue();
          FlywheelException refused =
              catchThrowableOfType(
                  FlywheelException.class,
                  () ->
                      viewer
                          .room()
                          .act(
                              ActRequest.newBuilder()
                                  .setRoomId(ROOM)
                                  .setLiked(Liked.newBuilder().setCount(1))
                                  .build()));
          assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_NOT_IN_ROOM);
        });
    add(
        "RoomService/CloseBroadcast",
        () ->
            assertThat(
                    once(
                            platform.room()::closeBroadcast,
                            platform.room()::closeBroadcastAsync,
                            platform.room()::closeBroadcast,
                            CloseBroadcastRequest.newBuilder()
                                .setRequestId(Ids.newId())
                                .setRoomId(ROOM)
                                .setBroadcastId("show-1")
                                .build())
                        .getBroadcast()
                        .hasEndedAt())
                .isTrue());
  }

  private void add(String method, Case run) {
    assertThat(cases.put(method, run)).as(method).isNull();
  }

  /** A write under one request id: the three forms get one answer, for it has one effect. */
  private static <Q, R> R once(
      Function<Q, R> blocking,
      Function<Q, CompletableFuture<R>> async,
      BiFunction<Q, Answer<R>, Call> listener,
      Q request)
      throws Exception {
    R answer = blocking.apply(request);
    assertThat(async.apply(request).get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(answer);
    assertThat(told(listener, request).get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(answer);
    return answer;
  }

  /** A read, whose answers may differ from moment to moment. */
  private static <Q, R> R inAllForms(
      Function<Q, R> blocking,
      Function<Q, CompletableFuture<R>> async,
      BiFunction<Q, Answer<R>, Call> listener,
      Q request)
      throws Exception {
    R answer = blocking.apply(request);
    assertThat(async.apply(request).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(answer.getClass());
    assertThat(told(listener, request).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(answer.getClass());
    return answer;
  }

  private static <Q, R> FlywheelException refusedInAllForms(
      Function<Q, R> blocking,
      Function<Q, CompletableFuture<R>> async,
      BiFunction<Q, Answer<R>, Call> listener,
      Q request) {
    FlywheelException refusal =
        catchThrowableOfType(FlywheelException.class, () -> blocking.apply(request));
    for (CompletableFuture<R> answer : List.of(async.apply(request), told(listener, request))) {
      ExecutionException failure =
          catchThrowableOfType(
              ExecutionException.class, () -> answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertThat(((FlywheelException) failure.getCause()).reason()).isEqualTo(refusal.reason());
    }
    return refusal;
  }

  private static <Q, R> R firstInAllForms(
      Function<Q, Updates<R>> updates, BiFunction<Q, WatchListener<R>, Watch<R>> watch, Q request)
      throws Exception {
    CompletableFuture<R> told = new CompletableFuture<>();
    try (Watch<R> watching =
        watch.apply(
            request,
            new WatchListener<>() {
              @Override
              public void onUpdate(R update) {
                told.complete(update);
              }

              @Override
              public void onFailure(FlywheelException failure) {
                told.completeExceptionally(failure);
              }
            })) {
      R first = told.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(watching.done()).isNotDone();
      try (Updates<R> reading = updates.apply(request)) {
        assertThat(reading.nextAsync().get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .isInstanceOf(first.getClass());
      }
      return first;
    }
  }

  private static <Q, R> CompletableFuture<R> told(
      BiFunction<Q, Answer<R>, Call> listener, Q request) {
    CompletableFuture<R> told = new CompletableFuture<>();
    Call unused =
        listener.apply(
            request,
            new Answer<>() {
              @Override
              public void onAnswer(R answer) {
                told.complete(answer);
              }

              @Override
              public void onFailure(FlywheelException failure) {
                told.completeExceptionally(failure);
              }
            });
    return told;
  }
}
