package io.flywheel.audience.tag;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalReader;
import io.flywheel.fulfillment.Outbound;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Fulfillment;
import io.flywheel.v1.FulfillmentKind;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.SetManualTagsRequest;
import io.flywheel.v1.SetManualTagsResponse;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.ViewerTag;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tags as merchants meet them, through a real server; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TagServiceTest {
  private static final AtomicInteger MERCHANTS = new AtomicInteger();

  private static final String PROGRAM =
      """
      name: tags
      tags:
        - {id: gone, title: 流失, condition: viewer.days_since_seen >= 3, group: stage}
        - {id: rich, title: 大户, condition: viewer.points >= 30, group: stage}
        - {id: newcomer, title: 新人, condition: viewer.days_known < 2, group: stage}
        - {id: friend, title: 朋友}
      tasks:
        - id: play
          title: 玩
          trigger: custom
          custom: play
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 10}]}]
        - id: welcome-back
          title: 欢迎回来
          trigger: tag_left
          condition: fact.tag_left.tag_id == "gone"
          tiers: [{threshold: 1, rewards: [{experience: 7}]}]
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
    merchant = new TestMerchant(server, "tags-" + MERCHANTS.incrementAndGet(), PROGRAM);
  }

  @Test
  void aTagIsThereInTheActionThatBringsItAndTasksCountIt() {
    assertThat(entered(merchant.report("anna", "play"))).containsExactly("newcomer");
    List<Fact> second = merchant.report("anna", "play");
    assertThat(entered(second)).as("20 points").isEmpty();
    List<Fact> third = merchant.report("anna", "play");
    assertThat(entered(third)).containsExactly("rich");
    assertThat(third).filteredOn(Fact::hasTagLeft).hasSize(1);
    server.clock().advance(Duration.ofDays(4));
    merchant.settle();
    assertThat(staff("anna").getProfile().getTagsList()).containsExactly("gone");
    List<Fact> back = merchant.report("anna", "play");
    assertThat(entered(back)).containsExactly("rich");
    assertThat(staff("anna").getProfile().getExperience()).isEqualTo(7);
  }

  @Test
  void viewersAreNeverToldTheirTags() {
    merchant.report("anna", "play");
    assertThat(staff("anna").getProfile().getTagsList()).containsExactly("newcomer");
    Viewer own =
        ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
            .getViewer(GetViewerRequest.getDefaultInstance())
            .getViewer();
    assertThat(own.getProfile().getTagsList()).isEmpty();
    assertThat(own.getProfile().getDaysKnown()).isZero();
  }

  @Test
  void aTagSetByHandSaysWhoAndWhyAndARepeatedRequestChangesNothing() {
    merchant.report("anna", "play");
    SetManualTagsRequest request = byHand("r1", "anna", List.of("friend"), List.of());
    SetManualTagsResponse first = audience().setManualTags(request);
    assertThat(first.getTagsList())
        .extracting(ViewerTag::getTagId, ViewerTag::getSetBy, ViewerTag::getWhy)
        .containsExactly(tuple("newcomer", "", ""), tuple("friend", "host-lin", "met in person"));
    assertThat(audience().setManualTags(request)).isEqualTo(first);
    assertThat(changes("anna")).isEqualTo(2);
    assertThat(
            audience()
                .setManualTags(byHand("r2", "anna", List.of(), List.of("friend")))
                .getTagsList())
        .extracting(ViewerTag::getTagId)
        .containsExactly("newcomer");
  }

  @Test
  void onlyTagsOfTheProgramAreSetByHandAndOnlyByStaff() {
    assertRefused(
        "TAG_NOT_FOUND",
        () -> audience().setManualTags(byHand("r1", "anna", List.of("nobody"), List.of())));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            AudienceServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
                .setManualTags(byHand("r2", "anna", List.of("friend"), List.of())));
  }

  @Test
  void otherRulesReachViewersWhoDoNothing() {
    for (int i = 0; i < ViewerPageSlice.PAGE_SIZE + 5; i++) {
      merchant.report("v" + i, "play");
    }
    merchant.apply(
        """
        tags: [{id: known, title: 认识, condition: viewer.days_known < 100}]
        """);
    for (int page = 0; page < 3; page++) {
      server.clock().advance(Duration.ofSeconds(1));
      merchant.settle();
    }
    assertThat(holders("known")).isEqualTo(ViewerPageSlice.PAGE_SIZE + 5);
    assertThat(holders("newcomer")).isZero();
    merchant.apply("name: none\n");
    for (int page = 0; page < 3; page++) {
      server.clock().advance(Duration.ofSeconds(1));
      merchant.settle();
    }
    assertThat(holders("known")).isZero();
  }

  @Test
  void whoNamesTagsAmongTheKindsIsSentThem() {
    merchant.report("anna", "play");
    JournalReader journal = server.instance(JournalReader.class);
    List<JournalEntry> entries = journal.next(journal.first(merchant.id()), 100).entries();
    assertThat(
            entries.stream()
                .flatMap(entry ->
                    Outbound.of(entry, List.of(FulfillmentKind.FULFILLMENT_KIND_TAG_ENTERED))
                        .stream())
                .map(sent -> sent.getTagEntered().getTagId()))
        .containsExactly("newcomer");
    assertThat(entries.stream().flatMap(entry -> Outbound.of(entry, List.of()).stream()))
        .noneMatch(Fulfillment::hasTagEntered);
  }

  /** How many hold a tag, by what is added up hour by hour. */
  private long holders(String tagId) {
    return server
        .instance(Database.class)
        .<Long, RuntimeException>read(handle ->
            handle
                .createQuery(
                    """
                    SELECT COALESCE(SUM(entered) - SUM(gone), 0) FROM tag_flow
                    WHERE merchant_id = :merchantId AND tag_id = :tagId\
                    """)
                .bind("merchantId", merchant.id())
                .bind("tagId", tagId)
                .mapTo(Long.class)
                .one());
  }

  private long changes(String viewerId) {
    return server
        .instance(Database.class)
        .<Long, RuntimeException>read(handle ->
            handle
                .createQuery(
                    """
                    SELECT COUNT(*) FROM tag_change
                    WHERE merchant_id = :merchantId AND viewer_id = :viewerId\
                    """)
                .bind("merchantId", merchant.id())
                .bind("viewerId", viewerId)
                .mapTo(Long.class)
                .one());
  }

  private AudienceServiceGrpc.AudienceServiceBlockingStub audience() {
    return AudienceServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host-lin"));
  }

  private static SetManualTagsRequest byHand(
      String requestId, String viewerId, List<String> add, List<String> remove) {
    return SetManualTagsRequest.newBuilder()
        .setRequestId(requestId)
        .setViewerId(viewerId)
        .addAllAdd(add)
        .addAllRemove(remove)
        .setWhy("met in person")
        .build();
  }

  private Viewer staff(String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host-lin"))
        .getViewer(GetViewerRequest.newBuilder().setViewerId(viewerId).build())
        .getViewer();
  }

  private static List<String> entered(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasTagEntered)
        .map(fact -> fact.getTagEntered().getTagId())
        .toList();
  }
}
