package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.audience.reminder.ReminderHistory;
import io.flywheel.audience.tag.TagHistory;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Validation;
import io.flywheel.program.DaySpan;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.DeleteSegmentRequest;
import io.flywheel.v1.DeleteSegmentResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ExportAudienceRequest;
import io.flywheel.v1.ExportAudienceResponse;
import io.flywheel.v1.GetAudienceMemberRequest;
import io.flywheel.v1.GetAudienceMemberResponse;
import io.flywheel.v1.GetFunnelRequest;
import io.flywheel.v1.GetFunnelResponse;
import io.flywheel.v1.GetReminderReportRequest;
import io.flywheel.v1.GetReminderReportResponse;
import io.flywheel.v1.ListAudienceRequest;
import io.flywheel.v1.ListAudienceResponse;
import io.flywheel.v1.ListSegmentsRequest;
import io.flywheel.v1.ListSegmentsResponse;
import io.flywheel.v1.ListViewerActionsRequest;
import io.flywheel.v1.ListViewerActionsResponse;
import io.flywheel.v1.ManualTagChange;
import io.flywheel.v1.PreviewSegmentRequest;
import io.flywheel.v1.PreviewSegmentResponse;
import io.flywheel.v1.PreviewTagRequest;
import io.flywheel.v1.PreviewTagResponse;
import io.flywheel.v1.SaveSegmentRequest;
import io.flywheel.v1.SaveSegmentResponse;
import io.flywheel.v1.Segment;
import io.flywheel.v1.SetManualTagsRequest;
import io.flywheel.v1.SetManualTagsResponse;
import io.flywheel.v1.SummarizeAudienceRequest;
import io.flywheel.v1.SummarizeAudienceResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** AudienceService. Thread-safe. */
final class AudienceGrpcService extends AudienceServiceGrpc.AudienceServiceImplBase {
  private static final int MAX_SEGMENTS = 100;

  private final Engine engine;
  private final Database database;
  private final AudienceDao dao;
  private final Audience audience;
  private final AudienceIndex index;
  private final TagHistory tags;
  private final Previews previews;
  private final Exports exports;
  private final ReminderHistory reminders;
  private final Timelines timelines;
  private final Clock clock;

  @Inject
  AudienceGrpcService(
      Engine engine,
      Database database,
      AudienceDao dao,
      Audience audience,
      AudienceIndex index,
      TagHistory tags,
      Previews previews,
      Exports exports,
      ReminderHistory reminders,
      Timelines timelines,
      Clock clock) {
    this.engine = engine;
    this.database = database;
    this.dao = dao;
    this.audience = audience;
    this.index = index;
    this.tags = tags;
    this.previews = previews;
    this.exports = exports;
    this.reminders = reminders;
    this.timelines = timelines;
    this.clock = clock;
  }

  @Override
  public void listAudience(
      ListAudienceRequest request, StreamObserver<ListAudienceResponse> observer) {
    observer.onNext(
        audience.list(
            staff().merchantId(),
            request.getFilter(),
            request.getOrder(),
            request.getPageSize(),
            request.getPageToken()));
    observer.onCompleted();
  }

  @Override
  public void getAudienceMember(
      GetAudienceMemberRequest request, StreamObserver<GetAudienceMemberResponse> observer) {
    ViewerKey viewer = new ViewerKey(staff().merchantId(), request.getViewerId());
    AudienceMember member = index.now(viewer);
    if (!member.hasFirstSeenAt()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_VIEWER_NOT_FOUND,
          "viewer_id: \"%s\" (expected: a viewer who entered a room or whom an event named)"
              .formatted(request.getViewerId()));
    }
    GetAudienceMemberResponse.Builder answer =
        GetAudienceMemberResponse.newBuilder().setMember(member);
    tags.addTo(answer, viewer, request.getPageSize(), request.getPageToken());
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  @Override
  public void summarizeAudience(
      SummarizeAudienceRequest request, StreamObserver<SummarizeAudienceResponse> observer) {
    Caller caller = reader();
    String merchantId = caller.merchantId();
    Instant at =
        request.hasAsOf()
            ? Instant.ofEpochMilli(Validation.millis("as_of", request.getAsOf()))
            : clock.instant();
    SummarizeAudienceResponse.Builder answer = tags.count(merchantId, at);
    if (!request.hasAsOf()) {
      answer.setViewers(database.read(handle -> dao.count(handle, merchantId)));
    }
    SummarizeAudienceResponse summary = answer.build();
    observer.onNext(caller.maySeePeople() ? summary : WithoutPeople.summary(summary));
    observer.onCompleted();
  }

