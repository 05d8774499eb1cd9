package io.flywheel.points;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.HoldPointsRequest;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPointsEntriesResponse;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsOpening;
import io.flywheel.v1.PointsServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of old entries the sums stay, and with them everything that is reckoned from the ledger. */
final class LedgerArchiveTest {
  private static final String PROGRAM =
      """
      tasks:
      - {id: earn, title: e, trigger: custom, custom: earn, repeat: true, tiers: [{threshold: 1, rewards: [points: 10]}]}
      - {id: lapse, title: l, trigger: custom, custom: lapse, repeat: true, tiers: [{threshold: 1, rewards: [points: {amount: 7, expires_after: 1d}]}]}
      - {id: wait, title: w, trigger: custom, custom: wait, repeat: true, tiers: [{threshold: 1, rewards: [points: {amount: 5, pending: 90d}]}]}
      """;

  private TestServer server;
  private TestMerchant merchant;
  private int requests;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.builder()
            .clock(MutableClock.at("2026-03-02T08:00:00Z"))
            .setting("points.keep-entries-for", "30d")
            .start();
    merchant = new TestMerchant(server, "m", PROGRAM);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theSumsOfOldEntriesStayAndEveryBalanceWithThem() {
    Instant began = server.clock().instant();
    merchant.report("anna", "earn"); // 1
    merchant.report("anna", "lapse"); // 2, which lapses as 3
    merchant.report("anna", "wait"); // 4
    merchant.report("bert", "earn");
    server.clock().advance(Duration.ofDays(2));
    merchant.settle();
    adjust("anna", -4); // 5
    hold("anna", 3); // 6, which is released as 7
    server.clock().advance(Duration.ofDays(20));
    merchant.settle();
    merchant.report("anna", "earn"); // 8, which is younger
    GetBalanceResponse annas = balance("anna");
    GetBalanceResponse berts = balance("bert");
    List<PointsEntry> before = page("anna", 0, "").getEntriesList();
    assertThat(page("anna", 0, "").hasOpening()).isFalse();
    assertThat(before).hasSize(8);

    server.clock().advance(Duration.ofDays(12));
    sumUp();
    PointsEntry last = before.get(1);
    ListPointsEntriesResponse after = page("anna", 0, "");
    assertThat(after.getEntriesList()).isEqualTo(before.subList(0, 1));
    assertThat(after.getOpening())
        .isEqualTo(
            PointsOpening.newBuilder()
                .setEntryNumber(last.getEntryNumber())
                .setCompleteSince(
                    Timestamps.fromMillis(Timestamps.toMillis(last.getOccurredAt()) + 1))
                .setBalance(last.getBalance())
                .setPending(last.getPending())
                .setHeld(last.getHeld())
                .setDebt(last.getDebt())
                .build());
    assertThat(last.getPending()).as("so that more than balances is summed up").isEqualTo(5);
    assertThat(balance("anna")).isEqualTo(annas);
    assertThat(page("bert", 0, "").getEntriesList()).as("the newest stays").hasSize(1);
    assertThat(page("bert", 0, "").hasOpening()).isFalse();
    assertThat(balance("bert")).isEqualTo(berts);
    assertThat(Timestamps.toMillis(page("bert", 0, "").getEntries(0).getOccurredAt()))
        .isEqualTo(began.toEpochMilli());
    assertBalances();
  }

  @Test
  void sumsGrowAndAPageBeforeTheLastTellsNothingOfThem() {
    for (int month = 0; month < 4; month++) {
      merchant.report("anna", "earn");
      merchant.report("anna", "earn");
      server.clock().advance(Duration.ofDays(31));
      sumUp();
      sumUp();
      ListPointsEntriesResponse first = page("anna", 1, "");
      assertThat(first.getEntriesList())
          .extracting(PointsEntry::getEntryNumber)
          .containsExactly(2L * month + 2);
      assertThat(first.getOpening().getEntryNumber()).isEqualTo(2L * month + 1);
      assertThat(first.getOpening().getBalance()).isEqualTo(20L * month + 10);
      assertBalances();
    }
    merchant.report("anna", "earn");
    ListPointsEntriesResponse first = page("anna", 1, "");
    assertThat(first.hasOpening()).isFalse();
    ListPointsEntriesResponse last = page("anna", 1, first.getNextPageToken());
    assertThat(last.getEntries(0).getEntryNumber()).isEqualTo(8);
    assertThat(last.getOpening().getEntryNumber()).isEqualTo(7);
    assertThat(last.getNextPageToken()).isEmpty();
    assertThat(balance("anna").getBalance()).isEqualTo(90);
  }

  @Test
  void theAuditFindsSumsThatAreWrong() {
    merchant.report("anna", "earn");
    merchant.report("anna", "earn");
    server.clock().advance(Duration.ofDays(31));
    sumUp();
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle ->
            assertThat(handle.execute("UPDATE ledger_opening SET balance = balance + 1"))
                .isEqualTo(1));
    assertThat(server.instance(LedgerAuditDao.class).findings("m"))
        .anyMatch(finding -> finding.contains("does not follow"))
        .anyMatch(finding -> finding.startsWith("account VIEWER"))
        .anyMatch(finding -> finding.startsWith("viewer anna: rules know of"));
  }

  private void sumUp() {
    server.instance(Chores.class).run(LedgerArchiveDao.class);
  }

  private void assertBalances() {
    assertThat(server.instance(LedgerAuditDao.class).findings("m")).isEmpty();
    assertThat(server.instance(LedgerWatch.class).checkAll()).isZero();
  }

  private void adjust(String viewerId, long amount) {
    var unused =
        platform()
            .adjustPoints(
                AdjustPointsRequest.newBuilder()
                    .setRequestId("r" + ++requests)
                    .setViewerId(viewerId)
                    .setAmount(amount)
                    .setReason("a mistake")
                    .build());
  }

  private void hold(String viewerId, long amount) {
    var unused =
        platform()
            .holdPoints(
                HoldPointsRequest.newBuilder()
                    .setRequestId("r" + ++requests)
                    .setViewerId(viewerId)
                    .setHoldId("h")
                    .setAmount(amount)
                    .setReason("a mug")
                    .build());
  }

  private GetBalanceResponse balance(String viewerId) {
    return platform().getBalance(GetBalanceRequest.newBuilder().setViewerId(viewerId).build());
  }

  private ListPointsEntriesResponse page(String viewerId, int size, String token) {
    return platform()
        .listPointsEntries(
            ListPointsEntriesRequest.newBuilder()
                .setViewerId(viewerId)
                .setPageSize(size)
                .setPageToken(token)
                .build());
  }

  private PointsServiceGrpc.PointsServiceBlockingStub platform() {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"));
  }
}
