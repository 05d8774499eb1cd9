package io.flywheel.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.client.FlywheelException;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.DeliveryState;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.FulfillmentServiceGrpc;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantUpdate;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.ListGrantsResponse;
import io.flywheel.v1.UpdateGrantsRequest;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jdbi.v3.core.statement.Query;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** Grants through a real server and a real database; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrantsTest {
  private static final String PROGRAM =
      """
      name: grants
      tasks:
        - id: all
          title: all
          trigger: custom
          custom: all
          repeat: true
          tiers:
            - threshold: 1
              rewards:
                - experience: 5
                - coupon: {coupon_id: ten-off, valid_for: 7d}
                - badge: early-bird
                - privilege: {privilege_id: vip, valid_for: 30d}
                - ticket: {lottery_id: spring, count: 2}
                - make_up_card: 1
                - freeze: 1
                - points: 3
        - id: one
          title: one
          trigger: custom
          custom: one
          repeat: true
          tiers: [{threshold: 1, rewards: [{coupon: ten-off}]}]
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
  void newMerchant(TestInfo test) {
    merchant = new TestMerchant(server, test.getTestMethod().orElseThrow().getName(), PROGRAM);
  }

  @Test
  void everyRewardButPointsIsGrantedWithItsCause() {
    List<Grant> told = new ArrayList<>();
    for (Fact fact : merchant.report("anna", "all")) {
      if (fact.hasGrantIssued()) {
        told.add(fact.getGrantIssued().getGrant());
      }
    }
    assertThat(told)
        .extracting(grant -> grant.getReward().getKindCase().name())
        .containsExactly(
            "EXPERIENCE", "COUPON", "BADGE", "PRIVILEGE", "TICKET", "MAKE_UP_CARD", "FREEZE");
    assertThat(told).allMatch(grant -> grant.getCause().getTask().getTaskId().equals("all"));
    assertThat(told.get(0).hasExpiresAt()).isFalse();
    assertThat(Timestamps.between(told.get(1).getGrantedAt(), told.get(1).getExpiresAt()))
        .isEqualTo(Durations.fromDays(7));
    assertThat(page("anna", 100, "").getGrantsList()).isEqualTo(told.reversed());
    assertThat(viewer("anna").getGrantsList()).isEqualTo(told.reversed());
  }

  @Test
  void aBadgeThatIsHeldIsNotGrantedAgain() {
    merchant.report("anna", "all");
    List<Fact> again = merchant.report("anna", "all");
    assertThat(again.stream().filter(Fact::hasGrantIssued)).hasSize(6);
    assertThat(page("anna", 100, "").getGrantsList().stream())
        .filteredOn(grant -> grant.getReward().hasBadge())
        .hasSize(1);
  }

  @Test
  void aViewerShowsTheNewestFiftyAndPagesShowAll() {
    for (int i = 0; i < 53; i++) {
      merchant.report("anna", "one");
    }
    assertThat(viewer("anna").getGrantsList())
        .extracting(Grant::getGrantNumber)
        .isEqualTo(LongStream.rangeClosed(4, 53).map(i -> 57 - i).boxed().toList());
    List<Long> numbers = new ArrayList<>();
    String token = "";
    do {
      ListGrantsResponse page = page("anna", 0, token);
      page.getGrantsList().forEach(grant -> numbers.add(grant.getGrantNumber()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(numbers).isEqualTo(LongStream.rangeClosed(1, 53).map(i -> 54 - i).boxed().toList());
  }

  /**
   * Pages always look for all that may be told of a grant; a viewer's newest are read with less.
   */
  @Test
  void aViewerShowsWhatPagesDoWhateverIsToldOfItsGrants() {
    for (String what : List.of("nothing", "one", "one", "deliver", "one", "all", "one")) {
      if (what.equals("deliver")) {
        deliver("anna", 2);
      } else {
        merchant.report("anna", what);
      }
      for (int reading = 0; reading < 6; reading++) {
        assertThat(viewer("anna").getGrantsList())
            .as("after %s, reading %d", what, reading)
            .isEqualTo(page("anna", 100, "").getGrantsList());
      }
    }
    Viewer anna = viewer("anna");
    assertThat(anna.getProfile().getPrivilegesList()).containsExactly("vip");
    assertThat(anna.getGrantsList().reversed().get(1).getDelivery().getReference())
        .isEqualTo("parcel");
  }

  /** A server keeps grants in memory, which it must notice to be no longer all that there is. */
  @Test
  void whatAnotherServerGrantsOrDeliversIsShownAtOnce() throws Exception {
    try (TestServer second = server.another()) {
      TestMerchant here = merchant;
      TestMerchant there = new TestMerchant(second, here.id(), PROGRAM);
      for (String what : List.of("one", "one", "one", "deliver", "one", "all")) {
        if (what.equals("deliver")) {
          deliver(there, "anna", 2);
        } else {
          there.report("anna", what);
        }
        for (int reading = 0; reading < 3; reading++) {
          assertThat(viewer(here, "anna").getGrantsList())
              .as("after %s, reading %d", what, reading)
              .isNotEmpty()
              .isEqualTo(page(there, "anna", 100, "").getGrantsList());
        }
        here.report("anna", "one");
        assertThat(viewer(there, "anna").getGrantsList())
            .as("there, after %s", what)
            .isEqualTo(page(here, "anna", 100, "").getGrantsList());
      }
    }
  }

  @Test
  void aTokenThatWasNotIssuedForTheListIsRefused() {
    for (String viewer : List.of("anna", "anna", "bert", "bert")) {
      merchant.report(viewer, "one");
    }
    String token = page("anna", 1, "").getNextPageToken();
    for (String bad : List.of(token, "1", "%")) {
      FlywheelException refused =
          FlywheelException.from(catchThrowable(() -> page("bert", 1, bad)));
      assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
      assertThat(refused.fieldViolations().get(0).field()).isEqualTo("page_token");
    }
  }

  @Test
  void readingGrantsDoesNotScan() {
    assertThat(plan(GrantDao.GRANTS, merchant.id(), "anna", 9, 3))
        .containsExactly("range PRIMARY", "eq_ref PRIMARY", "eq_ref PRIMARY");
    assertThat(plan(GrantDao.PLAIN_GRANTS, merchant.id(), "anna", 3))
        .containsExactly("ref PRIMARY");
  }

  private List<String> plan(String query, Object... values) {
    return server
        .instance(Database.class)
        .read(handle -> {
          Query explain = handle.createQuery("EXPLAIN FORMAT=TRADITIONAL " + query);
          for (int i = 0; i < values.length; i++) {
            explain.bind(i, values[i]);
          }
          return explain
              .map((row, context) -> row.getString("type") + " " + row.getString("key"))
              .list();
        });
  }

  private void deliver(String viewerId, long grantNumber) {
    deliver(merchant, viewerId, grantNumber);
  }

  private static void deliver(TestMerchant merchant, String viewerId, long grantNumber) {
    GrantUpdate update =
        GrantUpdate.newBuilder()
            .setRequestId("deliver")
            .setViewerId(viewerId)
            .setGrantNumber(grantNumber)
            .setState(DeliveryState.DELIVERY_STATE_DELIVERED)
            .setReference("parcel")
            .build();
    assertThat(
            FulfillmentServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
                .updateGrants(UpdateGrantsRequest.newBuilder().addUpdates(update).build())
                .getResults(0)
                .hasDelivery())
        .isTrue();
  }

  private ListGrantsResponse page(String viewerId, int size, String token) {
    return page(merchant, viewerId, size, token);
  }

  private static ListGrantsResponse page(
      TestMerchant merchant, String viewerId, int size, String token) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .listGrants(ListGrantsRequest.newBuilder().setPageSize(size).setPageToken(token).build());
  }

  private Viewer viewer(String viewerId) {
    return viewer(merchant, viewerId);
  }

  private static Viewer viewer(TestMerchant merchant, String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer();
  }
}
