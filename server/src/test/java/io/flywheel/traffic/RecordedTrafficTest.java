package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.JournalReader;
import io.flywheel.engine.Settlement;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.FiguresAnew;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.TestServer;
import io.flywheel.testing.Tools;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.AcceptInviteResponse;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.AnalyticsServiceGrpc.AnalyticsServiceBlockingStub;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GetReferralReportRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RebuildFiguresResponse;
import io.flywheel.v1.ReferralServiceGrpc;
import io.flywheel.v1.ReferralServiceGrpc.ReferralServiceBlockingStub;
import io.grpc.Channel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real traffic of live rooms, taken in and recounted. */
final class RecordedTrafficTest {
  private static final String MERCHANT = "recorded";
  private static final int CONNECTIONS = 4;
  private static final int CALL_SIZE = 500;
  private static final int ONE_OF_IS_INVITED = 50;
  private static final String CAMPAIGN =
      """
      referral:
        campaigns:
          - id: friends
            title: {zh: 邀请好友, en: Friends}
            window: 2160h
            rules:
              - {id: came, on: entered, invitee: [{experience: 1}]}
      """;

  /** What became of the events of one replay. */
  private record Totals(int accepted, int duplicates, int rejected) {
    Totals plus(IngestEventsResponse response) {
      return new Totals(
          accepted + response.getAccepted(),
          duplicates + response.getDuplicates(),
          rejected + response.getRejected());
    }
  }

