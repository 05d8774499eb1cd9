package io.flywheel.administration;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.db.Database;
import io.flywheel.program.CheckedProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.program.ProgramTemplates;
import io.flywheel.program.Programs;
import io.flywheel.program.StoredVersion;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ProgramVersion;
import java.util.List;
import java.util.Optional;

/** Applies programs and looks up their versions. Thread-safe. */
final class ProgramAdministration {
  private final Engine engine;
  private final Database database;
  private final ProgramTemplates templates;
  private final Programs programs;
  private final ProgramStore store;
  private final FormerAnswerDao formerAnswers;

  @Inject
  ProgramAdministration(
      Engine engine,
      Database database,
      ProgramTemplates templates,
      Programs programs,
      ProgramStore store,
      FormerAnswerDao formerAnswers) {
    this.engine = engine;
    this.database = database;
    this.templates = templates;
    this.programs = programs;
    this.store = store;
    this.formerAnswers = formerAnswers;
  }

  /** A source, read and checked. */
  CheckedProgram check(ProgramSource source) {
    return programs.check(document(source));
  }

  /** Applies a program once for a request id, however often it is asked. */
  ApplyProgramResponse apply(Caller caller, ApplyProgramRequest request) {
    ViewerKey merchant = ViewerKey.merchant(caller.merchantId());
    // A repeat is answered before the document is looked at, for a later build may refuse it.
    Optional<ApplyProgramResponse> earlier =
        engine
            .earlierAnswer(
                merchant,
                request.getRequestId(),
                request,
                ApplyProgramResponse.getDefaultInstance())
            .or(() -> formerAnswers.find(caller.merchantId(), request));
    if (earlier.isPresent()) {
      return earlier.get();
    }
    // It is checked and compiled here rather than in a lane, for it may take long.
    String document = document(request.getSource());
    CheckedProgram checked = programs.check(document);
    ProgramReactor.refuse(checked.mistakes());
    store.prepare(checked.program());
    ApplyProgramResponse answer =
        engine.call(
            merchant,
            "",
            "",
            request.getRequestId(),
            request,
            new ProgramReactor.Apply(request, caller.subject(), document, checked.program()),
            ApplyProgramResponse.getDefaultInstance());
    store.applied();
    return answer;
  }

  /** A version, or the one in force for 0; with defaults that came later than it filled in. */
  StoredVersion get(String merchantId, long version) {
    Long wanted =
        version > 0 ? Long.valueOf(version) : store.versions(List.of(merchantId)).get(merchantId);
    if (wanted == null) {
      throw ProgramStore.notFound("the merchant has not applied a program yet");
    }
    return database
        .read(handle -> store.version(handle, merchantId, wanted))
        .map(found ->
            new StoredVersion(found.version(), found.document(), programs.fill(found.program())))
        .orElseThrow(() -> ProgramStore.notFound("the merchant has no version " + wanted));
  }

  /** The versions before one, newest first. */
  List<ProgramVersion> list(String merchantId, long before, int limit) {
    return store.versionsBefore(merchantId, before, limit);
  }

  private String document(ProgramSource source) {
    return source.hasTemplate()
        ? templates.require(source.getTemplate()).getDocument()
        : source.getDocument();
  }
}