  @Override
  public void previewTag(PreviewTagRequest request, StreamObserver<PreviewTagResponse> observer) {
    observer.onNext(previews.preview(staff().merchantId(), request.getTag()));
    observer.onCompleted();
  }

  @Override
  public void previewSegment(
      PreviewSegmentRequest request, StreamObserver<PreviewSegmentResponse> observer) {
    observer.onNext(previews.preview(staff().merchantId(), request.getSegment()));
    observer.onCompleted();
  }

  @Override
  public void listViewerActions(
      ListViewerActionsRequest request, StreamObserver<ListViewerActionsResponse> observer) {
    ViewerKey viewer = new ViewerKey(staff().merchantId(), request.getViewerId());
    observer.onNext(timelines.list(viewer, request));
    observer.onCompleted();
  }

  @Override
  public void getFunnel(GetFunnelRequest request, StreamObserver<GetFunnelResponse> observer) {
    Caller caller = reader();
    GetFunnelResponse funnel = previews.funnel(caller.merchantId(), request.getTaskIdsList());
    observer.onNext(caller.maySeePeople() ? funnel : WithoutPeople.funnel(funnel));
    observer.onCompleted();
  }

  @Override
  public void saveSegment(
      SaveSegmentRequest request, StreamObserver<SaveSegmentResponse> observer) {
    String merchantId = owner().merchantId();
    Segment segment = request.getSegment();
    database.inTransaction(handle -> {
      List<Segment> others =
          dao.segments(handle, merchantId).stream()
              .filter(other -> !other.getSegmentId().equals(segment.getSegmentId()))
              .toList();
      if (others.size() >= MAX_SEGMENTS) {
        throw ServiceException.of(
            ErrorReason.ERROR_REASON_TOO_MANY_SEGMENTS,
            "segment_id: one more (expected: at most %d; DeleteSegment removes one)"
                .formatted(MAX_SEGMENTS));
      }
      dao.saveSegment(handle, merchantId, segment);
      return null;
    });
    observer.onNext(SaveSegmentResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void listSegments(
      ListSegmentsRequest request, StreamObserver<ListSegmentsResponse> observer) {
    String merchantId = staff().merchantId();
    observer.onNext(
        ListSegmentsResponse.newBuilder()
            .addAllSegments(database.read(handle -> dao.segments(handle, merchantId)))
            .build());
    observer.onCompleted();
  }

  @Override
  public void deleteSegment(
      DeleteSegmentRequest request, StreamObserver<DeleteSegmentResponse> observer) {
    String merchantId = owner().merchantId();
    database.inTransaction(handle -> {
      dao.deleteSegment(handle, merchantId, request.getSegmentId());
      return null;
    });
    observer.onNext(DeleteSegmentResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void getReminderReport(
      GetReminderReportRequest request, StreamObserver<GetReminderReportResponse> observer) {
    observer.onNext(
        reminders.report(
            staff().merchantId(), DaySpan.of(request.getFirstDay(), request.getLastDay())));
    observer.onCompleted();
  }

  @Override
  public void exportAudience(
      ExportAudienceRequest request, StreamObserver<ExportAudienceResponse> observer) {
    exports.send(
        owner().merchantId(), request, (ServerCallStreamObserver<ExportAudienceResponse>) observer);
  }

  @Override
  public void setManualTags(
      SetManualTagsRequest request, StreamObserver<SetManualTagsResponse> observer) {
    Caller caller = staff();
    ManualTagChange change =
        ManualTagChange.newBuilder()
            .addAllAdd(request.getAddList())
            .addAllRemove(request.getRemoveList())
            .setBy(caller.subject())
            .setWhy(request.getWhy())
            .build();
    observer.onNext(
        engine.call(
            new ViewerKey(caller.merchantId(), request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            change,
            SetManualTagsResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  private static Caller owner() {
    return Caller.current().require(Role.MERCHANT, Role.PLATFORM);
  }

  private static Caller reader() {
    return Caller.current().require(Role.ANALYST, Role.HOST, Role.MERCHANT, Role.PLATFORM);
  }

  private static Caller staff() {
    return Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
  }
}
