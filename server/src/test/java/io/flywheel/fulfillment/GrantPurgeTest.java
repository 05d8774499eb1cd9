package io.flywheel.fulfillment;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.Grant;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class GrantPurgeTest {
  private static final String PROGRAM =
      """
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
          - coupon: {coupon_id: endless}
          - badge: early-bird
          - privilege: {privilege_id: vip, valid_for: 10d}
          - privilege: {privilege_id: founder}
          - ticket: {lottery_id: spring, count: 2}
          - make_up_card: 1
          - freeze: 1
      """;

  @Test
  void whatEndedLongAgoIsForgottenAndWhatIsHeldStays() throws Exception {
    try (TestServer server =
        TestServer.builder()
            .clock(MutableClock.at("2026-03-02T08:00:00Z"))
            .setting("fulfillment.keep-ended-for", "30d")
            .start()) {
      TestMerchant merchant = new TestMerchant(server, "m", PROGRAM);
      merchant.report("anna", "all");
      merchant.report("bert", "all");
      revoke(server, "bert", "endless");
      revoke(server, "bert", "ten-off");
      Chores chores = server.instance(Chores.class);

      server.clock().advance(Duration.ofDays(29));
      ViewerProfile before = profile(merchant, "anna");
      chores.run(GrantPurgeDao.class);
      assertThat(kinds(merchant, "anna")).hasSize(9);

      server.clock().advance(Duration.ofDays(9));
      merchant.report("anna", "all"); // of today, and without the badge that is held
      chores.run(GrantPurgeDao.class);
      assertThat(kinds(merchant, "anna"))
          .as("what was used up at once, and the coupon that ended 31 days ago, are forgotten")
          .containsExactly(
              "freeze",
              "make_up_card",
              "ticket",
              "founder",
              "vip",
              "endless",
              "ten-off",
              "experience",
              "founder",
              "vip",
              "early-bird",
              "endless");
      assertThat(kinds(merchant, "bert"))
          .as("what was taken back whole is forgotten")
          .containsExactly("founder", "vip", "early-bird");
      assertThat(count(server, "grant_revocation")).isZero();

      server.clock().advance(Duration.ofDays(3));
      assertThat(count(server, "viewer_privilege")).isEqualTo(6);
      chores.run(GrantPurgeDao.class);
      assertThat(kinds(merchant, "bert")).containsExactly("founder", "early-bird");
      assertThat(count(server, "viewer_privilege")).as("two of vip less").isEqualTo(4);
      ViewerProfile after = profile(merchant, "anna");
      assertThat(after.getExperience()).isEqualTo(before.getExperience() + 5);
      assertThat(after.getBadgesList()).isEqualTo(before.getBadgesList());
      assertThat(after.getPrivilegesList()).containsExactlyInAnyOrder("founder", "vip");
    }
  }

  /** As if an order that they were given for had been refunded whole. */
  private static void revoke(TestServer server, String viewerId, String couponId) {
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle ->
            assertThat(
                    handle.execute(
                        """
                        INSERT INTO grant_revocation
                          (merchant_id, viewer_id, grant_number, quantity, revoked_ms)
                        SELECT merchant_id, viewer_id, grant_number, quantity, granted_ms
                        FROM viewer_grant WHERE viewer_id = ? AND subject_id = ?\
                        """,
                        viewerId,
                        couponId))
                .isEqualTo(1));
  }

  private static List<String> kinds(TestMerchant merchant, String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .listGrants(ListGrantsRequest.newBuilder().setPageSize(100).build())
        .getGrantsList()
        .stream()
        .map(GrantPurgeTest::kind)
        .toList();
  }

  private static String kind(Grant grant) {
    return switch (grant.getReward().getKindCase()) {
      case COUPON -> grant.getReward().getCoupon().getCouponId();
      case BADGE -> grant.getReward().getBadge().getBadgeId();
      case PRIVILEGE -> grant.getReward().getPrivilege().getPrivilegeId();
      default -> grant.getReward().getKindCase().name().toLowerCase(Locale.ROOT);
    };
  }

  private static ViewerProfile profile(TestMerchant merchant, String viewerId) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer()
        .getProfile();
  }

  private static long count(TestServer server, String table) {
    return server
        .instance(Database.class)
        .<Long, RuntimeException>read(
            handle -> handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(Long.class).one());
  }
}
