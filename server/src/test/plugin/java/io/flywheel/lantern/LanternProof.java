package io.flywheel.lantern;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Role;
import io.flywheel.program.CheckedProgram;
import io.flywheel.program.Programs;
import io.flywheel.testing.Refusals;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.MallServiceGrpc;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RedeemItemRequest;
import io.flywheel.v1.Refunded;
import java.util.List;

/** What the lanterns do on a real server that knows nothing of them. */
public final class LanternProof {
  private static final String PROGRAM =
      """
      lanterns: {likes: 10, stock: %d, rewards: [wish: 3]}
      tasks:
      - {id: lit, title: Lit, trigger: lantern_lit, tiers: [{threshold: 1, rewards: [points: 5]}]}
      - {id: rich, title: Rich, trigger: comment, condition: viewer.wishes >= 3, tiers: [{threshold: 1, rewards: [points: 7]}]}
      - {id: buyer, title: Buyer, trigger: order, repeat: true, tiers: [{threshold: 1, rewards: [wish: 4]}]}
      mall:
        items:
        - {id: kite, title: Kite, price: {wish: 2}, rewards: [points: 1]}
      """;

  private final TestServer server;
  private final TestMerchant merchant;
  private int events;

  private LanternProof(TestServer server) {
    this.server = server;
    this.merchant = new TestMerchant(server, "m", PROGRAM.formatted(2));
  }

  /** Fails unless the feature works. */
  public static void run() throws Exception {
    try (TestServer server = TestServer.builder().module(new LanternModule()).start()) {
      LanternProof proof = new LanternProof(server);
      proof.programsSayWhatIsWrongWithIt();
      proof.sharedStockIsLitOncePerLanternAndCounted();
      proof.conditionsKnowItsFieldOfTheProfile();
      proof.itsPriceIsPaidOrRefusedWithItsReason();
      proof.itsRewardIsTakenBackWithTheOrder();
      proof.changesOfTheProgramAreChecked();
    }
  }

  private void programsSayWhatIsWrongWithIt() {
    Programs programs = server.instance(Programs.class);
    assertThat(mistakes(programs, "lanterns: {likes: 10}"))
        .containsExactly("lanterns.rewards (1): none (expected: what a lantern gives)");
    assertThat(mistakes(programs, "lanterns: {likes: 0, rewards: [wish: 1]}"))
        .containsExactly("lanterns.likes (1): 0 (expected: 1 to 1000)");
    assertThat(mistakes(programs, "lanterns: {like: 1, rewards: [wish: 1]}"))
        .containsExactly("lanterns.like (1): like (unknown field; did you mean likes?)");
    assertThat(programs.check("lanterns: {likes: 10, rewards: [wish: 1]}").program().getLanterns())
        .satisfies(lanterns -> assertThat(lanterns.getStock()).as("the default").isEqualTo(2));
  }

  private void sharedStockIsLitOncePerLanternAndCounted() {
    assertThat(kinds(like("ann", 9))).doesNotContain("LANTERN_LIT");
    assertThat(kinds(like("ann", 1)))
        .containsSubsequence("LANTERN_LIT", "REWARD_GIVEN", "TASK_COMPLETED", "POINTS_BOOKED");
    assertThat(wishes("ann")).isEqualTo(3);
    assertThat(like("bob", 10).stream().filter(Fact::hasLanternLit))
        .singleElement()
        .satisfies(fact -> assertThat(fact.getLanternLit().getLeft()).isZero());
    assertThat(kinds(like("cat", 10))).as("none is left").doesNotContain("LANTERN_LIT");
    assertThat(wishes("cat")).isZero();
  }

  private void conditionsKnowItsFieldOfTheProfile() {
    assertThat(kinds(tell(event("ann").setCommented(Commented.newBuilder().setText("hi")))))
        .contains("POINTS_BOOKED");
    assertThat(kinds(tell(event("cat").setCommented(Commented.newBuilder().setText("hi")))))
        .doesNotContain("POINTS_BOOKED");
  }