  /**
   * The small recording; {@code -Dflywheel.test.recordings=live-2018.csv.gz,live-2022.csv.gz} takes
   * both.
   */
  static List<String> recordings() {
    return List.of(
        System.getProperty("flywheel.test.recordings", "live-2018.csv.gz").split(",", -1));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void aReplayEarnsWhatARecountSaysAndASecondOneChangesNothing(String recording) throws Exception {
    Optional<Path> folder = RecordedTraffic.folder();
    Tools.need(folder.isPresent(), "set FLYWHEEL_TRAFFIC_DIR to the folder of recorded traffic");
    List<Event> events = new ArrayList<>();
    Recount recount = new Recount();
    RecordedTraffic.read(
        folder.orElseThrow(),
        recording,
        event -> {
          recount.add(event);
          events.add(event);
          if (event.hasOrdered()) {
            events.add(follows(event));
          }
        });
    RoomRecount rooms = new RoomRecount(90);
    events.forEach(rooms::add);
    Instant opened = instant(events.getFirst());

    try (TestServer server =
        TestServer.builder()
            .clock(MutableClock.at(opened.minus(Duration.ofHours(1)).toString()))
            .setting("journal.keep", "3650d")
            .start()) {
      Channel before = server.channel(server.tokenFor(MERCHANT, Role.PLATFORM, "test"));
      ProgramServiceGrpc.newBlockingStub(before)
          .applyProgram(
              ApplyProgramRequest.newBuilder()
                  .setRequestId("apply")
                  .setSource(
                      ProgramSource.newBuilder().setDocument(LedgerTotals.program() + CAMPAIGN))
                  .build());
      invite(ReferralServiceGrpc.newBlockingStub(before), events);
      server.clock().set(instant(events.getLast()).plus(Duration.ofDays(32)));
      Channel channel = server.channel(server.tokenFor(MERCHANT, Role.PLATFORM, "test"));

      assertThat(replay(channel, events)).isEqualTo(new Totals(events.size(), 0, 0));
      Map<String, Map<String, Long>> points =
          LedgerTotals.pointsByCause(server.instance(Database.class));
      LedgerTotals.assertSame(points, recount.points());
      AnalyticsServiceBlockingStub figures = AnalyticsServiceGrpc.newBlockingStub(channel);
      rooms.assertSame(figures, server.clock().instant().getEpochSecond());
      FiguresRecount merchant = FiguresRecount.of(folder.orElseThrow(), recording);
      merchant.assertSame(figures);
      settle(server);
      merchant.assertSame(
          ReferralServiceGrpc.newBlockingStub(channel)
              .getReferralReport(
                  GetReferralReportRequest.newBuilder()
                      .setCampaignId("friends")
                      .setDays(90)
                      .build()));
      RebuiltStandings.of(server.instance(JournalReader.class), MERCHANT)
          .assertSameAsTables(server.instance(Database.class), points);

      assertThat(replay(channel, events)).isEqualTo(new Totals(0, events.size(), 0));
      assertThat(LedgerTotals.pointsByCause(server.instance(Database.class))).isEqualTo(points);
      rooms.assertSame(figures, server.clock().instant().getEpochSecond());
      merchant.assertSame(figures);

      RebuildFiguresResponse anew = FiguresAnew.assertSame(channel);
      assertThat(anew.getVisits()).isEqualTo(merchant.visits());
      damage(server.instance(Database.class));
      assertThat(FiguresAnew.run(channel, true).getMended()).isTrue();
      rooms.assertSame(figures, server.clock().instant().getEpochSecond());
      merchant.assertSame(figures);
    }
  }

  /** Whoever pays follows the room. */
  private static Event follows(Event order) {
    return order.toBuilder()
        .setEventId(order.getEventId() + ":follow")
        .setFollowed(Followed.getDefaultInstance())
        .build();
  }

  /** Somebody who is nowhere else in the recording brings each of some viewers. */
  private static void invite(ReferralServiceBlockingStub referral, List<Event> events) {
    List<String> invited =
        events.stream()
            .map(Event::getViewerId)
            .distinct()
            .filter(viewer -> Integer.parseInt(viewer.substring(1)) % ONE_OF_IS_INVITED == 0)
            .toList();
    for (String viewer : invited) {
      String code =
          referral
              .createInvite(
                  CreateInviteRequest.newBuilder()
                      .setRequestId("invite-" + viewer)
                      .setViewerId("friend-of-" + viewer)
                      .build())
              .getInvite()
              .getCode();
      AcceptInviteResponse accepted =
          referral.acceptInvite(
              AcceptInviteRequest.newBuilder()
                  .setRequestId("accept-" + viewer)
                  .setViewerId(viewer)
                  .setCode(code)
                  .build());
      assertThat(accepted.getRefusal()).isEqualTo(InviteRefusal.INVITE_REFUSAL_UNSPECIFIED);
    }
  }

  /** What invitees left to be done for those who brought them. */
  private static void settle(TestServer server) throws InterruptedException {
    int done;
    do {
      done = server.instance(Settlement.class).settleDue();
    } while (done > 0);
  }

  private static Instant instant(Event event) {
    return Instant.ofEpochSecond(event.getOccurredAt().getSeconds());
  }

  /** Loses some figures and makes up others. */
  private static void damage(Database database) {
    database.inTransaction(handle -> {
      for (String statement :
          List.of(
              "DELETE FROM visit WHERE comments > 20",
              "UPDATE visit SET watched_ms = watched_ms + 60000, last_seen_ms = last_seen_ms + 5"
                  + " WHERE comments BETWEEN 5 AND 7",
              "UPDATE visit SET first_visit = 1 - first_visit WHERE comments = 4",
              "DELETE FROM room_minute WHERE comments > 10",
              "UPDATE room_minute SET comments = comments + 3 WHERE comments = 2",
              "DELETE FROM retention_day WHERE active_day = first_day + 1")) {
        assertThat(handle.execute(statement)).as(statement).isPositive();
      }
      return null;
    });
  }

  /** Sends the events of each viewer in their order, over several calls at a time. */
  private static Totals replay(Channel channel, List<Event> events)
      throws InterruptedException, ExecutionException {
    List<Callable<Totals>> senders = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      int connection = i;
      List<Event> own =
          events.stream()
              .filter(e -> Math.floorMod(e.getViewerId().hashCode(), CONNECTIONS) == connection)
              .toList();
      senders.add(() -> send(channel, own));
    }
    Totals totals = new Totals(0, 0, 0);
    try (ExecutorService executor = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (Future<Totals> sent : executor.invokeAll(senders)) {
        Totals part = sent.get();
        totals =
            new Totals(
                totals.accepted + part.accepted,
                totals.duplicates + part.duplicates,
                totals.rejected + part.rejected);
      }
    }
    return totals;
  }

  private static Totals send(Channel channel, List<Event> events) {
    EventServiceGrpc.EventServiceBlockingStub stub = EventServiceGrpc.newBlockingStub(channel);
    Totals totals = new Totals(0, 0, 0);
    for (int from = 0; from < events.size(); from += CALL_SIZE) {
      totals =
          totals.plus(
              stub.ingestEvents(
                  IngestEventsRequest.newBuilder()
                      .addAllEvents(events.subList(from, Math.min(from + CALL_SIZE, events.size())))
                      .setBackfill(true)
                      .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
                      .build()));
    }
    return totals;
  }
}
