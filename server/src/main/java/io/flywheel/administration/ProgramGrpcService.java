package io.flywheel.administration;

import com.google.inject.Inject;
import io.flywheel.engine.PageTokens;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.program.CheckedProgram;
import io.flywheel.program.ProgramTemplates;
import io.flywheel.program.StoredVersion;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetProgramResponse;
import io.flywheel.v1.ListProgramTemplatesRequest;
import io.flywheel.v1.ListProgramTemplatesResponse;
import io.flywheel.v1.ListProgramVersionsRequest;
import io.flywheel.v1.ListProgramVersionsResponse;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramVersion;
import io.flywheel.v1.ValidateProgramRequest;
import io.flywheel.v1.ValidateProgramResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Serves ProgramService. Thread-safe. */
final class ProgramGrpcService extends ProgramServiceGrpc.ProgramServiceImplBase {
  private static final int DEFAULT_PAGE_SIZE = 20;

  private final ProgramAdministration programs;
  private final ProgramTemplates templates;

  @Inject
  ProgramGrpcService(ProgramAdministration programs, ProgramTemplates templates) {
    this.programs = programs;
    this.templates = templates;
  }

  @Override
  public void validateProgram(
      ValidateProgramRequest request, StreamObserver<ValidateProgramResponse> observer) {
    Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    CheckedProgram checked = programs.check(request.getSource());
    ValidateProgramResponse.Builder response =
        ValidateProgramResponse.newBuilder().addAllMistakes(checked.mistakes());
    if (checked.mistakes().isEmpty()) {
      response.setProgram(checked.program());
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void applyProgram(
      ApplyProgramRequest request, StreamObserver<ApplyProgramResponse> observer) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    observer.onNext(programs.apply(caller, request));
    observer.onCompleted();
  }

  @Override
  public void getProgram(GetProgramRequest request, StreamObserver<GetProgramResponse> observer) {
    Caller caller = Caller.current().require(Role.ANALYST, Role.HOST, Role.MERCHANT, Role.PLATFORM);
    StoredVersion stored = programs.get(caller.merchantId(), request.getVersion());
    observer.onNext(
        GetProgramResponse.newBuilder()
            .setVersion(stored.version())
            .setProgram(stored.program())
            .setDocument(stored.document())
            .build());
    observer.onCompleted();
  }

  @Override
  public void listProgramVersions(
      ListProgramVersionsRequest request, StreamObserver<ListProgramVersionsResponse> observer) {
    Caller caller = Caller.current().require(Role.ANALYST, Role.HOST, Role.MERCHANT, Role.PLATFORM);
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    PageTokens tokens = new PageTokens("program versions", caller.merchantId());
    long before = tokens.readNumber(request.getPageToken());
    List<ProgramVersion> found = programs.list(caller.merchantId(), before, size + 1);
    List<ProgramVersion> page = found.subList(0, Math.min(size, found.size()));
    ListProgramVersionsResponse.Builder response =
        ListProgramVersionsResponse.newBuilder().addAllVersions(page);
    if (found.size() > size) {
      response.setNextPageToken(tokens.before(page.getLast().getVersion()));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void listProgramTemplates(
      ListProgramTemplatesRequest request, StreamObserver<ListProgramTemplatesResponse> observer) {
    Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    observer.onNext(
        ListProgramTemplatesResponse.newBuilder().addAllTemplates(templates.all()).build());
    observer.onCompleted();
  }
}
