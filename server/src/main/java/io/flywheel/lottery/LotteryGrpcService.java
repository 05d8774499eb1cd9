package io.flywheel.lottery;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.Draw;
import io.flywheel.v1.DrawRequest;
import io.flywheel.v1.DrawResponse;
import io.flywheel.v1.GetLotteryRequest;
import io.flywheel.v1.GetLotteryResponse;
import io.flywheel.v1.ListDrawsRequest;
import io.flywheel.v1.ListDrawsResponse;
import io.flywheel.v1.ListLotteriesRequest;
import io.flywheel.v1.ListLotteriesResponse;
import io.flywheel.v1.LotteryServiceGrpc;
import io.flywheel.v1.LotteryView;
import io.flywheel.v1.SearchDrawsRequest;
import io.flywheel.v1.SearchDrawsResponse;
import io.flywheel.v1.VerifyDrawRequest;
import io.flywheel.v1.VerifyDrawResponse;
import io.flywheel.v1.WithdrawLotteryRequest;
import io.flywheel.v1.WithdrawLotteryResponse;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** LotteryService. Thread-safe. */
final class LotteryGrpcService extends LotteryServiceGrpc.LotteryServiceImplBase {
  private static final String LIST = "draws";
  private static final String SEARCH = "all-draws";
  private static final int DEFAULT_PAGE_SIZE = 20;
  private static final int DEFAULT_SEARCH_SIZE = 100;

  private final Engine engine;
  private final Clock clock;
  private final Database database;
  private final LotteryViews views;
  private final SecretDao secrets;
  private final DrawDao dao;
  private final LotteryStateSlice states;

  @Inject
  LotteryGrpcService(
      Engine engine,
      Database database,
      Clock clock,
      LotteryViews views,
      SecretDao secrets,
      DrawDao dao,
      LotteryStateSlice states) {
    this.engine = engine;
    this.clock = clock;
    this.database = database;
    this.views = views;
    this.secrets = secrets;
    this.dao = dao;
    this.states = states;
  }

  @Override
  public void listLotteries(
      ListLotteriesRequest request, StreamObserver<ListLotteriesResponse> response) {
    ViewerKey viewer = ViewerKey.ofAnyone(Caller.current(), request.getViewerId());
    byte[] secret = secrets.of(viewer.merchantId());
    response.onNext(
        ListLotteriesResponse.newBuilder()
            .addAllLotteries(
                engine.read(viewer, view -> views.all(view, secret)).stream()
                    .map(lottery -> viewer.isViewer() ? lottery : withoutDraw(lottery))
                    .toList())
            .setToldAt(Timestamps.fromMillis(clock.millis()))
            .build());
    response.onCompleted();
  }

  @Override
  public void getLottery(GetLotteryRequest request, StreamObserver<GetLotteryResponse> response) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    byte[] secret = secrets.of(viewer.merchantId());
    LotteryView lottery =
        engine.read(viewer, view -> views.one(view, request.getLotteryId(), secret));
    response.onNext(GetLotteryResponse.newBuilder().setLottery(lottery).build());
    response.onCompleted();
  }

  @Override
  public void draw(DrawRequest request, StreamObserver<DrawResponse> response) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new LotteryReactor.DrawOnce(
                request.getLotteryId(),
                request.getClientSeed(),
                request.getExpectedCommitment(),
                ByteString.copyFrom(secrets.of(caller.merchantId()))),
            DrawResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void withdrawLottery(
      WithdrawLotteryRequest request, StreamObserver<WithdrawLotteryResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    response.onNext(
        engine.call(
            ViewerKey.merchant(caller.merchantId()),
            "",
            "",
            request.getRequestId(),
            request,
            new WithdrawalReactor.Withdraw(request.getLotteryId(), request.getReason()),
            WithdrawLotteryResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void listDraws(ListDrawsRequest request, StreamObserver<ListDrawsResponse> response) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    PageTokens tokens =
        new PageTokens(LIST, viewer.merchantId(), viewer.viewerId(), request.getLotteryId());
    long before = tokens.readNumber(request.getPageToken());
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    List<Draw> found =
        database.read(
            handle -> dao.draws(handle, viewer, request.getLotteryId(), before, size + 1));
    List<Draw> page =
        withRefunds(viewer.merchantId(), found.subList(0, Math.min(size, found.size())));
    ListDrawsResponse.Builder answer = ListDrawsResponse.newBuilder().addAllDraws(page);
    if (found.size() > size) {
      answer.setNextPageToken(tokens.before(Long.parseLong(page.getLast().getDrawId())));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void searchDraws(
      SearchDrawsRequest request, StreamObserver<SearchDrawsResponse> response) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    PageTokens tokens = new PageTokens(SEARCH, caller.merchantId(), request.getLotteryId());
    List<String> after = tokens.read(request.getPageToken());
    String viewerId = after.isEmpty() ? "" : after.get(0);
    long number = after.isEmpty() ? 0 : Long.parseLong(after.get(1));
    int size = request.getPageSize() == 0 ? DEFAULT_SEARCH_SIZE : request.getPageSize();
    List<Draw> found =
        database.read(handle ->
            dao.allDraws(
                handle, caller.merchantId(), request.getLotteryId(), viewerId, number, size + 1));
    List<Draw> page =
        withRefunds(caller.merchantId(), found.subList(0, Math.min(size, found.size())));
    SearchDrawsResponse.Builder answer = SearchDrawsResponse.newBuilder().addAllDraws(page);
    if (found.size() > size) {
      answer.setNextPageToken(
          tokens.after(page.getLast().getViewerId(), page.getLast().getDrawId()));
    }
    response.onNext(answer.build());
    response.onCompleted();
  }

  @Override
  public void verifyDraw(VerifyDrawRequest request, StreamObserver<VerifyDrawResponse> response) {
    response.onNext(Proofs.verify(request.getProof(), request.getPrizeId()));
    response.onCompleted();
  }

  /** Draws are never changed: whether their stakes are back stands in their viewers' states. */
  private List<Draw> withRefunds(String merchantId, List<Draw> draws) {
    Set<ViewerKey> viewers =
        draws.stream()
            .map(draw -> new ViewerKey(merchantId, draw.getViewerId()))
            .collect(Collectors.toSet());
    Map<ViewerKey, LotteryState> found = database.read(handle -> states.read(handle, viewers));
    return draws.stream()
        .map(draw -> {
          LotteryState state =
              found.getOrDefault(
                  new ViewerKey(merchantId, draw.getViewerId()), LotteryState.getDefaultInstance());
          long refunded = LotteryStateSlice.find(state, draw.getLotteryId()).getRefunded();
          return Long.parseLong(draw.getDrawId()) > refunded
              ? draw
              : draw.toBuilder().setRefunded(true).build();
        })
        .toList();
  }

  private static LotteryView withoutDraw(LotteryView lottery) {
    return lottery.toBuilder().clearCommitment().clearNextDrawId().build();
  }
}
