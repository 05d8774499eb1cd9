package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.hash.Hashing;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.TestPrograms;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetProgramResponse;
import io.flywheel.v1.ListProgramTemplatesRequest;
import io.flywheel.v1.ListProgramVersionsRequest;
import io.flywheel.v1.ListProgramVersionsResponse;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc.ProgramServiceBlockingStub;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ProgramTemplate;
import io.flywheel.v1.ProgramVersion;
import io.flywheel.v1.Task;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.ValidateProgramRequest;
import io.flywheel.v1.ValidateProgramResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** ProgramService and ProgramStore through a real server; each test is a merchant of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProgramServiceTest {
  private TestServer server;
  private String merchant = "";

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void nameMerchant(TestInfo test) {
    merchant = test.getTestMethod().orElseThrow().getName();
  }

  @Test
  void theTemplateIsAppliedAndRead() {
    ProgramTemplate template =
        as(Role.MERCHANT)
            .listProgramTemplates(ListProgramTemplatesRequest.getDefaultInstance())
            .getTemplates(0);

    ApplyProgramResponse applied =
        as(Role.MERCHANT)
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("r")
                    .setSource(ProgramSource.newBuilder().setTemplate(template.getName()))
                    .setNote("开张")
                    .build());

    assertThat(template.getName()).isEqualTo("growth-flywheel");
    assertThat(applied.getVersion().getVersion()).isEqualTo(1);
    assertThat(applied.getVersion().getNote()).isEqualTo("开张");
    assertThat(applied.getVersion().getAppliedBy()).isEqualTo("somebody");
    assertThat(applied.getVersion().getAppliedAt().getSeconds())
        .isEqualTo(server.clock().instant().getEpochSecond());
    GetProgramResponse read = get(0);
    assertThat(read.getVersion()).isEqualTo(applied.getVersion());
    assertThat(read.getDocument()).isEqualTo(template.getDocument());
    assertThat(read.getProgram()).isEqualTo(TestPrograms.check(template.getDocument()).program());
    assertThat(store().current(merchant).program()).isEqualTo(read.getProgram());
  }

  @Test
  void mistakesAreAnAnswerOfValidateAndAnErrorOfApply() {
    String document = "tasks:\n  - {id: a, title: 赞, trigger: lik, tiers: [5, 5]}\n";

    ValidateProgramResponse validated = validate(document);
    Refusal refused = refusal(() -> apply("r", document));

    assertThat(validated.getMistakesList().stream().map(CheckedProgram::describe))
        .hasSize(2)
        .anySatisfy(mistake -> assertThat(mistake).contains("did you mean like?"))
        .contains("tasks[0].tiers[1].threshold (2): 5 (expected: more than the tier before, 5)");
    assertThat(validated.hasProgram()).isFalse();
    assertThat(refused.reason()).isEqualTo("INVALID_PROGRAM");
    assertThat(refused.violations())
        .extracting(FieldViolation::getField)
        .containsExactly("tasks[0].trigger", "tasks[0].tiers[1].threshold");
    assertThat(refusal(() -> get(0)).reason()).isEqualTo("PROGRAM_NOT_FOUND");
  }

  @Test
  void aValidProgramIsAnsweredWithItsDefaults() {
    ValidateProgramResponse validated = validate("check_in: {}");

    assertThat(validated.getMistakesList()).isEmpty();
    assertThat(validated.getProgram().getTimeZone()).isEqualTo("Asia/Shanghai");
    assertThat(validated.getProgram().getCheckIn().getMakeUpDays()).isEqualTo(7);
    assertThat(refusal(() -> get(0)).reason()).isEqualTo("PROGRAM_NOT_FOUND");
  }

  @Test
  void anUnknownTemplateIsAnInvalidField() {
    Refusal refused =
        refusal(() ->
            as(Role.MERCHANT)
                .validateProgram(
                    ValidateProgramRequest.newBuilder()
                        .setSource(ProgramSource.newBuilder().setTemplate("growth"))
                        .build()));

    assertThat(refused.reason()).isEqualTo("INVALID_FIELD");
    assertThat(refused.violations())
        .extracting(FieldViolation::getField, FieldViolation::getDescription)
        .containsExactly(
            tuple(
                "source.template",
                "growth (expected: one of: growth-flywheel, new-room, daily-habit, shop-driver)"));
  }

  @Test
  void aRepeatedRequestGetsTheFirstAnswer() {
    ProgramVersion first = apply("r", "name: a");
    apply("s", "name: b");

    assertThat(apply("r", "name: a")).isEqualTo(first);
    assertThat(get(0).getVersion().getVersion()).isEqualTo(2);
  }

  @Test
  void aRequestIdWithAnotherContentIsRefused() {
    apply("r", "name: a");

    assertThat(refusal(() -> apply("r", "name: b")).reason()).isEqualTo("REQUEST_ID_REUSED");
    assertThat(get(0).getProgram().getName()).isEqualTo("a");
  }

  @Test
  void anotherMerchantMayUseTheSameRequestId() {
    apply("r", "name: a");
    merchant = merchant + "-2";

    assertThat(apply("r", "name: b").getVersion()).isEqualTo(1);
    assertThat(get(0).getProgram().getName()).isEqualTo("b");
  }

  @Test
  void onlyTheExpectedVersionIsReplaced() {
    assertThat(refusal(() -> apply("a", "name: a", 1L)).reason()).isEqualTo("VERSION_CONFLICT");
    assertThat(apply("b", "name: b", 0L).getVersion()).isEqualTo(1);
    assertThat(refusal(() -> apply("c", "name: c", 0L)).reason()).isEqualTo("VERSION_CONFLICT");
    assertThat(apply("d", "name: d", 1L).getVersion()).isEqualTo(2);
    assertThat(apply("d", "name: d", 1L).getVersion()).as("a repeat").isEqualTo(2);
  }

  @Test
  void manyWhoApplyAtOnceGetAVersionEach() throws Exception {
    List<Long> versions =
        atOnce(IntStream.range(0, 16).mapToObj(i -> applying("r" + i, "name: a")).toList());

    assertThat(versions)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 16).boxed().toList());
  }

  @Test
  void oneRequestSentManyTimesAtOnceHasOneEffect() throws Exception {
    List<Long> versions =
        atOnce(IntStream.range(0, 16).mapToObj(i -> applying("r", "name: a")).toList());

    assertThat(versions).containsOnly(1L);
    assertThat(list(100, "").getVersionsList()).hasSize(1);
  }

  @Test
  void versionsAreListedNewestFirstPageByPage() {
    for (int i = 1; i <= 5; i++) {
      apply("r" + i, "name: v" + i);
    }

    List<Long> listed = new ArrayList<>();
    String token = "";
    do {
      ListProgramVersionsResponse page = list(2, token);
      page.getVersionsList().forEach(version -> listed.add(version.getVersion()));
      token = page.getNextPageToken();
    } while (!token.isEmpty());

    assertThat(listed).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(list(0, "").getVersionsList()).hasSize(5);
    assertThat(get(2).getProgram().getName()).isEqualTo("v2");
    assertThat(refusal(() -> get(6)).reason()).isEqualTo("PROGRAM_NOT_FOUND");
  }

  @Test
  void aForeignPageTokenIsRefused() {
    for (String token : List.of("x", "!!", "AAAAAAAAAAA", "5")) {
      Refusal refused = refusal(() -> list(2, token));
      assertThat(refused.reason()).isEqualTo("INVALID_FIELD");
      assertThat(refused.violations())
          .extracting(FieldViolation::getField)
          .containsExactly("page_token");
    }
  }

  @Test
  void hostsReadAndViewersDoNothing() {
    apply("r", "name: a");

    assertThat(
            as(Role.HOST)
                .getProgram(GetProgramRequest.getDefaultInstance())
                .getVersion()
                .getVersion())
        .isEqualTo(1);
    assertThat(refusal(() -> applyAs(Role.HOST)).reason()).isEqualTo("NOT_ALLOWED");
    assertThat(applyAs(Role.PLATFORM).getVersion().getVersion()).isEqualTo(2);
    ProgramServiceBlockingStub viewer = as(Role.VIEWER);
    assertThat(
            List.<ThrowingCallable>of(
                () -> applyAs(Role.VIEWER),
                () -> viewer.getProgram(GetProgramRequest.getDefaultInstance()),
                () -> viewer.listProgramVersions(ListProgramVersionsRequest.getDefaultInstance()),
                () -> viewer.listProgramTemplates(ListProgramTemplatesRequest.getDefaultInstance()),
                () ->
                    viewer.validateProgram(
                        ValidateProgramRequest.newBuilder().setSource(source("{}")).build())))
        .allSatisfy(call -> assertThat(refusal(call).reason()).isEqualTo("NOT_ALLOWED"));
  }

  @Test
  void aNewVersionIsInForceAtOnceAndOnEveryServer() throws Exception {
    apply("r", "name: a");
    assertThat(store().current(merchant).version()).isEqualTo(1);
    try (TestServer other = server.another()) {
      ProgramStore elsewhere = other.instance(ProgramStore.class);
      assertThat(elsewhere.current(merchant).version()).isEqualTo(1);

      apply("s", "name: b");

      assertThat(elsewhere.current(merchant).version()).isEqualTo(2);
      assertThat(store().current(merchant).program().getName()).isEqualTo("b");
    }
  }

  @Test
  void merchantsWithoutAProgramAreAbsent() {
    apply("r", "name: a");

    Map<String, CompiledProgram> programs =
        database().read(handle -> store().current(handle, Set.of(merchant, "nobody")));

    assertThat(programs).containsOnlyKeys(merchant);
    assertThat(store().current(merchant)).as("compiled once").isSameAs(programs.get(merchant));
    ServiceException refused =
        catchThrowableOfType(ServiceException.class, () -> store().current("nobody"));
    assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND);
  }

  @Test
  void aStoredVersionThatWouldBeRefusedTodayStillLoads() {
    Program old =
        Program.newBuilder()
            .addTasks(
                Task.newBuilder()
                    .setId("a")
                    .setTrigger(Trigger.TRIGGER_LIKE)
                    .setCondition("event.gone == 1"))
            .build();
    database()
        .jdbi()
        .useTransaction(handle -> {
          putHead(handle, merchant, 1);
          handle
              .createUpdate(
                  """
                  INSERT INTO program_version
                    (merchant_id, version, document, program, name, note, applied_by, applied_at_ms)
                  VALUES (:merchant, 1, '', :program, '', '', '', 0)
                  """)
              .bind("merchant", merchant)
              .bind("program", old.toByteArray())
              .execute();
        });

    assertThat(store().current(merchant).program().getTasks(0).getId()).isEqualTo("a");
    assertThat(get(0).getProgram().getTasks(0).getId()).isEqualTo("a");
  }

  /** As versions of the service did that kept the answers beside the programs. */
  @Test
  void whatAnEarlierVersionOfTheServiceAnsweredStays() {
    ApplyProgramRequest request =
        ApplyProgramRequest.newBuilder()
            .setRequestId("of-before")
            .setSource(ProgramSource.newBuilder().setDocument("not even a program"))
            .build();
    ApplyProgramResponse answer =
        ApplyProgramResponse.newBuilder()
            .setVersion(ProgramVersion.newBuilder().setVersion(12))
            .build();
    database()
        .jdbi()
        .useHandle(handle ->
            handle
                .createUpdate(
                    """
                    INSERT INTO program_request (merchant_id, request_id, content_hash, answer, created_at_ms)
                    VALUES (:merchant, 'of-before', :hash, :answer, 0)
                    """)
                .bind("merchant", merchant)
                .bind("hash", Hashing.sha256().hashBytes(request.toByteArray()).asBytes())
                .bind("answer", answer.toByteArray())
                .execute());

    assertThat(as(Role.MERCHANT).applyProgram(request)).isEqualTo(answer);
    assertThat(refusal(() -> apply("of-before", "name: a")).reason())
        .isEqualTo("REQUEST_ID_REUSED");
  }

  private static void putHead(Handle handle, String merchantId, long version) {
    handle
        .createUpdate(
            "INSERT INTO program_head (merchant_id, version) VALUES (:merchant, :version)")
        .bind("merchant", merchantId)
        .bind("version", version)
        .execute();
  }

  @Test
  void theQueryOfEveryBatchReadsByKey() {
    String plan =
        database()
            .read(handle -> {
              for (int i = 0; i < 200; i++) {
                putHead(handle, merchant + i, 0);
              }
              return handle
                  .createQuery(
                      """
                      EXPLAIN SELECT merchant_id, version FROM program_head
                      WHERE merchant_id IN (<merchantIds>) AND version > 0
                      """)
                  .bindList("merchantIds", List.of(merchant + 7, merchant + 77))
                  .mapToMap()
                  .list()
                  .toString();
            });

    // Each database words its plans in its own way.
    assertThat(plan).contains("range").contains("PRIMARY");
  }

  @Test
  void longDocumentsAreStoredWhole() {
    String document = "name: a\n" + "# 很长的说明\n".repeat(22_000);

    apply("r", document);

    assertThat(get(0).getDocument()).isEqualTo(document);
  }

  private ProgramServiceBlockingStub as(Role role) {
    return ProgramServiceGrpc.newBlockingStub(
        server.channel(server.tokenFor(merchant, role, "somebody")));
  }

  private ProgramVersion apply(String requestId, String document) {
    return apply(requestId, document, null);
  }

  private ProgramVersion apply(String requestId, String document, @Nullable Long expectedVersion) {
    ApplyProgramRequest.Builder request =
        ApplyProgramRequest.newBuilder().setRequestId(requestId).setSource(source(document));
    if (expectedVersion != null) {
      request.setExpectedVersion(expectedVersion);
    }
    return as(Role.MERCHANT).applyProgram(request.build()).getVersion();
  }

  private ApplyProgramResponse applyAs(Role role) {
    return as(role)
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId("as-" + role)
                .setSource(source("name: b"))
                .build());
  }

  private Callable<Long> applying(String requestId, String document) {
    return () -> apply(requestId, document).getVersion();
  }

  private ValidateProgramResponse validate(String document) {
    return as(Role.MERCHANT)
        .validateProgram(ValidateProgramRequest.newBuilder().setSource(source(document)).build());
  }

  private GetProgramResponse get(long version) {
    return as(Role.MERCHANT).getProgram(GetProgramRequest.newBuilder().setVersion(version).build());
  }

  private ListProgramVersionsResponse list(int pageSize, String pageToken) {
    return as(Role.MERCHANT)
        .listProgramVersions(
            ListProgramVersionsRequest.newBuilder()
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
  }

  private ProgramStore store() {
    return server.instance(ProgramStore.class);
  }

  private Database database() {
    return server.instance(Database.class);
  }

  private static ProgramSource source(String document) {
    return ProgramSource.newBuilder().setDocument(document).build();
  }

  private static List<Long> atOnce(List<Callable<Long>> calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Long> results = new ArrayList<>();
      for (Future<Long> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    }
  }

  /** Why a call was refused. */
  private record Refusal(String reason, List<FieldViolation> violations) {}

  private static Refusal refusal(ThrowingCallable call) {
    StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(thrown).as("a refusal").isNotNull();
    Status status = Objects.requireNonNull(StatusProto.fromThrowable(thrown));
    ErrorInfo info = detail(status, ErrorInfo.getDefaultInstance());
    BadRequest fields = detail(status, BadRequest.getDefaultInstance());
    return new Refusal(info.getReason(), fields.getFieldViolationsList());
  }

  private static <T extends Message> T detail(Status status, T none) {
    return status.getDetailsList().stream()
        .filter(detail -> detail.is(none.getClass()))
        .map(detail -> unpack(detail, none))
        .findFirst()
        .orElse(none);
  }

  @SuppressWarnings("unchecked")
  private static <T extends Message> T unpack(Any detail, T none) {
    try {
      return (T) detail.unpack(none.getClass());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
