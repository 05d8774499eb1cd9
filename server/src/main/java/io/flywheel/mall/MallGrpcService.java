package io.flywheel.mall;

import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.CancelRedemptionRequest;
import io.flywheel.v1.CancelRedemptionResponse;
import io.flywheel.v1.DeleteDeliveryDataRequest;
import io.flywheel.v1.DeleteDeliveryDataResponse;
import io.flywheel.v1.GetMallItemRequest;
import io.flywheel.v1.GetMallItemResponse;
import io.flywheel.v1.ListMallItemsRequest;
import io.flywheel.v1.ListMallItemsResponse;
import io.flywheel.v1.ListRedemptionsRequest;
import io.flywheel.v1.ListRedemptionsResponse;
import io.flywheel.v1.MallItemView;
import io.flywheel.v1.MallServiceGrpc;
import io.flywheel.v1.RedeemItemRequest;
import io.flywheel.v1.RedeemItemResponse;
import io.flywheel.v1.Redemption;
import io.flywheel.v1.RedemptionState;
import io.flywheel.v1.RedemptionUpdate;
import io.flywheel.v1.RedemptionUpdateResult;
import io.flywheel.v1.SearchRedemptionsRequest;
import io.flywheel.v1.SearchRedemptionsResponse;
import io.flywheel.v1.UpdateRedemptionsRequest;
import io.flywheel.v1.UpdateRedemptionsResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Inject;
import java.util.List;

/** MallService. Thread-safe. */
final class MallGrpcService extends MallServiceGrpc.MallServiceImplBase {
  private static final String LIST = "redemptions";
  private static final int DEFAULT_PAGE_SIZE = 20;

  private final Engine engine;
  private final Database database;
  private final MallViews views;
  private final RedemptionDao dao;
  private final DeliveryDao deliveries;

  @Inject
  MallGrpcService(
      Engine engine,
      Database database,
      MallViews views,
      RedemptionDao dao,
      DeliveryDao deliveries) {
    this.engine = engine;
    this.database = database;
    this.views = views;
    this.dao = dao;
    this.deliveries = deliveries;
  }

  @Override
  public void listMallItems(
      ListMallItemsRequest request, StreamObserver<ListMallItemsResponse> response) {
    response.onNext(
        ListMallItemsResponse.newBuilder()
            .addAllItems(
                engine.read(
                    ViewerKey.ofAnyone(Caller.current(), request.getViewerId()), views::all))
            .build());
    response.onCompleted();
  }

  @Override
  public void getMallItem(
      GetMallItemRequest request, StreamObserver<GetMallItemResponse> response) {
    MallItemView item =
        engine.read(
            ViewerKey.of(Caller.current(), request.getViewerId()),
            view -> views.one(view, request.getItemId()));
    response.onNext(GetMallItemResponse.newBuilder().setItem(item).build());
    response.onCompleted();
  }

