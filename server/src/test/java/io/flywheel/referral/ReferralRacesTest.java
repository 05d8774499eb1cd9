package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.Invitee;
import io.flywheel.v1.InviteeStage;
import io.flywheel.v1.ReferralServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What holds while viewers come by invites at the same time, on two nodes of one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReferralRacesTest {
  private static final int ROUNDS = 12;

  private static final String PROGRAM =
      """
      name: referral
      referral:
        guard: {newcomers_per_hour: 200, newcomers_per_minute: 200}
        campaigns:
          - id: friends
            title: 邀请有礼
            rules:
              - {id: come, on: entered, per_day: 5, inviter: [{points: 100}], invitee: [{points: 50}]}
      """;

  private TestServer first;
  private TestServer second;
  private Sharing sharing;

  @BeforeAll
  void start() throws Exception {
    first = TestServer.start();
    second = first.another();
    sharing = new Sharing(first, PROGRAM);
  }

  @AfterAll
  void stop() {
    second.close();
    first.close();
  }

  @Test
  void oneInviteeOnTwoNodesPaysOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String inviter = "one" + round;
      String invitee = "guest" + round;
      String code = sharing.invite(inviter);
      List<AcceptInviteResponse> answers =
          atOnce(List.of(accept(first, invitee, code), accept(second, invitee, code)));
      assertThat(answers)
          .extracting(AcceptInviteResponse::getRefusal)
          .containsOnly(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
      atOnce(List.of(enter(first, invitee), enter(second, invitee)));
      sharing.merchant().settle();
      assertThat(sharing.points(inviter)).as("round %d", round).isEqualTo(100);
      assertThat(sharing.points(invitee)).as("round %d", round).isEqualTo(50);
      assertThat(sharing.invitees(inviter)).hasSize(1);
    }
  }

  @Test
  void ofTwoInvitersAtTheSameTimeOneWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String left = sharing.invite("left" + round);
      String right = sharing.invite("right" + round);
      String invitee = "wanted" + round;
      List<AcceptInviteResponse> answers =
          atOnce(List.of(accept(first, invitee, left), accept(second, invitee, right)));
      assertThat(answers)
          .extracting(AcceptInviteResponse::getRefusal)
          .containsExactlyInAnyOrder(
              InviteRefusal.INVITE_REFUSAL_UNSPECIFIED,
              InviteRefusal.INVITE_REFUSAL_INVITED_BY_ANOTHER);
      sharing.enter(invitee);
      assertThat(sharing.points("left" + round) + sharing.points("right" + round)).isEqualTo(100);
    }
  }

  @Test
  void circlesAreRefusedHoweverTheyClose() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      int people = 2 + round % 3;
      List<String> names = new ArrayList<>();
      List<String> codes = new ArrayList<>();
      for (int i = 0; i < people; i++) {
        names.add("c" + round + "-" + i);
        codes.add(sharing.invite(names.get(i)));
      }
      List<Callable<AcceptInviteResponse>> calls = new ArrayList<>();
      for (int i = 0; i < people; i++) {
        TestServer node = i % 2 == 0 ? first : second;
        calls.add(accept(node, names.get(i), codes.get((i + 1) % people)));
      }
      assertThat(atOnce(calls))
          .extracting(AcceptInviteResponse::getRefusal)
          .as("round %d of %d people", round, people)
          .containsOnlyOnce(InviteRefusal.INVITE_REFUSAL_CIRCLE)
          .containsOnly(
              InviteRefusal.INVITE_REFUSAL_CIRCLE, InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    }
  }

  @Test
  void aCapHoldsWhileManyEnterAtOnce() throws Exception {
    String code = sharing.invite("star");
    List<String> guests = IntStream.range(0, 16).mapToObj(i -> "fan" + i).toList();
    atOnce(guests.stream().map(guest -> accept(first, guest, code)).toList());
    List<Callable<Object>> entries = new ArrayList<>();
    for (String guest : guests) {
      entries.add(enter(entries.size() % 2 == 0 ? first : second, guest));
    }
    atOnce(entries);
    sharing.merchant().settle();
    assertThat(sharing.points("star")).isEqualTo(5 * 100);
    assertThat(sharing.invitees("star"))
        .hasSize(16)
        .extracting(Invitee::getStage)
        .containsOnly(InviteeStage.INVITEE_STAGE_ENTERED);
  }

  private Callable<AcceptInviteResponse> accept(TestServer node, String viewerId, String code) {
    return () ->
        ReferralServiceGrpc.newBlockingStub(channel(node, viewerId))
            .acceptInvite(
                AcceptInviteRequest.newBuilder()
                    .setRequestId(Sharing.newId())
                    .setCode(code)
                    .build());
  }

  private Callable<Object> enter(TestServer node, String viewerId) {
    return () ->
        RoomServiceGrpc.newBlockingStub(channel(node, viewerId))
            .enterRoom(
                EnterRoomRequest.newBuilder()
                    .setRequestId(Sharing.newId())
                    .setRoomId(TestServer.ROOM)
                    .build());
  }

  private Channel channel(TestServer node, String viewerId) {
    return node.channel(node.tokenFor(sharing.merchant().id(), Role.VIEWER, viewerId));
  }

  /** Runs calls that begin together. */
  private static <T> List<T> atOnce(List<? extends Callable<? extends T>> calls) throws Exception {
    CyclicBarrier start = new CyclicBarrier(calls.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<? extends T> call : calls) {
        running.add(
            threads.submit(() -> {
              start.await();
              return call.call();
            }));
      }
      List<T> answers = new ArrayList<>();
      for (Future<T> each : running) {
        answers.add(each.get());
      }
      return answers;
    }
  }
}
