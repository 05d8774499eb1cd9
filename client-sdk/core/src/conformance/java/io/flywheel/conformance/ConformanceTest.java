package io.flywheel.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.client.Ids;
import io.flywheel.client.RetryPolicy;
import io.flywheel.client.RoomListener;
import io.flywheel.client.RoomSession;
import io.flywheel.client.Updates;
import io.flywheel.client.Watch;
import io.flywheel.client.WatchListener;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * What an SDK promises, over the wire against the service as it ships. Run over each SDK, and by
 * each way to the service.
 */
@Timeout(value = 180)
abstract class ConformanceTest {
  private static final long PATIENCE_SECONDS = 90;

  private Service service;
  private FlywheelClient client;
  private String merchantId;

  /** A way to the service, for a client whose other settings are made. */
  abstract FlywheelClient.Builder to(Service service) throws Exception;

  @BeforeEach
  final void connect(TestInfo test) throws Exception {
    service = Service.shared();
    merchantId = "m-" + Ids.newId();
    client =
        to(service)
            .deadline(PATIENCE_SECONDS, TimeUnit.SECONDS)
            .retryPolicy(
                RetryPolicy.standard().maxAttempts(10_000).backoff(20, 200, TimeUnit.MILLISECONDS))
            .userAgent("conformance")
            .build();
  }

  @AfterEach
  final void disconnect() {
    if (client != null) {
      client.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyMethodWorks() throws Exception {
    Cases cases = new Cases(client, merchantId);
    return cases.all().entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> entry.getValue().run()));
  }

  @Test
  void everyMethodOfTheContractHasACase() throws Exception {
    assertThat(new Cases(client, merchantId).all().keySet())
        .containsExactlyInAnyOrderElementsOf(
            ContractMethods.of(Service.REPOSITORY.resolve("proto/target/classes/flywheel.binpb")));
  }

