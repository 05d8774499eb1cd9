package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A program that takes long to compile holds up its own merchant alone. */
final class SlowProgramTest {
  private static final int PATIENCE_SECONDS = 60;

  private static final String TASK =
      "tasks: [{id: like, title: Like, trigger: like, repeat: true,"
          + " tiers: [{threshold: 1, rewards: [points: 1]}]}]\n";

  /** Compiles for lanes only when it is told to, and for everybody else at once. */
  private static final class SlowSection implements ProgramSection<String> {
    private final CountDownLatch others = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Override
    public String compile(Program filled) {
      if (!Thread.currentThread().getName().startsWith(ProgramStore.COMPILER_THREAD)) {
        return "compiled";
      }
      if (filled.getName().equals("slow")) {
        begun.countDown();
        await(mayEnd);
      } else {
        others.countDown();
      }
      return "compiled";
    }
  }

  @Test
  void aMerchantWhoseProgramIsBeingCompiledHoldsUpNobodyElse() throws Exception {
    SlowSection section = new SlowSection();
    try (TestServer applied =
        TestServer.builder()
            .setting("engine.lanes", 1)
            .module(binder -> Programs.sections(binder).addBinding().toInstance(section))
            .start()) {
      var unused = new TestMerchant(applied, "fast", "name: fast\n" + TASK);
      try (TestServer other = applied.another()) {
        await(section.others); // what it compiles beside its start is known by now
        var unusedToo = new TestMerchant(applied, "slow", "name: slow\n" + TASK);
        List<ListenableFuture<IngestEventsResponse>> slow = new ArrayList<>();
        slow.add(like(other, "slow", "e1"));
        await(section.begun);
        slow.add(like(other, "slow", "e2"));
        assertThat(pointsOf(like(other, "fast", "e1"))).isEqualTo(1);
        assertThat(pointsOf(like(other, "fast", "e2"))).isEqualTo(2);
        assertThat(slow).noneMatch(ListenableFuture::isDone);
        section.mayEnd.countDown();
        assertThat(pointsOf(slow.get(0))).isEqualTo(1);
        assertThat(pointsOf(slow.get(1))).as("in their order").isEqualTo(2);
      }
    } finally {
      section.mayEnd.countDown();
    }
  }

  @Test
  void theNodeThatAppliesAProgramHasItCompiledBefore() throws Exception {
    SlowSection section = new SlowSection();
    try (TestServer server =
        TestServer.builder()
            .module(binder -> Programs.sections(binder).addBinding().toInstance(section))
            .start()) {
      var unused = new TestMerchant(server, "slow", "name: slow\n" + TASK);
      assertThat(pointsOf(like(server, "slow", "e1"))).isEqualTo(1);
      assertThat(section.begun.getCount()).as("not compiled again").isEqualTo(1);
    } finally {
      section.mayEnd.countDown();
    }
  }

  private static ListenableFuture<IngestEventsResponse> like(
      TestServer server, String merchantId, String eventId) {
    return EventServiceGrpc.newFutureStub(
            server.channel(server.tokenFor(merchantId, Role.PLATFORM, "platform")))
        .ingestEvents(
            IngestEventsRequest.newBuilder()
                .addEvents(
                    Event.newBuilder()
                        .setEventId(eventId)
                        .setViewerId("anna")
                        .setRoomId("room")
                        .setOccurredAt(Timestamps.fromMillis(server.clock().millis()))
                        .setLiked(Liked.getDefaultInstance()))
                .build());
  }

  /** The balance that an event was answered with. */
  private static long pointsOf(ListenableFuture<IngestEventsResponse> answer) throws Exception {
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).getResults(0).getFactsList().stream()
        .filter(fact -> fact.hasPointsBooked())
        .mapToLong(fact -> fact.getPointsBooked().getBalance())
        .sum();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
