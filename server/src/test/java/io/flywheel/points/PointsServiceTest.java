package io.flywheel.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.client.FlywheelException;
import io.flywheel.engine.Settlement;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.CommitHoldRequest;
import io.flywheel.v1.CommitHoldResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.HoldPointsRequest;
import io.flywheel.v1.HoldPointsResponse;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPointsEntriesResponse;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.PointsServiceGrpc.PointsServiceBlockingStub;
import io.flywheel.v1.ReleaseHoldRequest;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PointsService through real servers and a real database; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PointsServiceTest {
  private static final String PROGRAM =
      """
      name: points
      tasks:
        - id: at-once
          title: at once
          trigger: custom
          custom: at-once
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 10}]}]
        - id: lapsing
          title: lapsing
          trigger: custom
          custom: lapsing
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: {amount: 7, expires_after: 1d}}]}]
        - id: pending
          title: pending
          trigger: custom
          custom: pending
          repeat: true
          tiers:
            - {threshold: 1, rewards: [{points: {amount: 5, pending: 3d, expires_after: 1d}}]}
      """;

  private TestServer server;
  private TestMerchant merchant;
  private int merchants;

  @BeforeAll
  void start() throws Exception {
    server =
        TestServer.builder()
            .clock(MutableClock.at("2026-03-02T08:00:00Z"))
            .setting("engine.lanes", 4)
            .start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void newMerchant() {
    merchant = new TestMerchant(server, "merchant-" + ++merchants, PROGRAM);
  }

  @Test
  void pointsAreEarnedMatureAndLapse() {
    List<Fact> facts = merchant.report("anna", "pending");
    assertThat(facts.stream().filter(Fact::hasPointsBooked))
        .singleElement()
        .satisfies(fact -> assertThat(fact.getPointsBooked().getPending()).isEqualTo(5));
    assertThat(balance("anna")).isEqualTo(GetBalanceResponse.newBuilder().setPending(5).build());

    server.clock().advance(Duration.ofDays(3));
    merchant.settle();
    merchant.settle();
    merchant.report("anna", "at-once");
    GetBalanceResponse matured = balance("anna");
    assertThat(matured.getBalance()).isEqualTo(15);
    assertThat(matured.getPending()).isZero();
    assertThat(matured.getExpiring()).isEqualTo(5);
    assertThat(Timestamps.toMillis(matured.getExpiresAt()))
        .isEqualTo(server.clock().instant().plus(Duration.ofDays(1)).toEpochMilli());
    assertThat(
            ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
                .getViewer(GetViewerRequest.getDefaultInstance())
                .getViewer()
                .getPoints())
        .isEqualTo(matured);

    server.clock().advance(Duration.ofDays(1));
    merchant.settle();
    assertThat(balance("anna")).isEqualTo(GetBalanceResponse.newBuilder().setBalance(10).build());
    List<PointsEntry> entries = entries("anna");
    assertThat(entries)
        .extracting(PointsEntry::getKind)
        .containsExactly(
            PointsEntryKind.POINTS_ENTRY_KIND_EXPIRED,
            PointsEntryKind.POINTS_ENTRY_KIND_EARNED,
            PointsEntryKind.POINTS_ENTRY_KIND_MATURED,
            PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING);
    assertThat(entries).extracting(PointsEntry::getEntryNumber).containsExactly(4L, 3L, 2L, 1L);
    assertThat(entries.get(0).getCause().getPoints().getEntryNumber()).isEqualTo(2);
    assertThat(entries.get(3).getCause().getTask().getTaskId()).isEqualTo("pending");
    assertThat(audit()).isEmpty();
  }

  @Test
  void pointsThatHaveLapsedCannotBeSpentBeforeTheSettlementHasRun() {
    merchant.report("anna", "lapsing");
    merchant.report("anna", "at-once");
    server.clock().advance(Duration.ofDays(1).minusMillis(1));
    assertThat(balance("anna").getBalance()).isEqualTo(17);
    server.clock().advance(Duration.ofMillis(1));
    assertThat(balance("anna")).isEqualTo(GetBalanceResponse.newBuilder().setBalance(10).build());
    refused(
        () -> hold("anna", "cart", 11),
        "INSUFFICIENT_POINTS",
        "amount: 11 (expected: at most 10, for the viewer can spend no more)");
    assertThat(hold("anna", "cart", 10).getBalance()).isZero();
    merchant.settle();
    assertThat(entries("anna"))
        .extracting(PointsEntry::getKind)
        .containsExactly(
            PointsEntryKind.POINTS_ENTRY_KIND_HELD,
            PointsEntryKind.POINTS_ENTRY_KIND_EXPIRED,
            PointsEntryKind.POINTS_ENTRY_KIND_EARNED,
            PointsEntryKind.POINTS_ENTRY_KIND_EARNED);
    assertThat(audit()).isEmpty();
  }

  @Test
  void aHoldPaysInPartAndLapsesByItself() {
    merchant.report("anna", "at-once");
    HoldPointsResponse held = hold("anna", "cart", 8);
    assertThat(held.getBalance()).isEqualTo(2);
    assertThat(balance("anna").getHeld()).isEqualTo(8);
    refused(() -> hold("anna", "cart", 1), "HOLD_EXISTS", "hold_id: \"cart\"");
    CommitHoldResponse committed =
        points()
            .commitHold(
                CommitHoldRequest.newBuilder()
                    .setRequestId("commit")
                    .setViewerId("anna")
                    .setHoldId("cart")
                    .setAmount(5)
                    .build());
    assertThat(committed.getBalance()).isEqualTo(5);
    assertThat(committed.getFactsList())
        .extracting(fact -> fact.getPointsBooked().getKind())
        .containsExactly(
            PointsEntryKind.POINTS_ENTRY_KIND_COMMITTED,
            PointsEntryKind.POINTS_ENTRY_KIND_RELEASED);
    refused(
        () ->
            points()
                .releaseHold(
                    ReleaseHoldRequest.newBuilder()
                        .setRequestId("late")
                        .setViewerId("anna")
                        .setHoldId("cart")
                        .build()),
        "HOLD_NOT_FOUND",
        "hold_id: \"cart\" (expected: an open hold of the viewer)");

    hold("anna", "other", 3);
    server.clock().advance(Duration.ofMinutes(30));
    assertThat(balance("anna").getBalance()).isEqualTo(5);
    merchant.settle();
    assertThat(entries("anna").get(0).getKind())
        .isEqualTo(PointsEntryKind.POINTS_ENTRY_KIND_RELEASED);
    assertThat(audit()).isEmpty();
  }

  @Test
  void theWatchFindsWhatWasTamperedWith() {
    merchant.report("anna", "at-once");
    merchant.report("bella", "lapsing");
    assertThat(server.instance(LedgerWatch.class).checkAll()).isZero();
    tamper("UPDATE ledger_entry SET balance = balance + 1 WHERE merchant_id = ?");
    assertThat(server.instance(LedgerWatch.class).checkAll()).isEqualTo(2);
    tamper("UPDATE ledger_entry SET balance = balance - 1 WHERE merchant_id = ?");
    tamper("UPDATE ledger_account SET balance = balance + 1 WHERE merchant_id = ? LIMIT 1");
    assertThat(server.instance(LedgerWatch.class).checkAll()).isEqualTo(1);
    tamper("UPDATE ledger_account SET balance = 0 WHERE merchant_id = ?");
    tamper("DELETE FROM ledger_entry WHERE merchant_id = ?");
    assertThat(server.instance(LedgerWatch.class).checkAll()).isEqualTo(2);
    tamper("UPDATE viewer SET points_state = NULL WHERE merchant_id = ?");
    assertThat(server.instance(LedgerWatch.class).checkAll()).isZero();
  }

  @Test
  void theTotalsOfAllViewersHoldMoreThanOneNumberOfEightBytes() {
    assertThat(adjust("r1", "anna", 1_000_000).getBalance()).isEqualTo(1_000_000);
    tamper(
        "UPDATE ledger_account SET balance = balance * 9223372036854 WHERE merchant_id = ?"
            + " AND balance <> 0");
    assertThat(adjust("r2", "anna", 1_000_000).getBalance()).isEqualTo(2_000_000);
    assertThat(adjust("r3", "bob", 1_000_000).getBalance()).isEqualTo(1_000_000);
    BigDecimal total =
        database()
            .read(handle ->
                handle
                    .createQuery(
                        "SELECT SUM(balance) FROM ledger_account WHERE merchant_id = ? AND balance"
                            + " > 0")
                    .bind(0, merchant.id())
                    .mapTo(BigDecimal.class)
                    .one());
    assertThat(total).isEqualByComparingTo("9223372036856000000");
  }

  private void tamper(String statement) {
    int unused =
        database()
            .inTransaction(
                handle -> handle.createUpdate(statement).bind(0, merchant.id()).execute());
  }

  @Test
  void theWatchReadsByKeys() {
    List<String> plan =
        database()
            .read(handle ->
                handle
                    .createQuery("EXPLAIN FORMAT=TRADITIONAL " + LedgerWatchDao.VIEWERS)
                    .bind("merchantId", merchant.id())
                    .bind("viewerId", "anna")
                    .bind("limit", 200)
                    .map((row, context) -> row.getString("table") + " " + row.getString("key"))
                    .list());
    assertThat(plan).contains("viewer PRIMARY", "entry PRIMARY");
  }

  @Test
  void viewersHoldNothingThemselves() {
    merchant.report("anna", "at-once");
    refused(
        () ->
            PointsServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "anna"))
                .holdPoints(holdRequest("anna", "cart", 1)),
        "NOT_ALLOWED",
        "");
  }

  private HoldPointsResponse hold(String viewerId, String holdId, long amount) {
    return points().holdPoints(holdRequest(viewerId, holdId, amount));
  }

  private static HoldPointsRequest holdRequest(String viewerId, String holdId, long amount) {
    return HoldPointsRequest.newBuilder()
        .setRequestId("hold-" + holdId + "-" + amount)
        .setViewerId(viewerId)
        .setHoldId(holdId)
        .setAmount(amount)
        .setReason("cart")
        .build();
  }

  private static void refused(ThrowingCallable call, String reason, String message) {
    FlywheelException refusal = refusal(call);
    assertThat(refusal.reason().name()).isEqualTo("ERROR_REASON_" + reason);
    assertThat(refusal).hasMessageContaining(message);
  }

  private PointsServiceBlockingStub points() {
    return PointsServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "shop"));
  }

  @Test
  void whatFellDueWhileTheServiceWasOffIsSettledOnce() throws Exception {
    TestServer own = TestServer.builder().clock(MutableClock.at("2026-03-02T08:00:00Z")).start();
    try (own) {
      new TestMerchant(own, "shop", PROGRAM).report("anna", "pending");
      own.restart();
      own.clock().advance(Duration.ofDays(30));
      int unused = own.instance(Settlement.class).settleDue();
      own.restart();
      int again = own.instance(Settlement.class).settleDue();
      assertThat(again).isZero();
      List<PointsEntry> entries =
          PointsServiceGrpc.newBlockingStub(own.channel(own.tokenFor("shop", Role.VIEWER, "anna")))
              .listPointsEntries(ListPointsEntriesRequest.getDefaultInstance())
              .getEntriesList();
      assertThat(entries)
          .extracting(PointsEntry::getKind)
          .containsExactly(
              PointsEntryKind.POINTS_ENTRY_KIND_EXPIRED,
              PointsEntryKind.POINTS_ENTRY_KIND_MATURED,
              PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING);
      assertThat(own.instance(LedgerAuditDao.class).findings("shop")).isEmpty();
    }
  }

  @Test
  void aRepeatedCorrectionHasOneEffectAndOneAnswer() {
    AdjustPointsResponse first = adjust("r1", "anna", 100);
    assertThat(first.getBalance()).isEqualTo(100);
    assertThat(first.getFactsList())
        .filteredOn(Fact::hasPointsBooked)
        .singleElement()
        .satisfies(fact -> {
          assertThat(fact.getPointsBooked().getCause().getAdjustment().getReason()).isEqualTo("补偿");
          assertThat(fact.getPointsBooked().getCause().getAdjustment().getAdjustedBy())
              .isEqualTo("owner");
        });
    adjust("r2", "anna", -30);
    assertThat(adjust("r1", "anna", 100)).isEqualTo(first);
    assertThat(balance("anna").getBalance()).isEqualTo(70);
    assertThat(refusal(() -> adjust("r1", "anna", 101)).reason())
        .isEqualTo(ErrorReason.ERROR_REASON_REQUEST_ID_REUSED);
    assertThat(audit()).isEmpty();
  }

  @Test
  void nobodyGoesBelowZero() {
    adjust("r1", "anna", 5);
    assertThat(refusal(() -> adjust("r2", "anna", -6)).reason())
        .isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS);
    assertThat(refusal(() -> adjust("r3", "bert", -1)).reason())
        .isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS);
    assertThat(entries("anna")).hasSize(1);
    assertThat(entries("bert")).isEmpty();
  }

  @Test
  void onlyMerchantsAndThePlatformCorrectAndViewersSeeOnlyTheirOwn() {
    for (Role role : List.of(Role.VIEWER, Role.HOST)) {
      assertThat(refusal(() -> adjust(role, "r", "anna", 5)).reason())
          .isEqualTo(ErrorReason.ERROR_REASON_NOT_ALLOWED);
    }
    adjust(Role.PLATFORM, "r", "anna", 5);
    assertThat(balance("anna").getBalance()).isEqualTo(5);
    PointsServiceBlockingStub bert = stub(Role.VIEWER, "bert");
    GetBalanceRequest annas = GetBalanceRequest.newBuilder().setViewerId("anna").build();
    assertThat(refusal(() -> bert.getBalance(annas)).reason())
        .isEqualTo(ErrorReason.ERROR_REASON_NOT_ALLOWED);
    assertThat(stub(Role.HOST, "host").getBalance(annas).getBalance()).isEqualTo(5);
    assertThat(
            refusal(() ->
                    stub(Role.HOST, "host").getBalance(GetBalanceRequest.getDefaultInstance()))
                .reason())
        .isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
    TestMerchant other = new TestMerchant(server, "another-merchant", PROGRAM);
    assertThat(
            PointsServiceGrpc.newBlockingStub(other.as(Role.MERCHANT, "owner"))
                .getBalance(annas)
                .getBalance())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_001, -1_000_001, Long.MIN_VALUE, Long.MAX_VALUE})
  void anAmountOutOfRangeIsNamed(long amount) {
    FlywheelException refused = refusal(() -> adjust("r", "anna", amount));
    assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
    assertThat(refused.fieldViolations())
        .singleElement()
        .satisfies(violation -> assertThat(violation.field()).isEqualTo("amount"));
  }

  @Test
  void pagesGoThroughAllEntriesOnce() {
    for (int i = 1; i <= 45; i++) {
      adjust("r" + i, "anna", i);
    }
    List<Long> amounts = new ArrayList<>();
    String token = "";
    do {
      ListPointsEntriesResponse page = page("anna", 20, token);
      page.getEntriesList().forEach(entry -> amounts.add(entry.getAmount()));
      token = page.getNextPageToken();
      if (amounts.size() == 20) {
        adjust("while-paging", "anna", 1_000);
      }
    } while (!token.isEmpty());
    assertThat(amounts).isEqualTo(LongStream.rangeClosed(1, 45).map(i -> 46 - i).boxed().toList());
    assertThat(page("anna", 0, "").getEntriesCount()).isEqualTo(20);
    assertThat(page("anna", 46, "").getNextPageToken()).isEmpty();
  }

  @Test
  void aStatementHasTheKindsCausesAndTimesThatAreAskedFor() {
    for (int i = 1; i <= 9; i++) {
      adjust("up" + i, "anna", 10 + i);
      adjust("down" + i, "anna", -i);
    }
    ListPointsEntriesRequest down =
        ListPointsEntriesRequest.newBuilder()
            .setPageSize(4)
            .addKinds(PointsEntryKind.POINTS_ENTRY_KIND_ADJUSTED_DOWN)
            .build();
    ListPointsEntriesResponse first = stub(Role.VIEWER, "anna").listPointsEntries(down);
    assertThat(first.getEntriesList())
        .extracting(PointsEntry::getAmount)
        .containsExactly(9L, 8L, 7L, 6L);
    String token = first.getNextPageToken();
    assertThat(
            stub(Role.VIEWER, "anna")
                .listPointsEntries(down.toBuilder().setPageSize(9).setPageToken(token).build())
                .getEntriesList())
        .extracting(PointsEntry::getAmount)
        .containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(refusal(() -> page("anna", 4, token)).fieldViolations().get(0).field())
        .as("the token of another statement")
        .isEqualTo("page_token");
    ListPointsEntriesRequest adjusted =
        ListPointsEntriesRequest.newBuilder().setPageSize(100).addCauses("adjustment").build();
    Timestamp now = Timestamps.fromMillis(server.clock().millis());
    assertThat(count(adjusted)).isEqualTo(18);
    assertThat(count(adjusted.toBuilder().addCauses("task").setSince(now).build())).isEqualTo(18);
    assertThat(count(adjusted.toBuilder().setUntil(now).build())).isZero();
    assertThat(count(adjusted.toBuilder().clearCauses().addCauses("task").build())).isZero();
    FlywheelException unknown =
        refusal(() -> count(adjusted.toBuilder().addCauses("gift").build()));
    assertThat(unknown.fieldViolations().get(0).field()).isEqualTo("causes[1]");
    assertThat(unknown.getMessage()).contains("expected: one of task, check_in, points");
  }

  private int count(ListPointsEntriesRequest request) {
    return stub(Role.VIEWER, "anna").listPointsEntries(request).getEntriesCount();
  }

  @Test
  void aTokenThatWasNotIssuedForTheListIsRefused() {
    for (int i = 0; i < 3; i++) {
      adjust("a" + i, "anna", 1);
      adjust("b" + i, "bert", 1);
    }
    String token = page("anna", 1, "").getNextPageToken();
    assertThat(page("anna", 1, token).getEntriesCount()).isEqualTo(1);
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> page("bert", 1, token), () -> page("anna", 1, "2"), () -> page("anna", 1, "%"))) {
      FlywheelException refused = refusal(call);
      assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
      assertThat(refused.fieldViolations().get(0).field()).isEqualTo("page_token");
    }
  }

  @Test
  void theLedgerBalancesWhenTwoNodesWorkOnTheSameViewers() throws Exception {
    try (TestServer node = server.another()) {
      List<PointsServiceBlockingStub> nodes =
          List.of(
              stub(Role.MERCHANT, "owner"),
              PointsServiceGrpc.newBlockingStub(
                  node.channel(node.tokenFor(merchant.id(), Role.MERCHANT, "owner"))));
      List<Callable<Long>> calls = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        int number = i;
        long amount = i % 3 == 0 ? -7 : 4;
        calls.add(() -> tryToAdjust(nodes.get(number % 2), "r" + number, "v" + number % 7, amount));
      }
      for (int i = 0; i < 100; i++) {
        String viewerId = "v" + i % 7;
        calls.add(() -> {
          merchant.report(viewerId, "lapsing");
          return 7L;
        });
      }
      Collections.shuffle(calls, new Random(7));
      long moved = sum(calls);
      long balance = 0;
      for (int i = 0; i < 7; i++) {
        balance += balance("v" + i).getBalance();
      }
      assertThat(balance).isEqualTo(moved);
      assertThat(audit()).isEmpty();
    }
  }

  @Test
  void theAuditFindsEveryKindOfDamage() {
    String viewer = "merchant_id = '" + merchant.id() + "' AND viewer_id = 'anna'";
    merchant.report("anna", "lapsing");
    merchant.report("anna", "at-once");
    merchant.report("anna", "pending");
    assertThat(audit()).isEmpty();

    assertThat(
            auditAfter("UPDATE ledger_entry SET amount = 9 WHERE entry_number = 2 AND " + viewer))
        .contains("viewer anna: entry 2 does not follow from the one before it")
        .anyMatch(finding -> finding.startsWith("account ISSUANCE: its total is -22, "))
        .anyMatch(finding -> finding.startsWith("viewer anna: rules know of 3 entries, 17 points"));
    assertThat(auditAfter("DELETE FROM ledger_entry WHERE entry_number = 2 AND " + viewer))
        .contains("viewer anna: entry 3 does not follow from the one before it");
    assertThat(
            auditAfter(
                "UPDATE ledger_entry SET debit_account = 4 WHERE entry_number = 1 AND " + viewer))
        .contains("1 entries of the kind 1 go from account 4 to account 2");
    assertThat(
            auditAfter(
                "UPDATE ledger_account SET balance = balance + 1 WHERE account = 2 AND "
                    + ("merchant_id = '" + merchant.id() + "'")))
        .contains("the sum over all accounts is 1");
    assertThat(auditAfter("DELETE FROM ledger_entry WHERE " + viewer))
        .contains("viewer anna: rules know of points that no entry made");
    assertThat(auditAfter("UPDATE viewer SET points_state = NULL WHERE " + viewer))
        .anyMatch(finding -> finding.startsWith("viewer anna: rules know of 0 entries, 0 points"));
    assertThat(audit()).isEmpty();
  }

  @Test
  void readingEntriesDoesNotScan() {
    List<String> plan =
        database()
            .read(handle ->
                handle
                    .createQuery("EXPLAIN FORMAT=TRADITIONAL " + PointsDao.ENTRIES)
                    .bind("merchantId", merchant.id())
                    .bind("viewerId", "anna")
                    .bind("before", 9)
                    .bind("limit", 3)
                    .map((row, context) -> row.getString("type") + " " + row.getString("key"))
                    .list());
    assertThat(plan).containsExactly("range PRIMARY");
  }

  private List<String> audit() {
    return server.instance(LedgerAuditDao.class).findings(merchant.id());
  }

  /** What the audit finds after a statement, which is then taken back. */
  private List<String> auditAfter(String damage) {
    return database()
        .jdbi()
        .withHandle(handle -> {
          handle.begin();
          try {
            assertThat(handle.execute(damage)).isPositive();
            return LedgerAuditDao.findings(handle, merchant.id());
          } finally {
            handle.rollback();
          }
        });
  }

  private Database database() {
    return server.instance(Database.class);
  }

  private GetBalanceResponse balance(String viewerId) {
    return stub(Role.VIEWER, viewerId).getBalance(GetBalanceRequest.getDefaultInstance());
  }

  private List<PointsEntry> entries(String viewerId) {
    return page(viewerId, 100, "").getEntriesList();
  }

  private ListPointsEntriesResponse page(String viewerId, int size, String token) {
    return stub(Role.VIEWER, viewerId)
        .listPointsEntries(
            ListPointsEntriesRequest.newBuilder().setPageSize(size).setPageToken(token).build());
  }

  private AdjustPointsResponse adjust(String requestId, String viewerId, long amount) {
    return adjust(Role.MERCHANT, requestId, viewerId, amount);
  }

  private AdjustPointsResponse adjust(Role role, String requestId, String viewerId, long amount) {
    return stub(role, role == Role.VIEWER ? viewerId : "owner")
        .adjustPoints(adjustment(requestId, viewerId, amount));
  }

  /** What it moved: nothing if it was refused. */
  private static long tryToAdjust(
      PointsServiceBlockingStub stub, String requestId, String viewerId, long amount) {
    try {
      assertThat(stub.adjustPoints(adjustment(requestId, viewerId, amount)).getBalance())
          .isNotNegative();
      return amount;
    } catch (StatusRuntimeException e) {
      assertThat(FlywheelException.from(e).reason())
          .isEqualTo(ErrorReason.ERROR_REASON_INSUFFICIENT_POINTS);
      return 0;
    }
  }

  private static AdjustPointsRequest adjustment(String requestId, String viewerId, long amount) {
    return AdjustPointsRequest.newBuilder()
        .setRequestId(requestId)
        .setViewerId(viewerId)
        .setAmount(amount)
        .setReason("补偿")
        .build();
  }

  private PointsServiceBlockingStub stub(Role role, String subject) {
    return PointsServiceGrpc.newBlockingStub(merchant.as(role, subject));
  }

  private static long sum(List<Callable<Long>> calls) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      long sum = 0;
      for (Future<Long> result : threads.invokeAll(calls)) {
        sum += result.get();
      }
      return sum;
    }
  }

  private static FlywheelException refusal(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("a refusal").isInstanceOf(StatusRuntimeException.class);
    return FlywheelException.from(thrown);
  }
}