  @Test
  void aWriteWhoseAnswerIsLostWithTheServerHasOneEffect() throws Exception {
    applyProgram();
    FlywheelClient merchant = client.withTokens(() -> Tokens.merchant(merchantId));
    AtomicInteger deaths = new AtomicInteger();
    service
        .entrance()
        .insteadOfTheAnswerTo(
            "one effect".getBytes(StandardCharsets.UTF_8),
            () -> {
              deaths.incrementAndGet();
              service.kill();
            });
    var answer =
        merchant
            .points()
            .adjustPointsAsync(
                AdjustPointsRequest.newBuilder()
                    .setViewerId("anna")
                    .setAmount(100)
                    .setReason("one effect")
                    .build());
    await(() -> deaths.get() == 1);
    service.restart();
    assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getBalance()).isEqualTo(100);
    assertThat(
            merchant
                .points()
                .getBalance(GetBalanceRequest.newBuilder().setViewerId("anna").build())
                .getBalance())
        .isEqualTo(100);
  }

  @Test
  void aRepeatedRequestGetsTheFirstAnswer() throws Exception {
    applyProgram();
    FlywheelClient viewer = client.withTokens(() -> Tokens.viewer(merchantId, "anna"));
    enter(viewer);
    CheckInRequest request = CheckInRequest.newBuilder().setRequestId(Ids.newId()).build();
    CheckInResponse first = viewer.checkIn().checkIn(request);
    assertThat(viewer.checkIn().checkIn(request)).isEqualTo(first);
    assertThat(first.getAlreadyCheckedIn()).isFalse();
    CheckInResponse another = viewer.checkIn().checkIn(CheckInRequest.getDefaultInstance());
    assertThat(another.getAlreadyCheckedIn()).isTrue();
  }

  @Test
  void errorsAreTyped() throws Exception {
    applyProgram();
    FlywheelClient viewer = client.withTokens(() -> Tokens.viewer(merchantId, "anna"));
    FlywheelException wrong =
        catchThrowableOfType(
            FlywheelException.class,
            () ->
                viewer
                    .checkIn()
                    .checkIn(CheckInRequest.newBuilder().setViewerId("not an id").build()));
    assertThat(wrong.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(wrong.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
    assertThat(wrong.fieldViolations())
        .singleElement()
        .satisfies(violation -> assertThat(violation.field()).isEqualTo("viewer_id"));
    FlywheelException forbidden =
        catchThrowableOfType(
            FlywheelException.class,
            () -> viewer.checkIn().checkIn(CheckInRequest.newBuilder().setViewerId("ben").build()));
    assertThat(forbidden.reason()).isEqualTo(ErrorReason.ERROR_REASON_NOT_ALLOWED);
  }

  @Test
  void aTokenThatEndsIsReplacedUnderWay() throws Exception {
    applyProgram();
    enter(client.withTokens(() -> Tokens.viewer(merchantId, "anna")));
    BlockingQueue<String> tokens = new LinkedBlockingQueue<>();
    tokens.add(Tokens.ended(merchantId, "anna"));
    tokens.add(Tokens.viewer(merchantId, "anna"));
    FlywheelClient viewer = client.withTokens(tokens::remove);
    assertThat(
            viewer.checkIn().checkIn(CheckInRequest.getDefaultInstance()).getStanding().getStreak())
        .isEqualTo(1);
    assertThat(tokens).isEmpty();
    FlywheelClient signedOut = client.withTokens(() -> Tokens.ended(merchantId, "anna"));
    FlywheelException refused =
        catchThrowableOfType(
            FlywheelException.class,
            () -> signedOut.checkIn().checkIn(CheckInRequest.getDefaultInstance()));
    assertThat(refused.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  /** The service ends what was opened with the token; however slow, a fresh one opens it again. */
  @Test
  void aTokenThatEndsInAnOpenWatchIsReplacedAndNothingIsMissed() throws Exception {
    applyProgram();
    FlywheelClient merchant = client.withTokens(() -> Tokens.merchant(merchantId));
    AtomicInteger tokens = new AtomicInteger();
    FlywheelClient viewer =
        client.withTokens(() -> {
          tokens.incrementAndGet();
          return Tokens.brief(merchantId, "anna", 3);
        });
    List<WatchViewerResponse> updates = new CopyOnWriteArrayList<>();
    List<FlywheelException> breaks = new CopyOnWriteArrayList<>();
    try (Watch<WatchViewerResponse> watch =
        viewer
            .viewer()
            .watchViewer(
                WatchViewerRequest.getDefaultInstance(),
                new WatchListener<>() {
                  @Override
                  public void onUpdate(WatchViewerResponse update) {
                    updates.add(update);
                  }

                  @Override
                  public void onBreak(FlywheelException failure) {
                    breaks.add(failure);
                  }
                })) {
      await(() -> !updates.isEmpty());
      await(() ->
          breaks.stream()
              .anyMatch(end -> end.reason() == ErrorReason.ERROR_REASON_UNAUTHENTICATED));
      int before = tokens.get();
      adjust(merchant, 5);
      // By a change, or by the standing that comes again with the next token.
      await(() -> updates.stream().anyMatch(ConformanceTest::tellsOfFivePoints));
      await(() -> tokens.get() > before);
      assertThat(watch.done()).isNotDone();
    }
  }

  private static boolean tellsOfFivePoints(WatchViewerResponse update) {
    return update.getSnapshot().getProfile().getPoints() == 5
        || update.getChange().getFactsList().stream()
            .anyMatch(fact -> fact.getPointsBooked().getBalance() == 5);
  }

  @Test
  void aWatchOutlivesTheServer() throws Exception {
    applyProgram();
    FlywheelClient viewer = client.withTokens(() -> Tokens.viewer(merchantId, "anna"));
    FlywheelClient merchant = client.withTokens(() -> Tokens.merchant(merchantId));
    List<WatchViewerResponse> updates = new CopyOnWriteArrayList<>();
    AtomicInteger breaks = new AtomicInteger();
    try (Watch<WatchViewerResponse> watch =
            viewer
                .viewer()
                .watchViewer(
                    WatchViewerRequest.getDefaultInstance(),
                    new WatchListener<>() {
                      @Override
                      public void onUpdate(WatchViewerResponse update) {
                        updates.add(update);
                      }

                      @Override
                      public void onBreak(FlywheelException failure) {
                        breaks.incrementAndGet();
                      }
                    });
        Updates<WatchViewerResponse> reading =
            viewer.viewer().watchViewer(WatchViewerRequest.getDefaultInstance())) {
      assertThat(reading.next().hasSnapshot()).isTrue();
      await(() -> !updates.isEmpty());
      adjust(merchant, 5);
      await(() -> updates.stream().anyMatch(WatchViewerResponse::hasChange));
      int before = updates.size();
      service.restart();
      await(() -> updates.size() > before);
      assertThat(updates.get(before).hasSnapshot()).as("the whole standing comes again").isTrue();
      assertThat(breaks.get()).isPositive();
      int standing = updates.size();
      adjust(merchant, 7);
      await(() ->
          updates.subList(standing, updates.size()).stream()
              .anyMatch(WatchViewerResponse::hasChange));
      assertThat(watch.done()).isNotDone();
    }
  }

  @Test
  void aStayInARoomOutlivesTheServerWithItsLikes() throws Exception {
    applyProgram();
    FlywheelClient viewer = client.withTokens(() -> Tokens.viewer(merchantId, "anna"));
    List<Fact> facts = new CopyOnWriteArrayList<>();
    AtomicInteger lost = new AtomicInteger();
    AtomicInteger waiting = new AtomicInteger();
    RoomSession session =
        viewer
            .joinRoom("room-1")
            .likeInterval(20, TimeUnit.MILLISECONDS)
            .listener(
                new RoomListener() {
                  @Override
                  public void onFacts(List<Fact> set) {
                    facts.addAll(set);
                  }

                  @Override
                  public void onLikesWaiting(int count) {
                    waiting.set(count);
                  }

                  @Override
                  public void onLikesLost(int count, FlywheelException failure) {
                    lost.addAndGet(count);
                  }
                })
            .enter();
    session.entered().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    session.like(2);
    service.kill();
    session.like(3);
    service.restart();
    session.like(4);
    await(() -> waiting.get() == 0 && facts.stream().anyMatch(Fact::hasTierReached));
    session.leave().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(lost.get()).isZero();
    await(() -> score(viewer) == 9);
  }

  private static void enter(FlywheelClient viewer) {
    var unused = viewer.room().enterRoom(EnterRoomRequest.newBuilder().setRoomId("room-1").build());
  }

  private static long score(FlywheelClient viewer) {
    return viewer
        .leaderboard()
        .getRank(GetRankRequest.newBuilder().setBoardId("likers").setRoomId("room-1").build())
        .getPlace()
        .getScore();
  }

  private void applyProgram() {
    var unused =
        client
            .withTokens(() -> Tokens.merchant(merchantId))
            .program()
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setSource(ProgramSource.newBuilder().setDocument(Program.DOCUMENT))
                    .build());
  }

  private static void adjust(FlywheelClient merchant, long amount) {
    var unused =
        merchant
            .points()
            .adjustPoints(
                AdjustPointsRequest.newBuilder()
                    .setViewerId("anna")
                    .setAmount(amount)
                    .setReason("news")
                    .build());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
