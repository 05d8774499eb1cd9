package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.GetMerchantReportRequest;
import io.flywheel.v1.GetMerchantReportResponse;
import io.flywheel.v1.GetRetentionRequest;
import io.flywheel.v1.GetRetentionResponse;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.GetRoomReportResponse;
import io.flywheel.v1.ListPresentViewersRequest;
import io.flywheel.v1.ListPresentViewersResponse;
import io.flywheel.v1.ListRoomsRequest;
import io.flywheel.v1.ListRoomsResponse;
import io.flywheel.v1.ListVisitsRequest;
import io.flywheel.v1.ListVisitsResponse;
import io.flywheel.v1.RebuildFiguresRequest;
import io.flywheel.v1.RebuildFiguresResponse;
import io.flywheel.v1.SearchVisitsRequest;
import io.flywheel.v1.SearchVisitsResponse;
import io.flywheel.v1.WatchRoomRequest;
import io.flywheel.v1.WatchRoomResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** Figures of rooms, read and watched. Thread-safe. */
final class AnalyticsGrpcService extends AnalyticsServiceGrpc.AnalyticsServiceImplBase {
  private final Reports reports;
  private final MerchantReports merchants;
  private final PresentViewers present;
  private final RoomHub hub;
  private final Rebuilds rebuilds;

  @Inject
  AnalyticsGrpcService(
      Reports reports,
      MerchantReports merchants,
      PresentViewers present,
      RoomHub hub,
      Rebuilds rebuilds) {
    this.reports = reports;
    this.merchants = merchants;
    this.present = present;
    this.hub = hub;
    this.rebuilds = rebuilds;
  }

  @Override
  public void listPresentViewers(
      ListPresentViewersRequest request, StreamObserver<ListPresentViewersResponse> observer) {
    observer.onNext(present.list(merchant(), request.getRoomId(), request.getLimit()));
    observer.onCompleted();
  }

  @Override
  public void getMerchantReport(
      GetMerchantReportRequest request, StreamObserver<GetMerchantReportResponse> observer) {
    Caller caller = reader();
    GetMerchantReportResponse report =
        merchants.report(
            caller.merchantId(), request.getFirstDay(), request.getLastDay(), request.getRoomId());
    observer.onNext(caller.maySeePeople() ? report : WithoutPeople.report(report));
    observer.onCompleted();
  }

  @Override
  public void searchVisits(
      SearchVisitsRequest request, StreamObserver<SearchVisitsResponse> observer) {
    observer.onNext(merchants.visits(merchant(), request));
    observer.onCompleted();
  }

  @Override
  public void getRetention(
      GetRetentionRequest request, StreamObserver<GetRetentionResponse> observer) {
    Caller caller = reader();
    GetRetentionResponse retention =
        merchants.retention(caller.merchantId(), request.getFirstDay(), request.getLastDay());
    observer.onNext(caller.maySeePeople() ? retention : WithoutPeople.retention(retention));
    observer.onCompleted();
  }

  @Override
  public void listRooms(ListRoomsRequest request, StreamObserver<ListRoomsResponse> observer) {
    observer.onNext(reports.rooms(merchant(), request.getPageSize(), request.getPageToken()));
    observer.onCompleted();
  }

  @Override
  public void getRoomReport(
      GetRoomReportRequest request, StreamObserver<GetRoomReportResponse> observer) {
    observer.onNext(
        GetRoomReportResponse.newBuilder()
            .setReport(reports.report(merchant(), request.getRoomId(), request.getBroadcastId()))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listVisits(ListVisitsRequest request, StreamObserver<ListVisitsResponse> observer) {
    ViewerKey viewer = new ViewerKey(merchant(), request.getViewerId());
    observer.onNext(reports.visits(viewer, request.getPageSize(), request.getPageToken()));
    observer.onCompleted();
  }

  @Override
  public void watchRoom(WatchRoomRequest request, StreamObserver<WatchRoomResponse> observer) {
    hub.watch(
        new RoomKey(merchant(), request.getRoomId()),
        (ServerCallStreamObserver<WatchRoomResponse>) observer);
  }

  @Override
  public void rebuildFigures(
      RebuildFiguresRequest request, StreamObserver<RebuildFiguresResponse> observer) {
    rebuilds.run(
        Caller.current().require(Role.MERCHANT, Role.PLATFORM).merchantId(),
        request.getMend(),
        (ServerCallStreamObserver<RebuildFiguresResponse>) observer);
  }

  private static Caller reader() {
    return Caller.current().require(Role.ANALYST, Role.HOST, Role.MERCHANT, Role.PLATFORM);
  }

  private static String merchant() {
    return Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM).merchantId();
  }
}
