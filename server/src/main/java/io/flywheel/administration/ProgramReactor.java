package io.flywheel.administration;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.Expectations;
import io.flywheel.program.Findings;
import io.flywheel.program.ProgramApplied;
import io.flywheel.program.Programs;
import io.flywheel.program.StoredVersion;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.ProgramVersion;
import org.jspecify.annotations.Nullable;

/** Puts a program in force, as an action of its merchant. Thread-safe. */
final class ProgramReactor implements Reactor {
  private final Programs programs;
  private final ProgramHeadSlice heads;
  private final ProgramVersionSlice versions;

  @Inject
  ProgramReactor(Programs programs, ProgramHeadSlice heads, ProgramVersionSlice versions) {
    this.programs = programs;
    this.heads = heads;
    this.versions = versions;
  }

  /**
   * A program that was read and checked by itself.
   *
   * @param appliedBy who applies it
   * @param program with all defaults filled in
   */
  record Apply(ApplyProgramRequest request, String appliedBy, String document, Program program) {}

  @Override
  public void register(Reactions reactions) {
    reactions.on(Apply.class, this::apply);
  }

  private void apply(Turn turn, Apply apply) {
    ViewerKey merchant = turn.viewer();
    long inForce = turn.get(heads, merchant.merchantId());
    requireExpected(apply.request, inForce);
    Program before = before(turn, merchant, inForce);
    if (before != null) {
      Findings findings = new Findings();
      programs.checkChange(before, apply.program, turn.at(), findings);
      refuse(findings.mistakes());
    }
    ProgramVersion version =
        ProgramVersion.newBuilder()
            .setVersion(inForce + 1)
            .setAppliedAt(Timestamps.fromMillis(turn.at().toEpochMilli()))
            .setAppliedBy(apply.appliedBy)
            .setNote(apply.request.getNote())
            .setName(apply.program.getName())
            .build();
    turn.set(
        versions,
        new VersionKey(merchant, version.getVersion()),
        new StoredVersion(version, apply.document, apply.program));
    turn.set(heads, merchant.merchantId(), version.getVersion());
    turn.signal(new ProgramApplied(before, apply.program, version.getVersion()));
    turn.respond(() -> ApplyProgramResponse.newBuilder().setVersion(version).build());
  }

  /** Refuses a program for its mistakes, if it has any. */
  static void refuse(ImmutableList<ProgramMistake> mistakes) {
    if (!mistakes.isEmpty()) {
      throw ServiceException.invalidFields(
          ErrorReason.ERROR_REASON_INVALID_PROGRAM,
          mistakes.stream().map(ProgramReactor::violation).toList());
    }
  }

  /** The program in force, as the batch finds it or has just made it; null: none. */
  private @Nullable Program before(Turn turn, ViewerKey merchant, long inForce) {
    return inForce == 0
        ? null
        : programs.fill(turn.get(versions, new VersionKey(merchant, inForce)).program());
  }

  private static void requireExpected(ApplyProgramRequest request, long inForce) {
    if (request.hasExpectedVersion() && request.getExpectedVersion() != inForce) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_VERSION_CONFLICT,
          "expected_version: "
              + Expectations.expected(
                  String.valueOf(request.getExpectedVersion()),
                  inForce + ", the version in force"));
    }
  }

  /** What only the change makes a mistake stands in no line. */
  private static FieldViolation violation(ProgramMistake mistake) {
    String place = mistake.getLine() == 0 ? "" : " in line " + mistake.getLine();
    return FieldViolation.newBuilder()
        .setField(mistake.getPath())
        .setDescription(mistake.getMessage() + place)
        .build();
  }
}
