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
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
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
  private static final ProgramSource TEMPLATE =
      ProgramSource.newBuilder().setTemplate("growth-flywheel").build();

  /** The program by which the past was lived: nobody is there to tap, so entering checks in. */
  private static final String NAME_OF_THE_PAST = "演示直播间的历史 The demo room's past";

  private static final int CHUNK = 500;

  private final FlywheelClient client;
  private final DemoHistory history;

  DemoProgram(FlywheelClient client, DemoHistory history) {
    this.client = client;
    this.history = history;
  }

  /**
   * Applies the template and makes the past, where no program is in force.
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
    apply(TEMPLATE, inForce.getVersion().getVersion());
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
                ValidateProgramRequest.newBuilder().setSource(TEMPLATE).build())
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