  @Override
  public void redeemItem(RedeemItemRequest request, StreamObserver<RedeemItemResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    RedeemItemResponse answer =
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new MallReactor.Redeem(
                request.getItemId(),
                request.hasExpectedPrice() ? request.getExpectedPrice() : null,
                request.getDeliveryMap()),
            RedeemItemResponse.getDefaultInstance());
    RedeemItemResponse.Builder told = answer.toBuilder();
    told.getRedemptionBuilder()
        .putAllDelivery(Delivery.check(answer.getRedemption().getItem(), request.getDeliveryMap()));
    response.onNext(told.build());
    response.onCompleted();
  }

  @Override
  public void listRedemptions(
      ListRedemptionsRequest request, StreamObserver<ListRedemptionsResponse> response) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    PageTokens tokens = PageTokens.of(LIST, viewer);
    long before = tokens.readNumber(request.getPageToken());
    int size = sizeOf(request.getPageSize());
    List<RedemptionDao.Row> found =
        database.read(handle -> dao.ofViewer(handle, viewer, before, size + 1));
    List<RedemptionDao.Row> page = found.subList(0, Math.min(size, found.size()));
    ListRedemptionsResponse.Builder answer = ListRedemptionsResponse.newBuilder();
    page.forEach(row -> answer.addRedemptions(shown(row)));
    if (found.size() > size) {
      answer.setNextPageToken(tokens.before(page.getLast().number()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void searchRedemptions(
      SearchRedemptionsRequest request, StreamObserver<SearchRedemptionsResponse> response) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    PageTokens tokens = new PageTokens(LIST, caller.merchantId(), request.getState().name());
    List<String> key = tokens.read(request.getPageToken());
    RedemptionDao.Position behind =
        key.isEmpty()
            ? new RedemptionDao.Position(Long.MAX_VALUE, "", 0)
            : new RedemptionDao.Position(
                Long.parseLong(key.get(0)), key.get(1), Long.parseLong(key.get(2)));
    int size = sizeOf(request.getPageSize());
    List<RedemptionDao.Row> found =
        database.read(handle ->
            dao.ofMerchant(handle, caller.merchantId(), request.getState(), behind, size + 1));
    List<RedemptionDao.Row> page = found.subList(0, Math.min(size, found.size()));
    SearchRedemptionsResponse.Builder answer = SearchRedemptionsResponse.newBuilder();
    page.forEach(row -> answer.addRedemptions(shown(row)));
    if (found.size() > size) {
      RedemptionDao.Row last = page.getLast();
      answer.setNextPageToken(
          tokens.after(
              String.valueOf(last.redeemedMillis()),
              last.redemption().getViewerId(),
              String.valueOf(last.number())));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void cancelRedemption(
      CancelRedemptionRequest request, StreamObserver<CancelRedemptionResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new MallReactor.Move(
                Long.parseLong(request.getRedemptionId()),
                RedemptionState.REDEMPTION_STATE_CANCELLED,
                "",
                request.getReason(),
                caller.role() == Role.VIEWER),
            CancelRedemptionResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void updateRedemptions(
      UpdateRedemptionsRequest request, StreamObserver<UpdateRedemptionsResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    UpdateRedemptionsResponse.Builder answer = UpdateRedemptionsResponse.newBuilder();
    for (RedemptionUpdate update : request.getUpdatesList()) {
      answer.addResults(update(caller, update));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void deleteDeliveryData(
      DeleteDeliveryDataRequest request, StreamObserver<DeleteDeliveryDataResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    ViewerKey viewer = ViewerKey.of(caller, request.getViewerId());
    response.onNext(database.inTransaction(handle -> deliveries.delete(handle, viewer)));
    response.onCompleted();
  }

  private RedemptionUpdateResult update(Caller caller, RedemptionUpdate update) {
    try {
      CancelRedemptionResponse moved =
          engine.call(
              new ViewerKey(caller.merchantId(), update.getViewerId()),
              "",
              "",
              update.getRequestId(),
              update,
              new MallReactor.Move(
                  Long.parseLong(update.getRedemptionId()),
                  update.getState(),
                  update.getReference(),
                  update.getReason(),
                  false),
              CancelRedemptionResponse.getDefaultInstance());
      return RedemptionUpdateResult.newBuilder().setRedemption(moved.getRedemption()).build();
    } catch (ServiceException e) {
      if (e.isPassing()) {
        throw e; // repeating the whole call is safe: what took effect answers the same again
      }
      return RedemptionUpdateResult.newBuilder()
          .setErrorReason(ErrorTable.nameOf(e.reason()))
          .setErrorMessage(String.valueOf(e.getMessage()))
          .build();
    }
  }

  /** Hosts see who redeemed what, and no addresses. */
  private static Redemption shown(RedemptionDao.Row row) {
    return Caller.current().role() == Role.HOST
        ? row.redemption().toBuilder().clearDelivery().build()
        : row.redemption();
  }

  private static int sizeOf(int pageSize) {
    return pageSize == 0 ? DEFAULT_PAGE_SIZE : pageSize;
  }
}