  private void itsPriceIsPaidOrRefusedWithItsReason() {
    redeem("ann");
    assertThat(wishes("ann")).isEqualTo(1);
    Refusals.assertRefused("INSUFFICIENT_WISHES", () -> redeem("ann"));
    assertThat(wishes("ann")).isEqualTo(1);
  }

  private void itsRewardIsTakenBackWithTheOrder() {
    order("cat", "o1");
    order("cat", "o2");
    assertThat(wishes("cat")).isEqualTo(8);
    assertThat(refund("cat", "o1", "half", 50)).contains("REWARD_REVOKED", "GRANT_REVOKED");
    assertThat(wishes("cat")).as("in part").isEqualTo(6);
    assertThat(refund("cat", "o1", "rest", 50)).contains("REWARD_REVOKED");
    assertThat(wishes("cat")).isEqualTo(4);
    redeem("cat");
    assertThat(refund("cat", "o2", "whole", 100)).contains("REWARD_REVOKED");
    assertThat(wishes("cat")).as("as far as they are left").isZero();
    assertThat(refund("dan", "o3", "early", 100)).doesNotContain("REWARD_REVOKED");
    order("dan", "o3");
    assertThat(wishes("dan")).as("refunded before it was told").isZero();
  }

  private void changesOfTheProgramAreChecked() {
    Refusals.assertRefused("INVALID_PROGRAM", () -> apply(PROGRAM.formatted(1)));
    apply(PROGRAM.formatted(3));
    assertThat(kinds(like("eve", 10))).contains("LANTERN_LIT");
  }

  private void apply(String program) {
    var unused =
        ProgramServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply-" + ++events)
                    .setSource(ProgramSource.newBuilder().setDocument(program))
                    .build());
  }

  private void order(String viewerId, String orderId) {
    assertThat(
            kinds(
                tell(
                    event(viewerId)
                        .setOrdered(Ordered.newBuilder().setOrderId(orderId).setAmountMinor(100)))))
        .contains("GRANT_ISSUED");
  }

  private List<String> refund(String viewerId, String orderId, String refundId, long amountMinor) {
    return kinds(
        tell(
            event(viewerId)
                .setRefunded(
                    Refunded.newBuilder()
                        .setOrderId(orderId)
                        .setRefundId(refundId)
                        .setAmountMinor(amountMinor))));
  }

  private void redeem(String viewerId) {
    MallServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewerId))
        .redeemItem(
            RedeemItemRequest.newBuilder()
                .setRequestId("redeem-" + ++events)
                .setItemId("kite")
                .build());
  }

  private List<Fact> like(String viewerId, int count) {
    return tell(event(viewerId).setLiked(Liked.newBuilder().setCount(count)));
  }

  private List<Fact> tell(Event.Builder event) {
    EventResult result =
        EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
            .ingestEvents(IngestEventsRequest.newBuilder().addEvents(event).build())
            .getResults(0);
    assertThat(result.getOutcome()).as("%s", result).isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
    return result.getFactsList();
  }

  private Event.Builder event(String viewerId) {
    return Event.newBuilder()
        .setEventId("lantern-" + ++events)
        .setViewerId(viewerId)
        .setRoomId("room")
        .setOccurredAt(Timestamps.fromMillis(server.clock().instant().toEpochMilli()));
  }

  private long wishes(String viewerId) {
    LanternSlice slice = server.instance(LanternSlice.class);
    return server
        .instance(Engine.class)
        .read(new ViewerKey(merchant.id(), viewerId), view -> view.get(slice).getWishes());
  }

  private static List<String> kinds(List<Fact> facts) {
    return facts.stream().map(fact -> fact.getWhatCase().name()).toList();
  }

  private static List<String> mistakes(Programs programs, String document) {
    return programs.check(document).mistakes().stream().map(CheckedProgram::describe).toList();
  }
}
