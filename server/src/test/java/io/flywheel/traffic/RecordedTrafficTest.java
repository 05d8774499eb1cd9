package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.audience.AudienceIndexing;
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
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Followed;
import io.flywheel.v1.GetReferralReportRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.InviteRefusal;
import io.flywheel.v1.JoinedGroup;
import io.flywheel.v1.LeadSubmitted;
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
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real traffic of live rooms, taken in and recounted. */
final class RecordedTrafficTest {
  private static final String MERCHANT = "recorded";
  private static final int CONNECTIONS = 4;
  private static final int CALL_SIZE = 500;
  private static final int ONE_OF_IS_INVITED = 50;
  private static final Duration STAGE = Duration.ofDays(14);
  private static final String SHOP =
      """
      name: recorded shop
      time_zone: Europe/London
      day_starts_at: 4h
      tasks:
        - {id: buyer, title: 首单, trigger: order, tiers: [{threshold: 1, rewards: [points: 10]}]}
        - id: regular
          title: 常客
          trigger: order
          requires: [buyer]
          tiers: [{threshold: 3, rewards: [points: 50]}]
      """;
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
   * A recording.
   *
   * @param oneOf of so many people one is taken
   */
  record Recording(String file, int oneOf) {
    static Recording parse(String text) {
      String[] parts = text.split("/", -1);
      return new Recording(parts[0], parts.length == 1 ? 1 : Integer.parseInt(parts[1]));
    }

    boolean isShop() {
      return file.startsWith("retail");
    }
  }

  /**
   * The small recording whole, and some people of each large one; {@code
   * -Dflywheel.test.recordings=live-2022.csv.gz,retail-orders.csv.gz} takes these whole.
   */
  static List<Recording> recordings() {
    return Stream.of(
            System.getProperty(
                    "flywheel.test.recordings",
                    "live-2018.csv.gz,live-2022.csv.gz/40,retail-orders.csv.gz/4")
                .split(",", -1))
        .map(Recording::parse)
        .toList();
  }

  static List<Recording> rooms() {
    return recordings().stream().filter(recording -> !recording.isShop()).toList();
  }

