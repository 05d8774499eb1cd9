package io.flywheel.audience;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.AudienceOrder;
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.Cohort;
import io.flywheel.v1.DeleteSegmentRequest;
import io.flywheel.v1.ExportAudienceRequest;
import io.flywheel.v1.Fact;
import io.flywheel.v1.FunnelStep;
import io.flywheel.v1.GetAudienceMemberRequest;
import io.flywheel.v1.GetAudienceMemberResponse;
import io.flywheel.v1.GetFunnelRequest;
import io.flywheel.v1.GetRetentionRequest;
import io.flywheel.v1.Level;
import io.flywheel.v1.LevelRules;
import io.flywheel.v1.LevelServiceGrpc;
import io.flywheel.v1.ListAudienceRequest;
import io.flywheel.v1.ListAudienceResponse;
import io.flywheel.v1.ListPublicProfilesRequest;
import io.flywheel.v1.ListSegmentsRequest;
import io.flywheel.v1.ListViewerActionsRequest;
import io.flywheel.v1.PreviewFinding;
import io.flywheel.v1.PreviewLevelsRequest;
import io.flywheel.v1.PreviewLevelsResponse;
import io.flywheel.v1.PreviewSegmentRequest;
import io.flywheel.v1.PreviewSegmentResponse;
import io.flywheel.v1.PreviewTagRequest;
import io.flywheel.v1.PreviewTagResponse;
import io.flywheel.v1.PreviewedLevel;
import io.flywheel.v1.Range;
import io.flywheel.v1.SaveSegmentRequest;
import io.flywheel.v1.Segment;
import io.flywheel.v1.SummarizeAudienceRequest;
import io.flywheel.v1.TagCount;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.Text;
import io.flywheel.v1.ViewerAction;
import io.flywheel.v1.ViewerServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The audience through a real server; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AudienceServiceTest {
  private static final AtomicInteger MERCHANTS = new AtomicInteger();
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  private static final String PROGRAM =
      """
      name: audience
      tags:
        - {id: rich, title: 大户, condition: viewer.points >= 30}
        - {id: newcomer, title: 新人, condition: viewer.days_known < 2}
      tasks:
        - id: play
          title: 玩
          trigger: custom
          custom: play
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 10}]}]
        - id: often
          title: 常来
          trigger: custom
          custom: play
          requires: [play]
          tiers: [{threshold: 2}]
      """;

  private TestServer server;
  private TestMerchant merchant;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() {
    merchant = new TestMerchant(server, "audience-" + MERCHANTS.incrementAndGet(), PROGRAM);
  }

  @Test
  void everyOrderGoesWithEveryFilterPageByPage() {
    play(40);
    index();
    for (AudienceOrder order : AudienceOrder.values()) {
      if (order == AudienceOrder.UNRECOGNIZED) {
        continue;
      }
      for (AudienceFilter filter :
          List.of(
              AudienceFilter.getDefaultInstance(),
              AudienceFilter.newBuilder().setTagId("rich").build(),
              AudienceFilter.newBuilder().setRoomId("room").build())) {
        List<AudienceMember> all = all(filter, order, 7);
        Ordering ordering = Ordering.of(order);
        Comparator<AudienceMember> comparator =
            Comparator.<AudienceMember>comparingLong(member -> ordering.of(member))
                .thenComparing(AudienceMember::getViewerId);
        assertThat(all)
            .as("%s %s", filter, order)
            .isSortedAccordingTo(ordering.greatestFirst() ? comparator.reversed() : comparator)
            .hasSize(filter.getTagId().isEmpty() ? 40 : 20)
            .doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void otherBoundsAreLookedAtViewerByViewer() {
    play(12);
    index();
    AudienceFilter filter =
        AudienceFilter.newBuilder()
            .setTagId("newcomer")
            .setPoints(Range.newBuilder().setLeast(20).setMost(30))
            .build();
    assertThat(all(filter, AudienceOrder.AUDIENCE_ORDER_STREAK, 2))
        .isNotEmpty()
        .allMatch(member -> member.getPoints() == 20 || member.getPoints() == 30)
        .hasSameSizeAs(
            all(AudienceFilter.getDefaultInstance(), AudienceOrder.AUDIENCE_ORDER_POINTS, 100)
                .stream()
                .filter(member -> member.getPoints() == 20 || member.getPoints() == 30)
                .toList());
    List<AudienceMember> byFirstSeen =
        all(AudienceFilter.getDefaultInstance(), AudienceOrder.AUDIENCE_ORDER_LAST_SEEN, 100)
            .stream()
            .sorted(Comparator.comparing(AudienceMember::getFirstSeenAt, Timestamps.comparator()))
            .toList();
    AudienceFilter firstSeen =
        AudienceFilter.newBuilder()
            .setFirstSeenAfter(byFirstSeen.get(3).getFirstSeenAt())
            .setFirstSeenBefore(byFirstSeen.get(5).getFirstSeenAt())
            .build();
    assertThat(all(firstSeen, AudienceOrder.AUDIENCE_ORDER_SPENT, 2))
        .containsExactlyInAnyOrder(byFirstSeen.get(3), byFirstSeen.get(4));
  }

  @Test
  void whoseTagsMoveByTimeIsFoundByTheTagsOfNow() {
    play(4);
    index();
    server.clock().advance(Duration.ofDays(3));
    merchant.settle();
    index();
    assertThat(
            all(
                AudienceFilter.newBuilder().setTagId("newcomer").build(),
                AudienceOrder.AUDIENCE_ORDER_POINTS,
                10))
        .isEmpty();
    assertThat(
            all(
                AudienceFilter.newBuilder().setTagId("rich").build(),
                AudienceOrder.AUDIENCE_ORDER_POINTS,
                10))
        .hasSize(2);
  }

  @Test
  void theDailyWalkMakesTheSameIndexWithoutTheJournal() {
    play(8);
    index();
    List<AudienceMember> followed =
        all(AudienceFilter.getDefaultInstance(), AudienceOrder.AUDIENCE_ORDER_POINTS, 100);
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle -> {
          handle.execute("DELETE FROM audience_member WHERE merchant_id = ?", merchant.id());
          handle.execute("DELETE FROM audience_facet WHERE merchant_id = ?", merchant.id());
        });
    server.instance(Chores.class).run(AudienceChore.class);
    assertThat(all(AudienceFilter.getDefaultInstance(), AudienceOrder.AUDIENCE_ORDER_POINTS, 100))
        .extracting(AudienceMember::getViewerId, AudienceMember::getPoints)
        .isEqualTo(followed.stream().map(m -> tuple(m.getViewerId(), m.getPoints())).toList());
  }

  @Test
  void aViewerHasTagsWithTheirHistory() {
    play("anna", 3);
    server.clock().advance(Duration.ofDays(3));
    merchant.settle();
    GetAudienceMemberResponse anna =
        audience()
            .getAudienceMember(
                GetAudienceMemberRequest.newBuilder().setViewerId("anna").setPageSize(2).build());
    assertThat(anna.getMember().getPoints()).isEqualTo(30);
    assertThat(anna.getTagsList()).singleElement().extracting("tagId").isEqualTo("rich");
    assertThat(anna.getHistoryList()).hasSize(2);
    assertThat(anna.getHistory(0).getLeft().getTagId()).isEqualTo("newcomer");
    assertThat(
            audience()
                .getAudienceMember(
                    GetAudienceMemberRequest.newBuilder()
                        .setViewerId("anna")
                        .setPageToken(anna.getNextPageToken())
                        .build())
                .getHistoryList())
        .singleElement()
        .satisfies(first -> assertThat(first.getEntered().getTagId()).isEqualTo("newcomer"));
    assertRefused(
        "VIEWER_NOT_FOUND",
        () ->
            audience()
                .getAudienceMember(
                    GetAudienceMemberRequest.newBuilder().setViewerId("nobody").build()));
  }

  @Test
  void countsByTagAreAsOfAnyInstant() {
    play(6);
    Instant before = server.clock().instant();
    server.clock().advance(Duration.ofDays(3));
    merchant.settle();
    assertThat(viewersOf("newcomer", before)).isEqualTo(6);
    assertThat(viewersOf("newcomer", server.clock().instant())).isZero();
    assertThat(viewersOf("rich", server.clock().instant())).isEqualTo(3);
    assertThat(viewersOf("rich", before.minus(Duration.ofDays(1)))).isZero();
  }

  @Test
  void aPreviewSaysWhoWouldEnterAndLeave() {
    play(6);
    index();
    PreviewTagResponse stricter = preview("rich", "viewer.points >= 40");
    assertThat(stricter.getLookedAt()).isEqualTo(6);
    assertThat(stricter.getExact()).isTrue();
    assertThat(stricter.getWouldHave()).isZero();
    assertThat(stricter.getWouldLeave()).isEqualTo(3);
    assertThat(stricter.getFinding()).isEqualTo(PreviewFinding.PREVIEW_FINDING_NEVER);
    assertThat(stricter.getSamplesList())
        .hasSize(3)
        .allMatch(viewer -> !viewer.getEnters() && viewer.getFoundOrThrow("points") == 30);
    PreviewTagResponse wider = preview("rich", "viewer.points >= 0");
    assertThat(wider.getWouldEnter()).isEqualTo(3);
    assertThat(wider.getFinding()).isEqualTo(PreviewFinding.PREVIEW_FINDING_ALWAYS);
    assertRefused("INVALID_FIELD", () -> preview("rich", "viewer.pints > 1"));
  }

  @Test
  void aPreviewSaysWhomOtherLevelsWouldMoveAndMovesNobody() {
    merchant.apply(
        """
        name: audience
        tasks:
          - {id: play, title: 玩, trigger: custom, custom: play, repeat: true,
             tiers: [{threshold: 1, rewards: [{experience: 10}]}]}
        levels:
          levels:
            - {id: bronze, title: 青铜, experience: 10}
            - {id: silver, title: 白银, experience: 30}
            - {id: gold, title: 黄金, experience: 60}
        """);
    for (int i = 0; i < 6; i++) {
      merchant.report("low", i == 0 ? "play" : "rest");
      merchant.report("high", "play");
      merchant.report("none", "rest");
    }
    index();
    PreviewLevelsResponse harder = levels(20, 200);
    assertThat(harder.getViewers()).isEqualTo(3);
    assertThat(harder.getLookedAt()).isEqualTo(3);
    assertThat(harder.getExact()).isTrue();
    assertThat(harder.getWouldKeep()).isEqualTo(1);
    assertThat(harder.getWouldFall()).as("gold is left out").isEqualTo(1);
    assertThat(harder.getWouldRise()).isZero();
    assertThat(harder.getSamplesList())
        .extracting(PreviewedLevel::getViewerId, PreviewedLevel::getNextLevelId)
        .containsExactly(tuple("high", "bronze"), tuple("low", "bronze"));
    assertThat(levels(1, 10).getWouldRise()).isEqualTo(1);
    assertRefused("INVALID_FIELD", () -> levels(30, 30));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            LevelServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "low"))
                .previewLevels(previewOf(1, 2)));
  }

  /** What a bronze and a silver level that ask for so much would do. */
  private PreviewLevelsResponse levels(long bronze, long silver) {
    return LevelServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
        .previewLevels(previewOf(bronze, silver));
  }

  private static PreviewLevelsRequest previewOf(long bronze, long silver) {
    return PreviewLevelsRequest.newBuilder()
        .setLevels(
            LevelRules.newBuilder()
                .addLevels(level("bronze", bronze))
                .addLevels(level("silver", silver)))
        .build();
  }

  private static Level level(String id, long experience) {
    return Level.newBuilder()
        .setId(id)
        .setTitle(Text.newBuilder().setZh(id))
        .setExperience(experience)
        .build();
  }

  @Test
  void aPreviewKnowsTheGroupAndRefusesWhatCouldNotBeApplied() {
    merchant.apply(
        """
        name: audience
        tags:
          - {id: rich, title: 大户, condition: viewer.points >= 30, group: kind}
        tasks:
          - {id: play, title: 玩, trigger: custom, custom: play, repeat: true,
             tiers: [{threshold: 1, rewards: [{points: 10}]}]}
        """);
    play(6);
    index();
    PreviewTagResponse behind = preview("player", "kind", "viewer.points >= 10");
    assertThat(behind.getFinding()).isEqualTo(PreviewFinding.PREVIEW_FINDING_ALWAYS);
    assertThat(behind.getWouldHave()).as("the rich are rich first").isEqualTo(3);
    assertThat(preview("player", "", "viewer.points >= 10").getWouldHave()).isEqualTo(6);
    assertRefused("INVALID_FIELD", () -> preview("gone", "", "7 <= viewer.days_since_seen"));
    assertRefused("INVALID_FIELD", () -> preview("gone", "", "'rich' in viewer.tags"));
  }

  @Test
  void aSegmentIsShownBeforeItIsKept() {
    play(6);
    index();
    Segment segment =
        Segment.newBuilder()
            .setSegmentId("ones")
            .setTitle("人")
            .setFilter(AudienceFilter.newBuilder().setTagId("rich"))
            .build();
    PreviewSegmentResponse first = preview(segment);
    assertThat(first.getExact()).isTrue();
    assertThat(first.getLookedAt()).isEqualTo(6);
    assertThat(first.getWouldBeIn()).isEqualTo(3);
    assertThat(first.getWouldEnter()).isEqualTo(3);
    assertThat(first.getSamplesList())
        .hasSize(3)
        .allMatch(member -> member.getTagsList().contains("rich"));
    owner().saveSegment(SaveSegmentRequest.newBuilder().setSegment(segment).build());
    Range poor = Range.newBuilder().setMost(10).build();
    PreviewSegmentResponse other =
        preview(segment.toBuilder().setFilter(AudienceFilter.newBuilder().setPoints(poor)).build());
    assertThat(other.getWouldEnter()).isEqualTo(3);
    assertThat(other.getWouldLeave()).isEqualTo(3);
  }

  @Test
  void whatAViewerDidIsReadFromTheJournal() {
    Instant before = server.clock().instant();
    play("anna", 2);
    play("bo", 3);
    server.clock().advance(Duration.ofMinutes(1));
    ListViewerActionsRequest request =
        ListViewerActionsRequest.newBuilder()
            .setViewerId("anna")
            .setSince(Timestamps.fromMillis(before.minusSeconds(60).toEpochMilli()))
            .build();
    List<ViewerAction> actions = audience().listViewerActions(request).getActionsList();
    assertThat(actions)
        .hasSize(2)
        .allSatisfy(action -> {
          assertThat(action.getEvent().getCustom().getName()).isEqualTo("play");
          assertThat(action.getFactsList()).anyMatch(Fact::hasPointsBooked);
        });
    assertThat(
            audience()
                .listViewerActions(
                    request.toBuilder()
                        .setSince(Timestamps.fromMillis(before.plusSeconds(30).toEpochMilli()))
                        .build())
                .getActionsList())
        .as("all of it was before")
        .isEmpty();
    assertRefused(
        "INVALID_FIELD",
        () ->
            audience().listViewerActions(request.toBuilder().setUntil(request.getSince()).build()));
    assertRefused(
        "INVALID_FIELD",
        () -> audience().listViewerActions(request.toBuilder().setPageToken("!").build()));
    assertRefused(
        "INVALID_FIELD",
        () ->
            audience()
                .summarizeAudience(
                    SummarizeAudienceRequest.newBuilder()
                        .setAsOf(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                        .build()));
  }

  @Test
  void oneNodeAtATimeFollowsAMerchant() {
    Database database = server.instance(Database.class);
    IndexLeaseDao one = new IndexLeaseDao(database, server.clock(), "one");
    IndexLeaseDao other = new IndexLeaseDao(database, server.clock(), "other");
    assertThat(one.take(merchant.id())).isTrue();
    assertThat(one.take(merchant.id())).as("it goes on").isTrue();
    assertThat(other.take(merchant.id())).isFalse();
    other.release(merchant.id());
    assertThat(other.take(merchant.id())).as("nobody releases another's").isFalse();
    one.release(merchant.id());
    assertThat(other.take(merchant.id())).isTrue();
    server.clock().advance(IndexLeaseDao.LENGTH);
    assertThat(one.take(merchant.id())).as("the other is gone").isTrue();
  }

  @Test
  void aFunnelCountsThoseWhoCompletedAllBefore() {
    play(6);
    index();
    assertThat(
            audience()
                .getFunnel(
                    GetFunnelRequest.newBuilder().addTaskIds("play").addTaskIds("often").build())
                .getStepsList())
        .extracting(FunnelStep::getViewers)
        .containsExactly(6L, 3L);
  }

  @Test
  void theStepsOfAFunnelAndTheCellsOfRetentionLeadToTheirPeople() {
    LocalDate first = LocalDate.ofInstant(server.clock().instant(), SHANGHAI);
    play(6);
    server.clock().advance(Duration.ofDays(1));
    play("v1", 1);
    play("v4", 1);
    play("late", 2);
    server.clock().advance(Duration.ofDays(2));
    index();
    AudienceFilter done =
        AudienceFilter.newBuilder()
            .addCompletedTaskIds("play")
            .addCompletedTaskIds("often")
            .build();
    assertThat(ids(all(done, AudienceOrder.AUDIENCE_ORDER_POINTS, 2)))
        .containsExactlyInAnyOrder("v0", "v2", "v4");
    AudienceFilter came = AudienceFilter.newBuilder().setFirstActiveDay(first.toString()).build();
    AudienceFilter again = came.toBuilder().setActiveDay(first.plusDays(1).toString()).build();
    Cohort cohort =
        AnalyticsServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"))
            .getRetention(
                GetRetentionRequest.newBuilder()
                    .setFirstDay(first.toString())
                    .setLastDay(first.toString())
                    .build())
            .getCohorts(0);
    assertThat(all(came, AudienceOrder.AUDIENCE_ORDER_POINTS, 100)).hasSize(6);
    assertThat(cohort.getViewers()).isEqualTo(6);
    assertThat(ids(all(again, AudienceOrder.AUDIENCE_ORDER_LAST_SEEN, 1)))
        .containsExactly("v4", "v1")
        .hasSize((int) cohort.getCells(0).getActive());
    assertThat(
            ids(
                all(
                    again.toBuilder().addCompletedTaskIds("often").setTagId("rich").build(),
                    AudienceOrder.AUDIENCE_ORDER_POINTS,
                    3)))
        .containsExactly("v4");
    Segment segment =
        Segment.newBuilder().setSegmentId("again").setTitle("又来").setFilter(again).build();
    assertThat(preview(segment).getWouldBeIn()).isEqualTo(2);
    assertRefused(
        "INVALID_FIELD",
        () ->
            all(
                came.toBuilder().setActiveDay("2026-02-30").build(),
                AudienceOrder.AUDIENCE_ORDER_POINTS,
                3));
  }

  private static List<String> ids(List<AudienceMember> members) {
    return members.stream().map(AudienceMember::getViewerId).toList();
  }

  @Test
  void segmentsAreKeptAndForgotten() {
    Segment segment =
        Segment.newBuilder()
            .setSegmentId("rich-ones")
            .setTitle("大户")
            .setFilter(AudienceFilter.newBuilder().setTagId("rich"))
            .build();
    owner().saveSegment(SaveSegmentRequest.newBuilder().setSegment(segment).build());
    assertThat(audience().listSegments(ListSegmentsRequest.getDefaultInstance()).getSegmentsList())
        .containsExactly(segment);
    owner().deleteSegment(DeleteSegmentRequest.newBuilder().setSegmentId("rich-ones").build());
    assertThat(audience().listSegments(ListSegmentsRequest.getDefaultInstance()).getSegmentsList())
        .isEmpty();
    assertRefused(
        "NOT_ALLOWED",
        () -> audience().saveSegment(SaveSegmentRequest.newBuilder().setSegment(segment).build()));
  }

  @Test
  void anExportHasEveryViewerOnce() {
    play(30);
    index();
    StringBuilder csv = new StringBuilder();
    owner()
        .exportAudience(ExportAudienceRequest.getDefaultInstance())
        .forEachRemaining(part -> csv.append(part.getCsv()));
    assertThat(csv.toString().lines()).hasSize(31).doesNotHaveDuplicates();
    assertThat(csv.toString()).startsWith("viewer_id,name,tags");
  }

  @Test
  void everyOrderGoesAlongAnIndexOfItsOwn() {
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle -> {
          PreparedBatch rows =
              handle.prepareBatch(
                  """
                  INSERT INTO audience_facet
                    (merchant_id, facet, viewer_id, seen_ms, streak, points, ordered_minor)
                  VALUES (:merchantId, :facet, :viewerId, :n, :n, :n, :n)\
                  """);
          for (int i = 0; i < 4_000; i++) {
            rows.bind("merchantId", merchant.id())
                .bind("facet", i % 4 == 0 ? Facets.ofTag("rich") : Facets.ALL)
                .bind("viewerId", "v" + i)
                .bind("n", i * 7_919 % 4_000)
                .add();
          }
          int[] unused = rows.execute();
          handle.execute("ANALYZE TABLE audience_facet");
          for (Ordering ordering : Ordering.values()) {
            AudiencePlans.assertAlongIndex(handle, merchant.id(), Facets.ofTag("rich"), ordering);
          }
        });
  }

  @Test
  void namesComeWithTags() {
    play("anna", 1);
    assertThat(
            ViewerServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"))
                .listPublicProfiles(
                    ListPublicProfilesRequest.newBuilder().addViewerIds("anna").build())
                .getViewersList())
        .singleElement()
        .satisfies(viewer -> assertThat(viewer.getTagsList()).containsExactly("newcomer"));
  }

  /** Viewers of even numbers play three times, the others once. */
  private void play(int viewers) {
    for (int i = 0; i < viewers; i++) {
      play("v" + i, i % 2 == 0 ? 3 : 1);
      server.clock().advance(Duration.ofSeconds(61));
    }
  }

  private void play(String viewerId, int times) {
    for (int i = 0; i < times; i++) {
      var unused = merchant.report(viewerId, "play");
    }
  }

  private void index() {
    server.instance(AudienceIndexer.class).follow(merchant.id());
  }

  private List<AudienceMember> all(AudienceFilter filter, AudienceOrder order, int pageSize) {
    List<AudienceMember> all = new ArrayList<>();
    String token = "";
    do {
      ListAudienceResponse page =
          audience()
              .listAudience(
                  ListAudienceRequest.newBuilder()
                      .setFilter(filter)
                      .setOrder(order)
                      .setPageSize(pageSize)
                      .setPageToken(token)
                      .build());
      all.addAll(page.getMembersList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  private long viewersOf(String tagId, Instant at) {
    return audience()
        .summarizeAudience(
            SummarizeAudienceRequest.newBuilder()
                .setAsOf(Timestamps.fromMillis(at.toEpochMilli()))
                .build())
        .getTagsList()
        .stream()
        .filter(tag -> tag.getTagId().equals(tagId))
        .mapToLong(TagCount::getViewers)
        .sum();
  }

  private PreviewSegmentResponse preview(Segment segment) {
    return audience()
        .previewSegment(PreviewSegmentRequest.newBuilder().setSegment(segment).build());
  }

  private PreviewTagResponse preview(String tagId, String condition) {
    return preview(tagId, "", condition);
  }

  private PreviewTagResponse preview(String tagId, String group, String condition) {
    return audience()
        .previewTag(
            PreviewTagRequest.newBuilder()
                .setTag(
                    TagRule.newBuilder()
                        .setId(tagId)
                        .setGroup(group)
                        .setTitle(Text.newBuilder().setZh("试"))
                        .setCondition(condition))
                .build());
  }

  private AudienceServiceGrpc.AudienceServiceBlockingStub audience() {
    return AudienceServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host-lin"));
  }

  private AudienceServiceGrpc.AudienceServiceBlockingStub owner() {
    return AudienceServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"));
  }
}
