package io.flywheel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.CouponServiceGrpc;
import io.flywheel.v1.Draw;
import io.flywheel.v1.DrawProof;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ExplainTaskRequest;
import io.flywheel.v1.ExplainTaskResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ImportCodesRequest;
import io.flywheel.v1.ImportCodesResponse;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPointsEntriesResponse;
import io.flywheel.v1.ListRoomDrawEntrantsRequest;
import io.flywheel.v1.ListRoomDrawEntrantsResponse;
import io.flywheel.v1.ListRoomDrawsRequest;
import io.flywheel.v1.ListRoomDrawsResponse;
import io.flywheel.v1.ListTaskTotalsRequest;
import io.flywheel.v1.ListTaskTotalsResponse;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.ListViewersResponse;
import io.flywheel.v1.LotteryServiceGrpc;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsOpening;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.RoomDrawServiceGrpc;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RoomDrawView;
import io.flywheel.v1.RoomDrawWinner;
import io.flywheel.v1.RuleVerdict;
import io.flywheel.v1.SearchDrawsRequest;
import io.flywheel.v1.SearchDrawsResponse;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.TaskState;
import io.flywheel.v1.TaskTotals;
import io.flywheel.v1.Text;
import io.flywheel.v1.ValidateProgramRequest;
import io.flywheel.v1.ValidateProgramResponse;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.ViewerSummary;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class CommandLineTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "validate",
        "apply",
        "token",
        "replay",
        "simulate",
        "watch",
        "explain",
        "tasks",
        "ledger",
        "totals",
        "export",
        "draws",
        "verify-draw"
      })
  void everyCommandHasItsHelp(String command) {
    Cli cli = Cli.run(command, "--help");
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
    assertThat(cli.out).contains("Usage: flywheel " + command);
  }

  @Test
  void aTokenCarriesItsClaimsAndIsSigned() throws Exception {
    Path secret = Files.writeString(folder.resolve("jwt.secret"), SECRET + "\n");
    Cli cli =
        Cli.run(
            "token",
            "--merchant",
            "m1",
            "--role",
            "host",
            "--subject",
            "alice",
            "--ttl",
            "2h",
            "--secret-file",
            secret.toString());
    assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
    SignedJWT token = SignedJWT.parse(cli.out.strip());
    assertThat(token.verify(new MACVerifier(SECRET))).isTrue();
    JWTClaimsSet claims = token.getJWTClaimsSet();
    assertThat(claims.getSubject()).isEqualTo("alice");
    assertThat(claims.getStringClaim("merchant")).isEqualTo("m1");
    assertThat(claims.getStringClaim("role")).isEqualTo("host");
    assertThat(claims.getExpirationTime())
        .isCloseTo(Date.from(Instant.now().plus(Duration.ofHours(2))), 60_000);
  }

  @Test
  void aTokenWithoutASecretSaysWhereToFindIt() {
    Cli cli =
        Cli.run(
            "token",
            "--merchant",
            "m",
            "--role",
            "viewer",
            "--subject",
            "v",
            "--secret-file",
            "nowhere");
    assertThat(cli.exitCode).isEqualTo(2);
    assertThat(cli.err)
        .isEqualToIgnoringNewLines(
            "error: --secret-file: nowhere does not exist (expected: jwt.secret in the service's"
                + " data folder)");
  }

  @Test
  void aShortSecretIsRefused() throws Exception {
    Path secret = Files.writeString(folder.resolve("jwt.secret"), "short");
    Cli cli =
        Cli.run(
            "token",
            "--merchant",
            "m",
            "--role",
            "viewer",
            "--subject",
            "v",
            "--secret-file",
            secret.toString());
    assertThat(cli.exitCode).isEqualTo(2);
    assertThat(cli.err).contains("too short (expected: 32 bytes or more)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "h", "-5s", "1w", "1.5h", "99999999999h"})
  void aWrongDurationIsExplained(String ttl) {
    Cli cli =
        Cli.run("token", "--merchant", "m", "--role", "viewer", "--subject", "v", "--ttl=" + ttl);
    assertThat(cli.exitCode).isEqualTo(2);
    assertThat(cli.err).contains("expected: such as 90s, 15m, 24h or 30d");
  }

  @Test
  void nobodyListeningIsSaidWithoutAStackTrace() {
    Cli cli = Cli.run("explain", "task", "--viewer", "v", "--target", "127.0.0.1:1");
    assertThat(cli.exitCode).isEqualTo(1);
    assertThat(cli.err)
        .contains("error: UNAVAILABLE", "Is the service running there?")
        .doesNotContain("\tat ");
    assertThat(
            Cli.run("explain", "task", "--viewer", "v", "--target", "127.0.0.1:1", "--verbose").err)
        .contains("\tat ");
  }

  @Test
  void anExplanationMayBeOfAPlaceAndATimeThatArePast() {
    TaskServiceGrpc.TaskServiceImplBase tasks =
        new TaskServiceGrpc.TaskServiceImplBase() {
          @Override
          public void explainTask(
              ExplainTaskRequest request, StreamObserver<ExplainTaskResponse> observer) {
            observer.onNext(
                ExplainTaskResponse.newBuilder()
                    .setSummary(Text.newBuilder().setZh("-").setEn(request.toString()))
                    .build());
            observer.onCompleted();
          }
        };
    try (TestService service = new TestService(tasks)) {
      Cli cli =
          Cli.run(
              "explain",
              "likes",
              "--viewer=v",
              "--room=room-1",
              "--broadcast=show-1",
              "--at=1970-01-01T08:00:05+08:00",
              "--lang=en",
              "--target=" + service.target(),
              "--token=t");
      assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
      assertThat(cli.out)
          .contains("room_id: \"room-1\"", "broadcast_id: \"show-1\"")
          .containsPattern("at \\{\\s+seconds: 5\\s+}");
    }
  }

  @Test
  void aLedgerIsPrintedPageByPageUpToTheLimit() {
    PointsServiceGrpc.PointsServiceImplBase points =
        new PointsServiceGrpc.PointsServiceImplBase() {
          @Override
          public void listPointsEntries(
              ListPointsEntriesRequest request,
              StreamObserver<ListPointsEntriesResponse> observer) {
            int from =
                request.getPageToken().isEmpty() ? 1 : Integer.parseInt(request.getPageToken());
            ListPointsEntriesResponse.Builder page = ListPointsEntriesResponse.newBuilder();
            for (int entry = from; entry < from + Math.min(2, request.getPageSize()); entry++) {
              page.addEntries(
                  PointsEntry.newBuilder()
                      .setKind(PointsEntryKind.POINTS_ENTRY_KIND_EARNED)
                      .setAmount(entry)
                      .setBalance(100));
            }
            if (from < 5) {
              page.setNextPageToken(String.valueOf(from + 2));
            } else {
              page.setOpening(PointsOpening.newBuilder().setEntryNumber(9).setBalance(40));
            }
            observer.onNext(page.build());
            observer.onCompleted();
          }
        };
    try (TestService service = new TestService(points)) {
      Cli all = Cli.run("ledger", "v", "--lang=en", "--target=" + service.target(), "--token=t");
      assertThat(all.out.lines()).hasSize(7);
      assertThat(all.out.lines().reduce("", (former, line) -> line))
          .endsWith("earlier entries are no longer kept; balance then 40");
      Cli cli =
          Cli.run(
              "ledger", "v", "--limit=3", "--lang=en", "--target=" + service.target(), "--token=t");
      assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
      assertThat(cli.out.lines())
          .hasSize(3)
          .anyMatch(line -> line.contains("points +3, balance 100"));
    }
  }

  @Test
  void allStandingsAreExportedAsCsvAndAsJsonLines() {
    ViewerServiceGrpc.ViewerServiceImplBase viewers =
        new ViewerServiceGrpc.ViewerServiceImplBase() {
          @Override
          public void listViewers(
              ListViewersRequest request, StreamObserver<ListViewersResponse> observer) {
            boolean first = request.getPageToken().isEmpty();
            ViewerProfile.Builder profile =
                ViewerProfile.newBuilder().setPoints(7).addBadges("a").addBadges("b,\"c\"");
            observer.onNext(
                ListViewersResponse.newBuilder()
                    .addViewers(
                        ViewerSummary.newBuilder()
                            .setViewerId(first ? "v1" : "v2")
                            .setProfile(profile))
                    .setNextPageToken(first ? "next" : "")
                    .build());
            observer.onCompleted();
          }
        };
    try (TestService service = new TestService(viewers)) {
      Cli csv = Cli.run("export", "--target=" + service.target(), "--token=t");
      assertThat(csv.exitCode).as(csv.toString()).isEqualTo(0);
      assertThat(csv.out.lines())
          .containsExactly(
              "viewer_id,first_seen_at,points,experience,streak,check_ins,orders,ordered_minor,"
                  + "badges,privileges,completed_tasks",
              "v1,,7,0,0,0,0,0,\"a b,\"\"c\"\"\",,",
              "v2,,7,0,0,0,0,0,\"a b,\"\"c\"\"\",,");
      Cli json = Cli.run("export", "--format=jsonl", "--target=" + service.target(), "--token=t");
      assertThat(json.out.lines()).hasSize(2).allMatch(line -> line.startsWith("{\"viewerId\":"));
    }
  }

  @Test
  void drawsAreExportedPageByPageAndEntrantsPrinted() {
    LotteryServiceGrpc.LotteryServiceImplBase lotteries =
        new LotteryServiceGrpc.LotteryServiceImplBase() {
          @Override
          public void searchDraws(
              SearchDrawsRequest request, StreamObserver<SearchDrawsResponse> observer) {
            boolean first = request.getPageToken().isEmpty();
            observer.onNext(
                SearchDrawsResponse.newBuilder()
                    .addDraws(
                        Draw.newBuilder()
                            .setLotteryId(request.getLotteryId())
                            .setViewerId("v")
                            .setDrawId(first ? "1" : "2")
                            .setPrizeId("tea")
                            .setRefunded(first)
                            .setProof(
                                DrawProof.newBuilder()
                                    .setClientSeed(first ? "a,\"b" : "=1+2")
                                    .setNumber(7)))
                    .setNextPageToken(first ? "more" : "")
                    .build());
            observer.onCompleted();
          }
        };
    RoomDrawServiceGrpc.RoomDrawServiceImplBase rooms =
        new RoomDrawServiceGrpc.RoomDrawServiceImplBase() {
          @Override
          public void listRoomDraws(
              ListRoomDrawsRequest request, StreamObserver<ListRoomDrawsResponse> observer) {
            observer.onNext(
                ListRoomDrawsResponse.newBuilder()
                    .addDraws(
                        RoomDrawView.newBuilder()
                            .setRoomId(request.getRoomId())
                            .setNumber(3)
                            .setState(RoomDrawState.ROOM_DRAW_STATE_DRAWN)
                            .addWinners(
                                RoomDrawWinner.newBuilder().setViewerId("v").setPrizeId("mug"))
                            .addWinners(RoomDrawWinner.newBuilder().setTag("ab").setPrizeId("pen")))
                    .build());
            observer.onCompleted();
          }

          @Override
          public void listRoomDrawEntrants(
              ListRoomDrawEntrantsRequest request,
              StreamObserver<ListRoomDrawEntrantsResponse> observer) {
            boolean first = request.getPageToken().isEmpty();
            observer.onNext(
                ListRoomDrawEntrantsResponse.newBuilder()
                    .addTags(request.getRoomId() + request.getNumber() + (first ? "a" : "b"))
                    .setNextPageToken(first ? "more" : "")
                    .build());
            observer.onCompleted();
          }
        };
    try (TestService service = new TestService(lotteries, rooms)) {
      String target = "--target=" + service.target();
      Cli csv = Cli.run("draws", "export", "--lottery=wheel", target, "--token=t");
      assertThat(csv.out.lines())
          .as(csv.toString())
          .containsExactly(
              "lottery_id,viewer_id,draw_id,drawn_at,cost,prize_id,by_pity,refunded,number,misses,"
                  + "commitment,server_seed,client_seed,weights,configuration_hash",
              "wheel,v,1,,{},tea,false,true,7,0,,,\"a,\"\"b\",,",
              "wheel,v,2,,{},tea,false,false,7,0,,,'=1+2,,");
      Cli json =
          Cli.run("draws", "export", "--lottery=wheel", "--format=jsonl", target, "--token=t");
      assertThat(json.out.lines()).hasSize(2).allMatch(line -> line.startsWith("{\"drawId\":"));
      Cli room = Cli.run("draws", "export", "--room=r", target, "--token=t");
      assertThat(room.out.lines().skip(1)).containsExactly("r,3,,DRAWN,,,0,v=mug ab=pen,,,,,");
      Cli tags = Cli.run("draws", "entrants", "--room=r", "--number=3", target, "--token=t");
      assertThat(tags.out).isEqualTo("r3a\nr3b\n");
      Cli neither = Cli.run("draws", "export", target, "--token=t");
      assertThat(neither.exitCode).isNotZero();
      assertThat(neither.err).contains("--lottery", "--room");
    }
  }

  @Test
  void theHeadingOfAListOfCodesIsNoCode() throws Exception {
    List<String> imported = new ArrayList<>();
    CouponServiceGrpc.CouponServiceImplBase coupons =
        new CouponServiceGrpc.CouponServiceImplBase() {
          @Override
          public void importCodes(
              ImportCodesRequest request, StreamObserver<ImportCodesResponse> observer) {
            imported.addAll(request.getCodesList());
            observer.onNext(ImportCodesResponse.getDefaultInstance());
            observer.onCompleted();
          }
        };
    Path list = folder.resolve("codes.csv");
    Files.write(list, List.of("\uFEFFCoupon_Code,batch", "\"SPRING-1\",a", "code,b", "", "PLAIN"));
    try (TestService service = new TestService(coupons)) {
      Cli cli = Cli.run(service, "codes", "import", "--coupon=tea", list.toString(), "--token=t");
      assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
      assertThat(imported).containsExactly("SPRING-1", "code", "PLAIN");
      assertThat(cli.err).contains(":1: \"Coupon_Code\" is taken for the heading");
    }
  }

  @Test
  void theTotalsOfTasksSayWhatWasWithheldAndWhy() {
    TaskServiceGrpc.TaskServiceImplBase tasks =
        new TaskServiceGrpc.TaskServiceImplBase() {
          @Override
          public void listTaskTotals(
              ListTaskTotalsRequest request, StreamObserver<ListTaskTotalsResponse> observer) {
            observer.onNext(
                ListTaskTotalsResponse.newBuilder()
                    .addTasks(
                        TaskTotals.newBuilder()
                            .setTaskId(request.getFirstDay() + "/" + request.getLastDay())
                            .setReached(9)
                            .setGiven(4)
                            .setPoints(40)
                            .setWithheldByCap(3)
                            .setWithheldByBudget(2))
                    .addTasks(TaskTotals.newBuilder().setTaskId("b").setReached(1).setGiven(1))
                    .build());
            observer.onCompleted();
          }
        };
    try (TestService service = new TestService(tasks)) {
      Cli cli =
          Cli.run(
              service, "totals", "--from=2026-11-01", "--to=2026-11-11", "--lang=en", "--token=t");
      assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
      assertThat(cli.out.lines())
          .containsExactly(
              "2026-11-01/2026-11-11: reached 9, given 4 (40 points), withheld by the cap 3,"
                  + " withheld by the budget 2",
              "b: reached 1, given 1 (0 points)");
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Cli cli = Cli.run("validate", folder.resolve("none.yaml").toString());
    assertThat(cli.exitCode).isEqualTo(2);
    assertThat(cli.err).contains("none.yaml: no such file");
  }

  @Test
  void aRefusalNamesReasonFieldAndRemedy() {
    BadRequest.Builder fields = BadRequest.newBuilder();
    fields
        .addFieldViolationsBuilder()
        .setField("viewer_id")
        .setDescription("\"a b\" (expected: no blanks)");
    TaskServiceGrpc.TaskServiceImplBase tasks =
        new TaskServiceGrpc.TaskServiceImplBase() {
          @Override
          public void explainTask(
              ExplainTaskRequest request, StreamObserver<ExplainTaskResponse> observer) {
            observer.onError(
                TestService.TOKEN.get().isEmpty()
                    ? TestService.error(
                        Status.Code.UNAUTHENTICATED, ErrorReason.ERROR_REASON_UNAUTHENTICATED)
                    : TestService.error(
                        Status.Code.INVALID_ARGUMENT,
                        ErrorReason.ERROR_REASON_INVALID_FIELD,
                        fields.build()));
          }
        };
    try (TestService service = new TestService(tasks)) {
      Cli invalid = Cli.run(service, "explain", "t1", "--viewer", "a b", "--token", "x");
      assertThat(invalid.exitCode).isEqualTo(1);
      assertThat(invalid.err)
          .contains("error: INVALID_FIELD: made up", "viewer_id: \"a b\" (expected: no blanks)")
          .doesNotContain("\tat ");
      assertThat(Cli.run(service, "explain", "t1").err)
          .contains("UNAUTHENTICATED", "`flywheel token` makes one");
    }
  }

  @Test
  void twoCredentialsAreRefused() {
    Cli cli = Cli.run("explain", "t1", "--token", "a", "--api-key", "b");
    assertThat(cli.exitCode).isEqualTo(2);
    assertThat(cli.err).contains("mutually exclusive");
  }

  @Test
  void mistakesArePrintedWithTheirLines() throws Exception {
    Path file = Files.writeString(folder.resolve("program.yaml"), "tasks: broken");
    try (TestService service = new TestService(new Programs())) {
      String mistake = file + ":7: tasks[0].id: \"\" (expected: a name)\n1 mistake\n";
      Cli validated = Cli.run(service, "validate", file.toString());
      assertThat(validated.exitCode).isEqualTo(2);
      assertThat(validated.out).isEqualToNormalizingNewlines(mistake);
      Cli applied = Cli.run(service, "apply", file.toString());
      assertThat(applied.exitCode).isEqualTo(2);
      assertThat(applied.err).isEqualToNormalizingNewlines(mistake);
    }
  }

  @Test
  void aTemplateIsApplied() {
    try (TestService service = new TestService(new Programs())) {
      Cli cli = Cli.run(service, "apply", "--template", "growth-flywheel");
      assertThat(cli.exitCode).as(cli.toString()).isEqualTo(0);
      assertThat(cli.out)
          .isEqualToIgnoringNewLines("template growth-flywheel: applied as version 4");
      assertThat(Cli.run(service, "apply", "--template", "growth-flywheel", "--json").out)
          .contains("\"version\": \"4\"");
    }
  }

  @Test
  void explainSaysEachRuleInTheLanguageAskedFor() {
    TaskServiceGrpc.TaskServiceImplBase tasks =
        new TaskServiceGrpc.TaskServiceImplBase() {
          @Override
          public void explainTask(
              ExplainTaskRequest request, StreamObserver<ExplainTaskResponse> observer) {
            ExplainTaskResponse.Builder answer = ExplainTaskResponse.newBuilder();
            answer
                .getTaskBuilder()
                .setTaskId(request.getTaskId())
                .setTitle(text("点赞", "Like"))
                .setWindow("once")
                .setState(TaskState.TASK_STATE_OPEN)
                .setCount(3)
                .setMissing(7);
            answer.addRules(
                RuleVerdict.newBuilder()
                    .setRule("requires")
                    .setHolds(true)
                    .setDetail(text("无", "none")));
            answer.addRules(
                RuleVerdict.newBuilder().setRule("tiers[0]").setDetail(text("差 7", "7 missing")));
            answer.setSummary(text("还差 7 次", "7 are missing"));
            observer.onNext(answer.build());
            observer.onCompleted();
          }
        };
    try (TestService service = new TestService(tasks)) {
      assertThat(Cli.run(service, "explain", "likes", "--viewer", "v1", "--lang", "en").out)
          .isEqualToNormalizingNewlines(
              """
              Like (likes, once): open, 3, missing 7
                ✓ requires: none
                ✗ tiers[0]: 7 missing
              → 7 are missing
              """);
      assertThat(Cli.run(service, "explain", "likes", "--viewer", "v1", "--lang", "zh").out)
          .contains("点赞", "还差 7", "→ 还差 7 次");
    }
  }

  @Test
  void watchPrintsTheStandingAndWhatHappens() {
    ViewerServiceGrpc.ViewerServiceImplBase viewers =
        new ViewerServiceGrpc.ViewerServiceImplBase() {
          @Override
          public void watchViewer(
              WatchViewerRequest request, StreamObserver<WatchViewerResponse> observer) {
            if (!request.getViewerId().equals("v1")) {
              observer.onError(
                  TestService.error(
                      Status.Code.PERMISSION_DENIED, ErrorReason.ERROR_REASON_NOT_ALLOWED));
              return;
            }
            WatchViewerResponse.Builder standing = WatchViewerResponse.newBuilder();
            standing.getSnapshotBuilder().setViewerId("v1").getPointsBuilder().setBalance(12);
            observer.onNext(standing.build());
            WatchViewerResponse.Builder change = WatchViewerResponse.newBuilder();
            change
                .getChangeBuilder()
                .addFacts(
                    Fact.newBuilder()
                        .setTaskCompleted(TaskCompleted.newBuilder().setTaskId("likes")));
            observer.onNext(change.build());
          }
        };
    try (TestService service = new TestService(viewers)) {
      Cli english = Cli.run(service, "watch", "v1", "--updates", "2", "--lang", "en");
      assertThat(english.exitCode).as(english.toString()).isEqualTo(0);
      assertThat(english.out).contains("v1: 12 points", "completed task likes");
      assertThat(Cli.run(service, "watch", "v1", "--updates", "2", "--lang", "zh").out)
          .contains("v1：积分 12", "完成任务 likes");
      assertThat(Cli.run(service, "watch", "v1", "--updates", "2", "--json").out.lines())
          .hasSize(2);
      Cli refused = Cli.run(service, "watch", "v2");
      assertThat(refused.exitCode).isEqualTo(1);
      assertThat(refused.err).contains("NOT_ALLOWED");
    }
  }

  private static Text text(String zh, String en) {
    return Text.newBuilder().setZh(zh).setEn(en).build();
  }

  /** Finds a mistake in every document and none in templates. */
  private static final class Programs extends ProgramServiceGrpc.ProgramServiceImplBase {
    @Override
    public void validateProgram(
        ValidateProgramRequest request, StreamObserver<ValidateProgramResponse> observer) {
      ProgramMistake mistake =
          ProgramMistake.newBuilder()
              .setPath("tasks[0].id")
              .setMessage("\"\" (expected: a name)")
              .setLine(7)
              .build();
      observer.onNext(ValidateProgramResponse.newBuilder().addMistakes(mistake).build());
      observer.onCompleted();
    }

    @Override
    public void applyProgram(
        ApplyProgramRequest request, StreamObserver<ApplyProgramResponse> observer) {
      if (request.getSource().hasDocument()) {
        observer.onError(
            TestService.error(
                Status.Code.INVALID_ARGUMENT, ErrorReason.ERROR_REASON_INVALID_PROGRAM));
        return;
      }
      ApplyProgramResponse.Builder answer = ApplyProgramResponse.newBuilder();
      answer.getVersionBuilder().setVersion(4);
      observer.onNext(answer.build());
      observer.onCompleted();
    }
  }
}
