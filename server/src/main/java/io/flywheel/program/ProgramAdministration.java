package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramDao.StoredAnswer;
import io.flywheel.program.ProgramDao.StoredVersion;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ProgramTemplate;
import io.flywheel.v1.ProgramVersion;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Applies programs and looks up their versions. Thread-safe. */
final class ProgramAdministration {
  private final Database database;
  private final ProgramTemplates templates;
  private final Programs programs;
  private final Clock clock;

  @Inject
  ProgramAdministration(
      Database database, ProgramTemplates templates, Programs programs, Clock clock) {
    this.programs = programs;
    this.database = database;
    this.templates = templates;
    this.clock = clock;
  }

  /** The document that a source stands for. */
  String document(ProgramSource source) {
    if (!source.hasTemplate()) {
      return source.getDocument();
    }
    List<String> known = templates.all().stream().map(ProgramTemplate::getName).toList();
    return templates
        .find(source.getTemplate())
        .orElseThrow(() ->
            ServiceException.invalidField(
                "source.template",
                Expectations.expected(
                    Expectations.show(source.getTemplate()), Expectations.oneOf(known))))
        .getDocument();
  }

  /** A source, read and checked. */
  CheckedProgram check(ProgramSource source) {
    return programs.check(document(source));
  }

  /** Applies a program once for a request id, however often it is asked. */
  ApplyProgramResponse apply(Caller caller, ApplyProgramRequest request) {
    HashCode contentHash = Hashing.sha256().hashBytes(request.toByteArray());
    // A repeat is answered before the document is looked at, for a later build may refuse it.
    Optional<ApplyProgramResponse> earlier =
        database.read(handle -> findAnswer(new ProgramDao(handle), caller, request, contentHash));
    if (earlier.isPresent()) {
      return earlier.get();
    }
    String document = document(request.getSource());
    CheckedProgram checked = programs.check(document);
    if (!checked.mistakes().isEmpty()) {
      throw invalid(checked.mistakes());
    }
    return database
        .jdbi()
        .inTransaction(handle -> store(handle, caller, request, contentHash, document, checked));
  }

  /** A version, or the one in force for 0; with defaults that came later than it filled in. */
  StoredVersion get(String merchantId, long version) {
    return database.read(handle -> {
      ProgramDao dao = new ProgramDao(handle);
      Long wanted =
          version > 0 ? Long.valueOf(version) : dao.heads(List.of(merchantId)).get(merchantId);
      if (wanted == null) {
        throw ProgramStore.notFound("the merchant has not applied a program yet");
      }
      return dao.findVersion(merchantId, wanted)
          .map(found ->
              new StoredVersion(found.version(), found.document(), programs.fill(found.program())))
          .orElseThrow(() -> ProgramStore.notFound("the merchant has no version " + wanted));
    });
  }

  /** The versions before one, newest first. */
  List<ProgramVersion> list(String merchantId, long before, int limit) {
    return database.read(handle -> new ProgramDao(handle).listVersions(merchantId, before, limit));
  }

  private ApplyProgramResponse store(
      Handle handle,
      Caller caller,
      ApplyProgramRequest request,
      HashCode contentHash,
      String document,
      CheckedProgram checked) {
    ProgramDao dao = new ProgramDao(handle);
    long inForce = dao.lockHead(caller.merchantId());
    // The same request may have come in by another way while the document was checked.
    Optional<ApplyProgramResponse> earlier = findAnswer(dao, caller, request, contentHash);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    if (request.hasExpectedVersion() && request.getExpectedVersion() != inForce) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_VERSION_CONFLICT,
          "expected_version: "
              + Expectations.expected(
                  String.valueOf(request.getExpectedVersion()),
                  inForce + ", the version in force"));
    }
    long nowMillis = clock.millis();
    ProgramVersion version =
        ProgramVersion.newBuilder()
            .setVersion(inForce + 1)
            .setAppliedAt(Timestamps.fromMillis(nowMillis))
            .setAppliedBy(caller.subject())
            .setNote(request.getNote())
            .setName(checked.program().getName())
            .build();
    ApplyProgramResponse answer = ApplyProgramResponse.newBuilder().setVersion(version).build();
    dao.insertVersion(caller.merchantId(), new StoredVersion(version, document, checked.program()));
    dao.moveHead(caller.merchantId(), version.getVersion());
    dao.insertAnswer(
        caller.merchantId(),
        request.getRequestId(),
        new StoredAnswer(contentHash, answer),
        nowMillis);
    return answer;
  }

  private static Optional<ApplyProgramResponse> findAnswer(
      ProgramDao dao, Caller caller, ApplyProgramRequest request, HashCode contentHash) {
    return dao.findAnswer(caller.merchantId(), request.getRequestId())
        .map(stored -> {
          if (!stored.contentHash().equals(contentHash)) {
            throw ServiceException.of(
                ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
                "request_id: "
                    + Expectations.expected(
                        request.getRequestId(), "a new one; it was used with another content"));
          }
          return stored.answer();
        });
  }

  private static ServiceException invalid(ImmutableList<ProgramMistake> mistakes) {
    return ServiceException.invalidFields(
        ErrorReason.ERROR_REASON_INVALID_PROGRAM,
        mistakes.stream()
            .map(mistake ->
                FieldViolation.newBuilder()
                    .setField(mistake.getPath())
                    .setDescription(mistake.getMessage() + " in line " + mistake.getLine())
                    .build())
            .toList());
  }
}
