package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.CommitHoldRequest;
import io.flywheel.v1.CommitHoldResponse;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.HoldPointsRequest;
import io.flywheel.v1.HoldPointsResponse;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPointsEntriesResponse;
import io.flywheel.v1.PointsEntry;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ReleaseHoldRequest;
import io.flywheel.v1.ReleaseHoldResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/** PointsService. Thread-safe. */
final class PointsGrpcService extends PointsServiceGrpc.PointsServiceImplBase {
  private static final String LIST = "points-entries";

  /** How many entries a page of a statement is looked for in that asks for some of them only. */
  private static final int LOOKS_AT = 1_000;

  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final Duration DEFAULT_HOLD = Duration.ofMinutes(30);

  private final Engine engine;
  private final Database database;
  private final PointsSection section;
  private final PointsDao dao;

  @Inject
  PointsGrpcService(Engine engine, Database database, PointsSection section, PointsDao dao) {
    this.engine = engine;
    this.database = database;
    this.section = section;
    this.dao = dao;
  }

  @Override
  public void getBalance(GetBalanceRequest request, StreamObserver<GetBalanceResponse> response) {
    response.onNext(
        engine.read(ViewerKey.of(Caller.current(), request.getViewerId()), section::balance));
    response.onCompleted();
  }

  @Override
  public void listPointsEntries(
      ListPointsEntriesRequest request, StreamObserver<ListPointsEntriesResponse> response) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    Statement statement = new Statement(request);
    PageTokens tokens =
        statement.isWhole()
            ? PageTokens.of(LIST, viewer)
            : new PageTokens(LIST, viewer.merchantId(), viewer.viewerId(), statement.scope());
    long before = tokens.readNumber(request.getPageToken());
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    int looksAt = statement.isWhole() ? size : Math.max(size, LOOKS_AT);
    List<PointsEntry> found =
        database.read(handle -> dao.entries(handle, viewer, before, looksAt + 1));
    List<PointsEntry> seen = found.subList(0, Math.min(looksAt, found.size()));
    List<PointsEntry> asked = seen.stream().filter(statement::asksFor).toList();
    List<PointsEntry> page = asked.subList(0, Math.min(size, asked.size()));
    ListPointsEntriesResponse.Builder answer =
        ListPointsEntriesResponse.newBuilder().addAllEntries(page);
    if (asked.size() > page.size()) {
      answer.setNextPageToken(tokens.before(page.getLast().getEntryNumber()));
    } else if (found.size() > seen.size()) {
      answer.setNextPageToken(tokens.before(seen.getLast().getEntryNumber()));
    } else {
      database.read(handle -> dao.opening(handle, viewer)).ifPresent(answer::setOpening);
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void adjustPoints(
      AdjustPointsRequest request, StreamObserver<AdjustPointsResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    AdjustmentCause cause =
        AdjustmentCause.newBuilder()
            .setReason(request.getReason())
            .setAdjustedBy(caller.subject())
            .build();
    response.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new Adjustment(request.getAmount(), cause),
            AdjustPointsResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void holdPoints(HoldPointsRequest request, StreamObserver<HoldPointsResponse> response) {
    Duration lapsesAfter =
        request.hasLapsesAfter()
            ? Duration.ofMillis(Durations.toMillis(request.getLapsesAfter()))
            : DEFAULT_HOLD;
    HoldRequest.Place place =
        new HoldRequest.Place(
            request.getHoldId(), request.getAmount(), lapsesAfter, request.getReason());
    response.onNext(
        engine.call(
            ofPlatform(request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            place,
            HoldPointsResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void commitHold(CommitHoldRequest request, StreamObserver<CommitHoldResponse> response) {
    response.onNext(
        engine.call(
            ofPlatform(request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new HoldRequest.Commit(request.getHoldId(), request.getAmount()),
            CommitHoldResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void releaseHold(
      ReleaseHoldRequest request, StreamObserver<ReleaseHoldResponse> response) {
    response.onNext(
        engine.call(
            ofPlatform(request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new HoldRequest.Release(request.getHoldId()),
            ReleaseHoldResponse.getDefaultInstance()));
    response.onCompleted();
  }

  private static ViewerKey ofPlatform(String viewerId) {
    return ViewerKey.of(Caller.current().require(Role.MERCHANT, Role.PLATFORM), viewerId);
  }
}
