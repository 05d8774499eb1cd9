package io.flywheel.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CheckInMethod;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetProgramResponse;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.ListProgramTemplatesRequest;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ProgramTemplate;
import io.flywheel.v1.ValidateProgramRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the demo merchant a program, and a past with it, unless it has a program. What was begun is
 * gone on with, so it may be tried again after any failure. Not thread-safe.
 */
final class DemoProgram {
  private static final Logger log = LoggerFactory.getLogger(DemoProgram.class);
  private static final String TEMPLATE = "growth-flywheel";

  /** The program by which the past was lived: nobody is there to tap, so entering checks in. */
  private static final String NAME_OF_THE_PAST = "演示直播间的历史 The demo room's past";

  /** What the template leaves out, and whoever tries it is to see. */
  private static final String SEASON =
      """

      # ---------------------------------------------------------------------------------------------------------------------
      # 赛季：本月得到的经验值逐级领奖，下月重新开始
      # The season: the month's experience leads from tier to tier, and the next month begins anew
      # ---------------------------------------------------------------------------------------------------------------------
      seasons:
        - id: month
          title: { zh: 月度赛季, en: Season of the month }
          period: month
          payout: on_claim
          tiers:
            - { id: warm-up, experience: 20, rewards: [{ points: 20 }] }
            - { id: in-form, experience: 60, rewards: [{ points: 50 }] }
            - { id: champion, experience: 200, rewards: [{ points: 100 }, { make_up_card: 1 }] }
      """;

  /** The boards' place in the template, and the one that is added there. */
  private static final String BOARDS = "\nleaderboards:\n";

  private static final String BOARD_OF_TEAMS =
      """
        - id: weekly-teams
          title: { zh: 本周战队榜, en: Teams this week }
          scope: team
          metric: { trigger: points_earned, count: amount }
          period: week
          least_contribution: 20
          prizes:
            - { last_position: 1, rewards: [{ points: 20 }] }

      """;

  private static final String TEAMS =
      """

      # ---------------------------------------------------------------------------------------------------------------------
      # 战队：自选一队，积分计入队伍总分，每周结算
      # Teams: viewers choose one, their points add up for it, and each week one wins
      # ---------------------------------------------------------------------------------------------------------------------
      teams:
        teams:
          - { id: red, title: { zh: 红队, en: Red team } }
          - { id: blue, title: { zh: 蓝队, en: Blue team } }
      """;

  private static final int CHUNK = 500;

  private final FlywheelClient client;
  private final DemoHistory history;

  DemoProgram(FlywheelClient client, DemoHistory history) {
    this.client = client;
    this.history = history;
  }

  /**
   * Applies the template, with a season and teams, and makes the past, where no program is in
   * force.
   *
   * @throws FlywheelException it is not done yet
   */
  void setUp() {
    GetProgramResponse inForce = inForce();
    if (!inForce.hasVersion()) {
      apply(theTemplateWithCheckInOnEntering(), 0);
      inForce = inForce();
    }
    if (!inForce.getProgram().getName().equals(NAME_OF_THE_PAST)) {
      return; // somebody's own, or the template
    }
    List<Event> events = history.events();
    for (int from = 0; from < events.size(); from += CHUNK) {
      ingest(events.subList(from, Math.min(from + CHUNK, events.size())));
    }
    apply(theTemplateWithMore(), inForce.getVersion().getVersion());
    log.info("The demo room has a program and a past of {} events", events.size());
  }

  /** The program in force; without a version: none is. */
  private GetProgramResponse inForce() {
    try {
      return client.call(
          ProgramServiceGrpc.getGetProgramMethod(), GetProgramRequest.getDefaultInstance());
    } catch (FlywheelException e) {
      if (e.reason() == ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND) {
        return GetProgramResponse.getDefaultInstance();
      }
      throw e;
    }
  }

  private ProgramSource theTemplateWithCheckInOnEntering() {
    Program.Builder program =
        client
            .call(
                ProgramServiceGrpc.getValidateProgramMethod(),
                ValidateProgramRequest.newBuilder()
                    .setSource(ProgramSource.newBuilder().setTemplate(TEMPLATE))
                    .build())
            .getProgram()
            .toBuilder()
            .setName(NAME_OF_THE_PAST);
    program.getCheckInBuilder().setMethod(CheckInMethod.CHECK_IN_METHOD_ON_ENTER);
    try {
      return ProgramSource.newBuilder().setDocument(JsonFormat.printer().print(program)).build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private ProgramSource theTemplateWithMore() {
    ProgramTemplate template =
        client
            .call(
                ProgramServiceGrpc.getListProgramTemplatesMethod(),
                ListProgramTemplatesRequest.getDefaultInstance())
            .getTemplatesList()
            .stream()
            .filter(each -> each.getName().equals(TEMPLATE))
            .findFirst()
            .orElseThrow();
    String document = template.getDocument().replace(BOARDS, BOARDS + BOARD_OF_TEAMS);
    return ProgramSource.newBuilder().setDocument(document + SEASON + TEAMS).build();
  }

  /** Applies a program, unless somebody else has applied one since. */
  private void apply(ProgramSource source, long expectedVersion) {
    var unused =
        client.call(
            ProgramServiceGrpc.getApplyProgramMethod(),
            ApplyProgramRequest.newBuilder()
                .setSource(source)
                .setExpectedVersion(expectedVersion)
                .setNote("--demo")
                .build());
  }

  private void ingest(List<Event> events) {
    IngestEventsResponse response =
        client.call(
            EventServiceGrpc.getIngestEventsMethod(),
            IngestEventsRequest.newBuilder()
                .addAllEvents(events)
                .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
                .setBackfill(true)
                .build());
    if (response.getResultsCount() > 0) {
      log.warn(
          "{} events of the demo room's past were rejected, such as {}",
          response.getResultsCount(),
          response.getResults(0).getError().getMessage());
    }
  }
}