  static List<Recording> shops() {
    return recordings().stream().filter(Recording::isShop).toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("rooms")
  void aReplayEarnsWhatARecountSaysAndASecondOneChangesNothing(Recording recording)
      throws Exception {
    Path folder = folder();
    List<Event> events = new ArrayList<>();
    Recount recount = new Recount();
    RecordedTraffic.read(
        folder,
        recording.file(),
        recording.oneOf(),
        event -> {
          recount.add(event);
          events.add(event);
          events.addAll(besides(event));
        });
    RoomRecount rooms = new RoomRecount(90);
    events.forEach(rooms::add);

    try (Replay replay = new Replay(folder, recording, events, LedgerTotals.program() + CAMPAIGN)) {
      invite(ReferralServiceGrpc.newBlockingStub(replay.channel()), events);
      replay.run();
      TestServer server = replay.server;
      Map<String, Map<String, Long>> points =
          LedgerTotals.pointsByCause(server.instance(Database.class));
      LedgerTotals.assertSame(points, recount.points());
      settle(server);
      replay.recount.assertSame(
          ReferralServiceGrpc.newBlockingStub(replay.channel())
              .getReferralReport(
                  GetReferralReportRequest.newBuilder()
                      .setCampaignId("friends")
                      .setDays(90)
                      .build()));
      replay.assertSameAsRecount();
      RebuiltStandings.of(server.instance(JournalReader.class), MERCHANT)
          .assertSameAsTables(server.instance(Database.class), points);

      assertThat(replay.again()).isEqualTo(new Totals(0, events.size(), 0));
      assertThat(LedgerTotals.pointsByCause(server.instance(Database.class))).isEqualTo(points);
      rooms.assertSame(replay.figures(), server.clock().instant().getEpochSecond());

      RebuildFiguresResponse anew = FiguresAnew.assertSame(replay.channel());
      assertThat(anew.getVisits()).isEqualTo(replay.recount.visits());
      damage(server.instance(Database.class));
      assertThat(FiguresAnew.run(replay.channel(), true).getMended()).isTrue();
      rooms.assertSame(replay.figures(), server.clock().instant().getEpochSecond());
      replay.recount.assertSameReports(replay.figures());
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("shops")
  void aShopsYearOfOrdersAndRefundsIsWhatARecountSays(Recording recording) throws Exception {
    Path folder = folder();
    List<Event> events = new ArrayList<>();
    RecordedShop.read(folder, recording.file(), recording.oneOf(), events::add);
    assertThat(events.stream().filter(Event::hasRefunded)).isNotEmpty();

    try (Replay replay = new Replay(folder, recording, events, SHOP)) {
      replay.run();
      replay.assertSameAsRecount();
      assertThat(replay.again()).isEqualTo(new Totals(0, events.size(), 0));
      assertThat(FiguresAnew.assertSame(replay.channel()).getVisits())
          .isEqualTo(replay.recount.visits());
    }
  }

  private static Path folder() {
    Optional<Path> folder = RecordedTraffic.folder();
    Tools.need(folder.isPresent(), "set FLYWHEEL_TRAFFIC_DIR to the folder of recorded traffic");
    return folder.orElseThrow();
  }

  /**
   * A merchant whose clock goes along with a recording, two weeks at a time, and whose program
   * changes halfway.
   */
  private static final class Replay implements AutoCloseable {
    final TestServer server;
    final FiguresRecount recount;
    private final String document;
    private final List<Event> events;
    private final List<Instant> stages = new ArrayList<>();
    private final Instant changed;
    private final Instant ended;
    private final Instant later;

    /** Opens it an hour before the recording begins. */
    Replay(Path folder, Recording recording, List<Event> events, String document) throws Exception {
      this.document = document;
      this.events = events;
      Instant applied = instant(events.getFirst()).minus(Duration.ofHours(1));
      ended = instant(events.getLast()).plus(Duration.ofDays(2));
      later = ended.plus(Duration.ofDays(30));
      for (Instant at = applied.plus(STAGE); at.isBefore(ended); at = at.plus(STAGE)) {
        stages.add(at);
      }
      changed = stages.get(stages.size() / 2);
      stages.add(ended);
      recount =
          FiguresRecount.of(folder, recording, List.of(applied, changed), List.of(ended, later));
      server =
          TestServer.builder()
              .clock(MutableClock.at(applied.toString()))
              .setting("journal.keep", "3650d")
              .setting("engine.remember-for", "3650d")
              .setting("analytics.keep-minutes-for", "3650d")
              .setting("analytics.keep-visits-for", "3650d")
              .start();
      apply("first");
    }

    /** The platform's, which is good for as long as the clock stands. */
    Channel channel() {
      return server.channel(server.tokenFor(MERCHANT, Role.PLATFORM, "test"));
    }

    AnalyticsServiceBlockingStub figures() {
      return AnalyticsServiceGrpc.newBlockingStub(channel());
    }

    /** Lets all happen. */
    void run() throws Exception {
      int from = 0;
      for (Instant stage : stages) {
        int to = from;
        while (to < events.size() && instant(events.get(to)).isBefore(stage)) {
          to++;
        }
        server.clock().set(stage);
        assertThat(replay(channel(), events.subList(from, to)))
            .isEqualTo(new Totals(to - from, 0, 0));
        if (stage.equals(changed)) {
          apply("second");
        }
        from = to;
      }
      assertThat(from).isEqualTo(events.size());
    }

    /** Tells all once more. */
    Totals again() throws Exception {
      return replay(channel(), events);
    }

    /** Compares the figures two days after the recording ended, and retention a month later too. */
    void assertSameAsRecount() {
      recount.assertSameReports(figures());
      recount.assertSameRetention(figures(), ended);
      AudienceIndexing.follow(server, MERCHANT);
      recount.assertSameAudience(AudienceServiceGrpc.newBlockingStub(channel()));
      server.clock().set(later);
      recount.assertSameRetention(figures(), later);
    }

    private void apply(String version) {
      var unused =
          ProgramServiceGrpc.newBlockingStub(channel())
              .applyProgram(
                  ApplyProgramRequest.newBuilder()
                      .setRequestId("apply-" + version)
                      .setSource(
                          ProgramSource.newBuilder()
                              .setDocument(document.replace("name: ", "name: " + version + " ")))
                      .build());
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /**
   * Whoever pays follows the room; who subscribes leaves an address, who gives joins a group, and a
   * command is also a click on its button.
   */
  private static List<Event> besides(Event event) {
    List<Event> besides = new ArrayList<>();
    if (event.hasOrdered()) {
      besides.add(beside(event, "follow").setFollowed(Followed.getDefaultInstance()).build());
    }
    if (event.getEventId().endsWith(":sub")) {
      besides.add(
          beside(event, "lead").setLeadSubmitted(LeadSubmitted.getDefaultInstance()).build());
    } else if (event.getEventId().endsWith(":gift")) {
      besides.add(beside(event, "join").setJoinedGroup(JoinedGroup.getDefaultInstance()).build());
    } else if (event.getEventId().endsWith(":command")) {
      besides.add(beside(event, "click").setClicked(Clicked.getDefaultInstance()).build());
    }
    return besides;
  }

  private static Event.Builder beside(Event event, String what) {
    return event.toBuilder().setEventId(event.getEventId() + ":" + what);
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
              "DELETE FROM room_minute WHERE comments > 3",
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
