package io.flywheel.coupon;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.CommitCouponRequest;
import io.flywheel.v1.CommitCouponResponse;
import io.flywheel.v1.Coupon;
import io.flywheel.v1.CouponServiceGrpc;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GetCouponByCodeRequest;
import io.flywheel.v1.GetCouponByCodeResponse;
import io.flywheel.v1.ImportCodesRequest;
import io.flywheel.v1.ImportCodesResponse;
import io.flywheel.v1.ListCodePoolsRequest;
import io.flywheel.v1.ListCodePoolsResponse;
import io.flywheel.v1.ListCouponsRequest;
import io.flywheel.v1.ListCouponsResponse;
import io.flywheel.v1.ReleaseCouponRequest;
import io.flywheel.v1.ReleaseCouponResponse;
import io.flywheel.v1.ReserveCouponRequest;
import io.flywheel.v1.ReserveCouponResponse;
import io.flywheel.v1.RevokeCouponRequest;
import io.flywheel.v1.RevokeCouponResponse;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** CouponService. Thread-safe. */
final class CouponGrpcService extends CouponServiceGrpc.CouponServiceImplBase {
  private static final String LIST = "coupons";
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int MAX_POOLS = 1_000;
  private static final Duration DEFAULT_HOLD = Duration.ofMinutes(15);

  private final Engine engine;
  private final Database database;
  private final Clock clock;
  private final CouponDao dao;
  private final ImportDao imports;

  @Inject
  CouponGrpcService(
      Engine engine, Database database, Clock clock, CouponDao dao, ImportDao imports) {
    this.engine = engine;
    this.database = database;
    this.clock = clock;
    this.dao = dao;
    this.imports = imports;
  }

  @Override
  public void listCoupons(
      ListCouponsRequest request, StreamObserver<ListCouponsResponse> response) {
    Caller caller = Caller.current();
    ViewerKey viewer = ViewerKey.of(caller, request.getViewerId());
    PageTokens tokens = PageTokens.of(LIST, viewer);
    long before = tokens.readNumber(request.getPageToken());
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    List<Coupon> found = database.read(handle -> dao.ofViewer(handle, viewer, before, size + 1));
    List<Coupon> page = found.subList(0, Math.min(size, found.size()));
    ListCouponsResponse.Builder answer = ListCouponsResponse.newBuilder();
    for (Coupon coupon : page) {
      Coupon now = CouponUse.at(coupon, clock.millis());
      answer.addCoupons(caller.role() == Role.HOST ? now.toBuilder().clearCode().build() : now);
    }
    if (found.size() > size) {
      answer.setNextPageToken(tokens.before(page.getLast().getNumber()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void getCouponByCode(
      GetCouponByCodeRequest request, StreamObserver<GetCouponByCodeResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    Coupon coupon =
        database
            .read(handle ->
                dao.find(handle, caller.merchantId(), request.getCode())
                    .flatMap(key -> dao.one(handle, key)))
            .orElseThrow(() ->
                ServiceException.of(
                    ErrorReason.ERROR_REASON_COUPON_NOT_FOUND,
                    "code: nobody's (expected: the code of a coupon that somebody was given)"));
    response.onNext(
        GetCouponByCodeResponse.newBuilder()
            .setCoupon(CouponUse.at(coupon, clock.millis()))
            .build());
    response.onCompleted();
  }

  @Override
  public void reserveCoupon(
      ReserveCouponRequest request, StreamObserver<ReserveCouponResponse> response) {
    ViewerKey viewer = ofPlatform(request.getViewerId());
    long number = request.hasCode() ? find(viewer, request.getCode()) : request.getNumber();
    ReserveCouponResponse answer =
        engine.call(
            viewer,
            "",
            "",
            request.getRequestId(),
            request,
            new CouponReactor.Reserve(
                number,
                request.hasCode(),
                request.getOrderId(),
                request.hasHoldFor()
                    ? Duration.ofMillis(Durations.toMillis(request.getHoldFor()))
                    : DEFAULT_HOLD),
            ReserveCouponResponse.getDefaultInstance());
    if (!answer.hasCoupon()) {
      throw CouponReactor.notFound(null);
    }
    response.onNext(answer.toBuilder().setCoupon(withCode(viewer, answer.getCoupon())).build());
    response.onCompleted();
  }

  @Override
  public void commitCoupon(
      CommitCouponRequest request, StreamObserver<CommitCouponResponse> response) {
    ViewerKey viewer = ofPlatform(request.getViewerId());
    CommitCouponResponse answer =
        engine.call(
            viewer,
            "",
            "",
            request.getRequestId(),
            request,
            new CouponReactor.Commit(request.getNumber(), request.getOrderId()),
            CommitCouponResponse.getDefaultInstance());
    response.onNext(answer.toBuilder().setCoupon(withCode(viewer, answer.getCoupon())).build());
    response.onCompleted();
  }

  @Override
  public void releaseCoupon(
      ReleaseCouponRequest request, StreamObserver<ReleaseCouponResponse> response) {
    ViewerKey viewer = ofPlatform(request.getViewerId());
    ReleaseCouponResponse answer =
        engine.call(
            viewer,
            "",
            "",
            request.getRequestId(),
            request,
            new CouponReactor.Release(request.getNumber(), request.getOrderId()),
            ReleaseCouponResponse.getDefaultInstance());
    response.onNext(answer.toBuilder().setCoupon(withCode(viewer, answer.getCoupon())).build());
    response.onCompleted();
  }

  @Override
  public void revokeCoupon(
      RevokeCouponRequest request, StreamObserver<RevokeCouponResponse> response) {
    ViewerKey viewer = ofPlatform(request.getViewerId());
    RevokeCouponResponse answer =
        engine.call(
            viewer,
            "",
            "",
            request.getRequestId(),
            request,
            new CouponReactor.Revoke(
                request.getNumber(), request.getReason(), Caller.current().subject()),
            RevokeCouponResponse.getDefaultInstance());
    response.onNext(answer.toBuilder().setCoupon(withCode(viewer, answer.getCoupon())).build());
    response.onCompleted();
  }

  @Override
  public void importCodes(
      ImportCodesRequest request, StreamObserver<ImportCodesResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        imports.take(caller.merchantId(), request.getCouponId(), request.getCodesList()));
    response.onCompleted();
  }

  @Override
  public void listCodePools(
      ListCodePoolsRequest request, StreamObserver<ListCodePoolsResponse> response) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        ListCodePoolsResponse.newBuilder()
            .addAllPools(database.read(handle -> dao.pools(handle, caller.merchantId(), MAX_POOLS)))
            .build());
    response.onCompleted();
  }

  /** The number of the viewer's coupon with a code; 0: the code is none of the viewer's. */
  private long find(ViewerKey viewer, String code) {
    return database
        .read(handle -> dao.find(handle, viewer.merchantId(), code))
        .filter(key -> key.viewer().equals(viewer))
        .map(CouponKey::number)
        .orElse(0L);
  }

  private Coupon withCode(ViewerKey viewer, Coupon coupon) {
    CouponKey key = new CouponKey(viewer, coupon.getNumber());
    return coupon.toBuilder().setCode(database.read(handle -> dao.code(handle, key))).build();
  }

  private static ViewerKey ofPlatform(String viewerId) {
    return ViewerKey.of(Caller.current().require(Role.MERCHANT, Role.PLATFORM), viewerId);
  }
}
