package io.flywheel.viewer;

import static io.flywheel.testing.Refusals.assertRefused;
import static io.flywheel.testing.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import com.nimbusds.jwt.JWTClaimsSet;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListGrantsRequest;
import io.flywheel.v1.ListPublicProfilesRequest;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.ListViewersResponse;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.SetPublicProfileRequest;
import io.flywheel.v1.ShownViewer;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerChange;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ViewerServiceTest {
  private static final String PROGRAM =
      """
      tasks:
      - id: like
        title: Like
        trigger: like
        repeat: true
        tiers:
        - threshold: 1
          rewards:
          - points: 10
      - id: again
        title: Buy again
        trigger: repurchase
        condition: viewer.orders == 2 && viewer.ordered_minor == 300
        tiers:
        - threshold: 1
          rewards:
          - badge: fan
          - experience: 5
          - privilege: vip
      """;

  private TestServer server;
  private int events;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.builder().setting("viewer.max-watchers", 4).start();
    ProgramServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("merchant", Role.MERCHANT, "m")))
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId("apply")
                .setSource(ProgramSource.newBuilder().setDocument(PROGRAM))
                .build());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aViewerIsFoundOnceAnEventNamesIt() {
    assertRefused("VIEWER_NOT_FOUND", () -> get("merchant"));
    assertRefused("VIEWER_NOT_FOUND", () -> get("without-a-program"));
    report(event().setLiked(Liked.getDefaultInstance()));
    assertThat(get("merchant").getProfile().getFirstSeenAt())
        .isEqualTo(Timestamps.fromMillis(server.clock().millis()));
  }

  @Test
  void theStandingTellsWhatTheViewerHasEarned() {
    report(event().setLiked(Liked.getDefaultInstance()));
    report(event().setOrdered(Ordered.newBuilder().setOrderId("o1").setAmountMinor(100)));
    report(event().setOrdered(Ordered.newBuilder().setOrderId("o2").setAmountMinor(200)));
    Viewer viewer = get("merchant");
    ViewerProfile profile = viewer.getProfile();
    assertThat(profile.getPoints()).isEqualTo(10);
    assertThat(profile.getOrders()).isEqualTo(2);
    assertThat(profile.getOrderedMinor()).isEqualTo(300);
    assertThat(profile.getBadgesList()).containsExactly("fan");
    assertThat(profile.getPrivilegesList()).containsExactly("vip");
    assertThat(profile.getExperience()).isEqualTo(5);
    assertThat(profile.getCompletedTasksList()).containsExactly("like", "again");
    assertThat(viewer.getPoints().getBalance()).isEqualTo(10);
    assertThat(viewer.getGrantsList()).hasSize(3);
    assertThat(
            ViewerServiceGrpc.newBlockingStub(
                    server.channel(server.tokenFor("merchant", Role.VIEWER, "viewer")))
                .listGrants(ListGrantsRequest.getDefaultInstance())
                .getGrantsList())
        .isEqualTo(viewer.getGrantsList());
  }

  @Test
  void aViewerIsShownAsThePlatformSaysUnlessTheyWantToBeAnonymous() {
    PublicProfile lin =
        PublicProfile.newBuilder()
            .setDisplayName("小林")
            .setAvatarUrl("https://pictures.example/lin.png")
            .build();
    report(event().setEntered(Entered.newBuilder().setShownAs(lin)));
    assertThat(get("merchant").getProfile().getShownAs()).isEqualTo(lin);
    report(event().setEntered(Entered.getDefaultInstance()));
    assertThat(get("merchant").getProfile().getShownAs()).as("nothing new was told").isEqualTo(lin);

    ViewerServiceGrpc.ViewerServiceBlockingStub host =
        ViewerServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor("merchant", Role.HOST, "h")));
    ListPublicProfilesRequest those =
        ListPublicProfilesRequest.newBuilder()
            .addViewerIds("nobody")
            .addViewerIds("viewer")
            .addViewerIds("viewer")
            .build();
    assertThat(host.listPublicProfiles(those).getViewersList())
        .containsExactly(ShownViewer.newBuilder().setViewerId("viewer").setShownAs(lin).build());
    assertRefused(
        "NOT_ALLOWED",
        () ->
            ViewerServiceGrpc.newBlockingStub(
                    server.channel(server.tokenFor("merchant", Role.VIEWER, "other")))
                .listPublicProfiles(those));

    PublicProfile anonymous = PublicProfile.newBuilder().setAnonymous(true).build();
    report(event().setEntered(Entered.newBuilder().setShownAs(anonymous)));
    assertThat(get("merchant").getProfile().getShownAs()).isEqualTo(anonymous);
    report(event().setEntered(Entered.newBuilder().setShownAs(lin)));
    assertThat(get("merchant").getProfile().getShownAs()).as("a later name").isEqualTo(anonymous);

    PublicProfile known = lin.toBuilder().setAnonymous(false).build();
    report(event().setEntered(Entered.newBuilder().setShownAs(known)));
    assertThat(get("merchant").getProfile().getShownAs()).isEqualTo(known);
    assertThat(get("merchant").getProgramPartsList()).contains("tasks").doesNotContain("check_in");
  }

  @Test
  void aViewersTokenNamesThemAndTheViewerChoosesToStayAnonymous() {
    PublicProfile named =
        PublicProfile.newBuilder()
            .setDisplayName("小林")
            .setAvatarUrl("https://pictures.example/lin.png")
            .build();
    PublicProfile lie = PublicProfile.newBuilder().setDisplayName("主播").build();
    Channel lin = channelOf(named);
    enter(lin, "first", lie);
    assertThat(get("merchant").getProfile().getShownAs())
        .as("the token's name, whatever the viewer says")
        .isEqualTo(named);

    PublicProfile hide = PublicProfile.newBuilder().setAnonymous(true).build();
    assertThat(show(lin, "hide", hide)).isEqualTo(hide);
    assertThat(show(lin, "hide", hide)).as("the first answer again").isEqualTo(hide);
    enter(lin, "second", PublicProfile.getDefaultInstance());
    assertThat(get("merchant").getProfile().getShownAs()).isEqualTo(hide);

    PublicProfile reveal = lie.toBuilder().setAnonymous(false).build();
    assertThat(show(lin, "reveal", reveal))
        .isEqualTo(named.toBuilder().setAnonymous(false).build());
  }

  @Test
  void thePlatformNamesAViewerWhoEntersAndNobodyElseDoes() {
    Channel platform = server.channel(server.tokenFor("merchant", Role.PLATFORM, "live"));
    PublicProfile wang = PublicProfile.newBuilder().setDisplayName("老王").build();
    var unused =
        RoomServiceGrpc.newBlockingStub(platform)
            .enterRoom(
                EnterRoomRequest.newBuilder()
                    .setRequestId("enter")
                    .setViewerId("viewer")
                    .setRoomId(TestServer.ROOM)
                    .setShownAs(wang)
                    .build());
    assertThat(get("merchant").getProfile().getShownAs()).isEqualTo(wang);
    Channel host = server.channel(server.tokenFor("merchant", Role.HOST, "host"));
    assertRefused("NOT_ALLOWED", () -> show(host, "host", wang));
    assertRefused("INVALID_FIELD", () -> show(platform, "http", picture("http://a.example/p.png")));
  }

  private Channel channelOf(PublicProfile shown) {
    return server.channel(
        server.sign(
            new JWTClaimsSet.Builder()
                .subject("viewer")
                .claim("merchant", "merchant")
                .claim("role", "viewer")
                .claim("room", TestServer.ROOM)
                .claim("name", shown.getDisplayName())
                .claim("picture", shown.getAvatarUrl())
                .expirationTime(Date.from(server.clock().instant().plusSeconds(3_600)))
                .build()));
  }

  private static PublicProfile picture(String url) {
    return PublicProfile.newBuilder().setAvatarUrl(url).build();
  }

  private static void enter(Channel viewer, String requestId, PublicProfile shown) {
    var unused =
        RoomServiceGrpc.newBlockingStub(viewer)
            .enterRoom(
                EnterRoomRequest.newBuilder()
                    .setRequestId(requestId)
                    .setRoomId(TestServer.ROOM)
                    .setShownAs(shown)
                    .build());
  }

  private static PublicProfile show(Channel caller, String requestId, PublicProfile shown) {
    return ViewerServiceGrpc.newBlockingStub(caller)
        .setPublicProfile(
            SetPublicProfileRequest.newBuilder()
                .setRequestId(requestId)
                .setViewerId("viewer")
                .setShownAs(shown)
                .build())
        .getShownAs();
  }

  @Test
  void aWatcherGetsTheStandingAndThenEachChange() throws InterruptedException {
    StreamClient<WatchViewerRequest, WatchViewerResponse> watching = watch(Integer.MAX_VALUE);
    assertThat(watching.next().getSnapshot().hasProfile()).isFalse();
    report(event().setLiked(Liked.getDefaultInstance()));
    assertThat(watching.next().getChange().getFactsList())
        .extracting(Fact::getWhatCase)
        .contains(Fact.WhatCase.TASK_COMPLETED, Fact.WhatCase.POINTS_BOOKED);
    StreamClient<WatchViewerRequest, WatchViewerResponse> second = watch(Integer.MAX_VALUE);
    assertThat(second.next().getSnapshot().getProfile().getPoints()).isEqualTo(10);
  }

  @Test
  void aSlowWatcherGetsTheStandingInsteadOfWhatItMissed() throws InterruptedException {
    StreamClient<WatchViewerRequest, WatchViewerResponse> watching = watch(1);
    watching.next();
    int actions = 2_000;
    for (int i = 0; i < actions; i += 500) {
      Event.Builder[] batch = new Event.Builder[500];
      for (int j = 0; j < batch.length; j++) {
        batch[j] = event().setLiked(Liked.getDefaultInstance());
      }
      report(batch);
    }
    watching.call().request(Integer.MAX_VALUE);
    int changes = 0;
    int standings = 0;
    for (long balance = 0; balance < 10L * actions; ) {
      WatchViewerResponse update = watching.next();
      if (update.hasSnapshot()) {
        standings++;
        balance = update.getSnapshot().getPoints().getBalance();
      } else {
        changes++;
        balance = Math.max(balance, balanceAfter(update.getChange()));
      }
    }
    assertThat(standings).isPositive();
    assertThat(changes).isLessThan(actions);
  }

  @Test
  void thereIsRoomForSoManyWatchersAndWhoGoesMakesRoom() throws InterruptedException {
    StreamClient<WatchViewerRequest, WatchViewerResponse> first = watch(Integer.MAX_VALUE);
    watch(Integer.MAX_VALUE).next();
    first.next();
    assertThat(reasonOf(watch(Integer.MAX_VALUE).end().orElseThrow())).isEqualTo("OVERLOADED");
    first.call().cancel("gone", null);
    for (int attempt = 0; ; attempt++) {
      StreamClient<WatchViewerRequest, WatchViewerResponse> next = watch(Integer.MAX_VALUE);
      while (next.answers().isEmpty() && !next.hasEnded()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      if (!next.hasEnded()) {
        break;
      }
      assertThat(attempt).as("attempts to find room").isLessThan(500);
    }
  }

  @Test
  void aWatcherIsToldThatTheServiceStops() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      Metadata credentials = new Metadata();
      credentials.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
          "Bearer " + server.tokenFor("merchant", Role.VIEWER, "viewer"));
      StreamClient<WatchViewerRequest, WatchViewerResponse> watching =
          new StreamClient<>(Integer.MAX_VALUE);
      ViewerServiceGrpc.newStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credentials))
          .watchViewer(WatchViewerRequest.getDefaultInstance(), watching);
      watching.next();
      server.close();
      assertThat(reasonOf(watching.end().orElseThrow())).isEqualTo("SHUTTING_DOWN");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void watchersGetTheStandingByANewProgramWhereverItWasApplied() throws Exception {
    report(event().setLiked(Liked.getDefaultInstance()));
    assertThat(get("merchant").getProgramVersion()).isEqualTo(1);
    StreamClient<WatchViewerRequest, WatchViewerResponse> watching = watch(Integer.MAX_VALUE);
    assertThat(watching.next().getSnapshot().getProgramVersion()).isEqualTo(1);
    try (TestServer second = server.another()) {
      apply(second, "merchant", "another version");
      Viewer standing = watching.next().getSnapshot();
      assertThat(standing.getProgramVersion()).isEqualTo(2);
      assertThat(standing.getViewerId()).isEqualTo("viewer");
      apply(second, "somebody-else", "a version of somebody else's");
    }
    assertThat(get("merchant").getProgramVersion()).isEqualTo(2);
    // One version is one standing, and strangers' versions are none.
    assertThat(watching.answers().poll(2_500, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void whoWaitsForAFirstProgramGetsTheStandingOnceThereIsOne() throws Exception {
    StreamClient<WatchViewerRequest, WatchViewerResponse> watching =
        new StreamClient<>(Integer.MAX_VALUE);
    ViewerServiceGrpc.newStub(server.channel(server.tokenFor("new", Role.VIEWER, "viewer")))
        .watchViewer(WatchViewerRequest.getDefaultInstance(), watching);
    assertThat(watching.next().getSnapshot().getProgramVersion()).isZero();
    apply(server, "new", "the first");
    assertThat(watching.next().getSnapshot().getProgramVersion()).isEqualTo(1);
  }

  @Test
  void viewersAreListedByTheirIdsPageByPage() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ids.add("fan-" + (char) ('a' + i));
      report(event().setViewerId(ids.get(i)).setLiked(Liked.getDefaultInstance()));
    }
    report(event().setViewerId("Fan").setLiked(Liked.getDefaultInstance()));
    report(event().setViewerId("fan").setLiked(Liked.getDefaultInstance()));
    report(event().setViewerId("fan_").setLiked(Liked.getDefaultInstance()));
    report(event().setViewerId("z").setLiked(Liked.getDefaultInstance()));
    assertThat(list("merchant", "fan-", 5)).isEqualTo(ids);
    assertThat(list("merchant", "", 3)).startsWith("Fan", "fan", "fan-a").endsWith("fan_", "z");
    assertThat(list("merchant", "", 100)).hasSize(16);
    assertThat(list("merchant", "fan-c", 5)).containsExactly("fan-c");
    assertThat(list("merchant", "nobody", 5)).isEmpty();
    assertThat(list("without-a-program", "", 5)).isEmpty();
    ListViewersResponse page =
        host("merchant").listViewers(ListViewersRequest.newBuilder().setPageSize(1).build());
    assertThat(page.getViewers(0).getProfile().getPoints()).isEqualTo(10);
    // A page belongs to the request that it was given for, and to its merchant.
    ListViewersRequest next =
        ListViewersRequest.newBuilder().setPageToken(page.getNextPageToken()).build();
    assertThat(host("merchant").listViewers(next).getViewers(0).getViewerId()).isEqualTo("fan");
    assertRefused("INVALID_FIELD", () -> host("stranger").listViewers(next));
    assertRefused(
        "INVALID_FIELD",
        () -> host("merchant").listViewers(next.toBuilder().setViewerIdPrefix("fan").build()));
    assertRefused(
        "NOT_ALLOWED",
        () ->
            ViewerServiceGrpc.newBlockingStub(
                    server.channel(server.tokenFor("merchant", Role.VIEWER, "fan")))
                .listViewers(ListViewersRequest.getDefaultInstance()));
  }

  private ViewerServiceGrpc.ViewerServiceBlockingStub host(String merchant) {
    return ViewerServiceGrpc.newBlockingStub(
        server.channel(server.tokenFor(merchant, Role.HOST, "host")));
  }

  private List<String> list(String merchant, String prefix, int pageSize) {
    List<String> ids = new ArrayList<>();
    ListViewersRequest.Builder request =
        ListViewersRequest.newBuilder().setViewerIdPrefix(prefix).setPageSize(pageSize);
    do {
      ListViewersResponse page = host(merchant).listViewers(request.build());
      page.getViewersList().forEach(viewer -> ids.add(viewer.getViewerId()));
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return ids;
  }

  private static void apply(TestServer server, String merchant, String name) {
    var unused =
        ProgramServiceGrpc.newBlockingStub(
                server.channel(server.tokenFor(merchant, Role.MERCHANT, "m")))
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply" + name.hashCode())
                    .setSource(
                        ProgramSource.newBuilder().setDocument(PROGRAM + "name: " + name + "\n"))
                    .build());
  }

  private static long balanceAfter(ViewerChange change) {
    return change.getFactsList().stream()
        .mapToLong(fact -> fact.getPointsBooked().getBalance())
        .max()
        .orElse(0);
  }

  /** As the version before wrote them; the rules are tested in memory. */
  @Test
  void rowsOfTheVersionBeforeAreRead() {
    ViewerProfile former =
        ViewerProfile.newBuilder()
            .setFirstSeenAt(Timestamps.fromMillis(server.clock().millis()))
            .setOrders(1)
            .setOrderedMinor(100)
            .setExperience(7)
            .setStreak(2)
            .setCheckIns(9)
            .addCompletedTasks("gone")
            .build();
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle ->
            handle.execute(
                "INSERT INTO viewer (merchant_id, viewer_id, profile) VALUES (?, ?, ?)",
                "merchant",
                "viewer",
                former.toByteArray()));
    assertThat(get("merchant").getProfile())
        .isEqualTo(
            former.toBuilder().setActiveDays7(1).setActiveDays30(1).setDaysSinceOrder(-1).build());
    report(event().setOrdered(Ordered.newBuilder().setOrderId("o2").setAmountMinor(200)));
    assertThat(get("merchant").getProfile())
        .isEqualTo(
            former.toBuilder()
                .setActive(get("merchant").getProfile().getActive())
                .setActiveDays7(1)
                .setActiveDays30(1)
                .setOrders(2)
                .setOrderedMinor(300)
                .setExperience(12)
                .addBadges("fan")
                .addPrivileges("vip")
                .addCompletedTasks("again")
                .build());
  }

  private Viewer get(String merchant) {
    return ViewerServiceGrpc.newBlockingStub(
            server.channel(server.tokenFor(merchant, Role.VIEWER, "viewer")))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer();
  }

  private StreamClient<WatchViewerRequest, WatchViewerResponse> watch(int firstRequests) {
    StreamClient<WatchViewerRequest, WatchViewerResponse> watching =
        new StreamClient<>(firstRequests);
    ViewerServiceGrpc.newStub(server.channel(server.tokenFor("merchant", Role.VIEWER, "viewer")))
        .watchViewer(WatchViewerRequest.getDefaultInstance(), watching);
    return watching;
  }

  private void report(Event.Builder... reported) {
    IngestEventsRequest.Builder request = IngestEventsRequest.newBuilder();
    List.of(reported).forEach(request::addEvents);
    assertThat(
            EventServiceGrpc.newBlockingStub(
                    server.channel(server.tokenFor("merchant", Role.PLATFORM, "p")))
                .ingestEvents(request.build())
                .getAccepted())
        .isEqualTo(reported.length);
  }

  private Event.Builder event() {
    return Event.newBuilder()
        .setEventId("e" + ++events)
        .setViewerId("viewer")
        .setRoomId("room")
        .setOccurredAt(Timestamps.fromMillis(server.clock().millis()));
  }
}
