package io.flywheel.badge;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.PageTokens;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.AdjustmentCause;
import io.flywheel.v1.AwardBadgeRequest;
import io.flywheel.v1.AwardBadgeResponse;
import io.flywheel.v1.BadgeHolder;
import io.flywheel.v1.BadgeServiceGrpc;
import io.flywheel.v1.GetBadgeAwardRequest;
import io.flywheel.v1.GetBadgeAwardResponse;
import io.flywheel.v1.GiveBadgeRequest;
import io.flywheel.v1.GiveBadgeResponse;
import io.flywheel.v1.ListBadgeHoldersRequest;
import io.flywheel.v1.ListBadgeHoldersResponse;
import io.flywheel.v1.ListBadgesRequest;
import io.flywheel.v1.ListBadgesResponse;
import io.flywheel.v1.PreviewBadgeRequest;
import io.flywheel.v1.PreviewBadgeResponse;
import io.flywheel.v1.RevokeBadgeRequest;
import io.flywheel.v1.RevokeBadgeResponse;
import io.flywheel.v1.WearBadgeRequest;
import io.flywheel.v1.WearBadgeResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** BadgeService. Thread-safe. */
final class BadgeGrpcService extends BadgeServiceGrpc.BadgeServiceImplBase {
  private static final int DEFAULT_PAGE_SIZE = 20;

  private final Engine engine;
  private final Badges badges;
  private final Rarity rarity;
  private final Database database;
  private final BadgeDao dao;
  private final Awards awards;

  @Inject
  BadgeGrpcService(
      Engine engine, Badges badges, Rarity rarity, Database database, BadgeDao dao, Awards awards) {
    this.awards = awards;
    this.engine = engine;
    this.badges = badges;
    this.rarity = rarity;
    this.database = database;
    this.dao = dao;
  }

  @Override
  public void listBadges(ListBadgesRequest request, StreamObserver<ListBadgesResponse> observer) {
    ViewerKey viewer = ViewerKey.of(Caller.current(), request.getViewerId());
    Rarity.Counts counts = rarity.of(viewer.merchantId());
    observer.onNext(
        engine.read(
            viewer,
            view -> {
              ListBadgesResponse.Builder answer =
                  ListBadgesResponse.newBuilder()
                      .addAllBadges(badges.standings(view, counts))
                      .setWornBadgeId(badges.worn(view));
              return counts.isKnown()
                  ? answer.setRarityAsOf(counts.timestamp()).build()
                  : answer.build();
            }));
    observer.onCompleted();
  }

  @Override
  public void wearBadge(WearBadgeRequest request, StreamObserver<WearBadgeResponse> observer) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.PLATFORM);
    observer.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new BadgeReactor.Wear(request.getBadgeId()),
            WearBadgeResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void listBadgeHolders(
      ListBadgeHoldersRequest request, StreamObserver<ListBadgeHoldersResponse> observer) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    PageTokens tokens =
        new PageTokens(
            "badge-holders",
            caller.merchantId(),
            request.getBadgeId(),
            String.valueOf(request.getThreshold()),
            String.valueOf(request.getRevoked()));
    List<String> after = tokens.read(request.getPageToken());
    int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
    List<BadgeDao.Holder> found =
        database.read(handle ->
            dao.holders(
                handle,
                caller.merchantId(),
                request.getBadgeId(),
                request.getThreshold(),
                request.getRevoked(),
                after.isEmpty() ? "" : after.get(0),
                after.isEmpty() ? 0 : Long.parseLong(after.get(1)),
                size + 1));
    List<BadgeDao.Holder> page = found.subList(0, Math.min(size, found.size()));
    ListBadgeHoldersResponse.Builder answer = ListBadgeHoldersResponse.newBuilder();
    page.forEach(holder -> answer.addHolders(holder(holder)));
    if (found.size() > size) {
      BadgeDao.Holder last = page.getLast();
      answer.setNextPageToken(tokens.after(last.viewerId(), String.valueOf(last.threshold())));
    }
    observer.onNext(answer.build());
    observer.onCompleted();
  }

  @Override
  public void giveBadge(GiveBadgeRequest request, StreamObserver<GiveBadgeResponse> observer) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    observer.onNext(
        engine.call(
            new ViewerKey(caller.merchantId(), request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new BadgeReactor.Give(request.getBadgeId(), reason(caller, request.getReason())),
            GiveBadgeResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void revokeBadge(
      RevokeBadgeRequest request, StreamObserver<RevokeBadgeResponse> observer) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    observer.onNext(
        engine.call(
            new ViewerKey(caller.merchantId(), request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new BadgeReactor.Revoke(request.getBadgeId(), reason(caller, request.getReason())),
            RevokeBadgeResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void previewBadge(
      PreviewBadgeRequest request, StreamObserver<PreviewBadgeResponse> observer) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    observer.onNext(
        begin(
            caller,
            request.getRequestId(),
            request,
            new AwardReactor.Begin(
                request.getBadgeId(),
                Awards.idOf(
                    caller.merchantId(), request.getBadgeId(), true, request.getRequestId()),
                true,
                false),
            PreviewBadgeResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void awardBadge(AwardBadgeRequest request, StreamObserver<AwardBadgeResponse> observer) {
    Caller caller = Caller.current().require(Role.MERCHANT, Role.PLATFORM);
    observer.onNext(
        begin(
            caller,
            request.getRequestId(),
            request,
            new AwardReactor.Begin(
                request.getBadgeId(),
                Awards.idOf(
                    caller.merchantId(), request.getBadgeId(), false, request.getRequestId()),
                false,
                request.getAnnounce()),
            AwardBadgeResponse.getDefaultInstance()));
    observer.onCompleted();
  }

  @Override
  public void getBadgeAward(
      GetBadgeAwardRequest request, StreamObserver<GetBadgeAwardResponse> observer) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    observer.onNext(awards.latest(caller.merchantId(), request.getBadgeId()));
    observer.onCompleted();
  }

  private <R extends Message> R begin(
      Caller caller, String requestId, Message request, AwardReactor.Begin begin, R answer) {
    return engine.call(
        ViewerKey.merchant(caller.merchantId()), "", "", requestId, request, begin, answer);
  }

  private static AdjustmentCause reason(Caller caller, String reason) {
    return AdjustmentCause.newBuilder().setReason(reason).setAdjustedBy(caller.subject()).build();
  }

  private static BadgeHolder holder(BadgeDao.Holder row) {
    BadgeHolder.Builder holder =
        BadgeHolder.newBuilder()
            .setViewerId(row.viewerId())
            .setThreshold(row.threshold())
            .setEarnedAt(Timestamps.fromMillis(row.earnedMillis()))
            .setRetroactive(row.retroactive())
            .setRevokedBy(row.revokedBy())
            .setRevokedReason(row.revokedReason());
    if (row.revokedMillis() > 0) {
      holder.setRevokedAt(Timestamps.fromMillis(row.revokedMillis()));
    }
    return holder.build();
  }
}
