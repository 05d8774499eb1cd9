package io.flywheel.referral;

import com.google.inject.Inject;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomTold;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.http.WebPages;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.Text;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The links of invites: {@code /i/CODE} leads on to where the merchant's program says, {@code
 * /i/CODE/qr.png} is the code of that link, and {@code /i/CODE/poster.png} a poster with it. They
 * need no credentials, and tell nothing but what whoever is given the link shall see. Thread-safe.
 */
final class InviteLinks implements WebPages {
  /** The room's panel, which opens with what the invite is for. */
  private static final String PANEL = "/panel/?room={room}&at=today/welcome/{code}/{channel}";

  private static final Pattern CODE = Pattern.compile("[0-9A-Za-z]{8}");
  private static final Pattern CHANNEL = Pattern.compile("[a-z0-9_-]{0,32}");

  private final Engine engine;
  private final Database database;
  private final ReferralDao dao;
  private final InviteSlice invites;
  private final Broadcasts broadcasts;
  private final InvitePictures pictures;
  private final LinkOpens opens;

  @Inject
  InviteLinks(
      Engine engine,
      Database database,
      ReferralDao dao,
      InviteSlice invites,
      Broadcasts broadcasts,
      InvitePictures pictures,
      LinkOpens opens) {
    this.engine = engine;
    this.database = database;
    this.dao = dao;
    this.invites = invites;
    this.broadcasts = broadcasts;
    this.pictures = pictures;
    this.opens = opens;
  }

  @Override
  public void addTo(ServerBuilder server) {
    server.service("/i/{code}", (ctx, request) -> blocking(ctx, this::follow));
    server.service("/i/{code}/qr.png", (ctx, request) -> blocking(ctx, this::code));
    server.service("/i/{code}/poster.png", (ctx, request) -> blocking(ctx, this::poster));
  }

  /** An invite that a link names. */
  private record Found(ViewerKey inviter, OwnInvite invite) {
    String code() {
      return invite.getCode();
    }
  }

  private HttpResponse follow(ServiceRequestContext ctx) {
    String told = Optional.ofNullable(ctx.queryParam("c")).orElse("");
    String channel = CHANNEL.matcher(told).matches() ? told : "";
    Optional<Found> found = find(ctx);
    if (ctx.method() == HttpMethod.GET) {
      found.ifPresent(
          one -> opens.opened(one.inviter, one.invite.getInvite().getCampaignId(), channel));
    }
    return found.map(one -> redirect(landing(one, channel))).orElseGet(InviteLinks::unknown);
  }

  private HttpResponse code(ServiceRequestContext ctx) {
    return find(ctx)
        .map(found -> png(pictures.code(linkOf(ctx, found))))
        .orElseGet(InviteLinks::unknown);
  }

  private HttpResponse poster(ServiceRequestContext ctx) {
    boolean zh = !"en".equals(ctx.queryParam("lang"));
    return find(ctx)
        .map(found -> engine.read(found.inviter, view -> poster(view, found, linkOf(ctx, found))))
        .map(poster -> png(pictures.poster(poster, zh)))
        .orElseGet(InviteLinks::unknown);
  }

  private InvitePictures.Poster poster(StateView view, Found found, String link) {
    InviteState invite = found.invite.getInvite();
    RoomTold room =
        invite.getRoomId().isEmpty()
            ? RoomTold.getDefaultInstance()
            : broadcasts.room(view, invite.getRoomId()).told();
    return new InvitePictures.Poster(
        link,
        found.code(),
        CompiledReferral.of(view)
            .campaign(invite.getCampaignId())
            .map(ReferralCampaign::getTitle)
            .orElse(Text.getDefaultInstance()),
        view.profile().getShownAs().getDisplayName(),
        room.getTitle(),
        room.getCoverUrl());
  }

  /** The link as whoever asks has reached the service. */
  private static String linkOf(ServiceRequestContext ctx, Found found) {
    String scheme =
        Optional.ofNullable(ctx.request().headers().get("x-forwarded-proto"))
            .filter(told -> told.equals("https") || told.equals("http"))
            .orElse(ctx.sessionProtocol().isTls() ? "https" : "http");
    return "%s://%s/i/%s?c=poster".formatted(scheme, ctx.request().authority(), found.code());
  }

  private Optional<Found> find(ServiceRequestContext ctx) {
    String typed = String.valueOf(ctx.pathParam("code"));
    String code = CODE.matcher(typed).matches() ? Invites.normal(typed) : "";
    return merchantOf(code, ctx.queryParam("m")).flatMap(merchantId -> find(merchantId, code));
  }

  private Optional<Found> find(String merchantId, String code) {
    InviteState invite =
        engine.read(
            ViewerKey.merchant(merchantId),
            view -> view.peek(invites, new SharedKey(merchantId, code)));
    return invite.getInviterId().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Found(
                new ViewerKey(merchantId, invite.getInviterId()),
                OwnInvite.newBuilder().setCode(code).setInvite(invite).build()));
  }

  /** Whose invite it is; a link names the merchant where two have the same code. */
  private Optional<String> merchantOf(String code, @Nullable String named) {
    if (code.isEmpty()) {
      return Optional.empty();
    }
    List<String> merchants = database.read(handle -> dao.merchantsOf(handle, code));
    return named == null
        ? merchants.size() == 1 ? Optional.of(merchants.getFirst()) : Optional.empty()
        : merchants.stream().filter(named::equals).findFirst();
  }

  private String landing(Found found, String channel) {
    String pattern =
        engine.read(found.inviter, view -> CompiledReferral.of(view).rules().getLandingUrl());
    return Invites.filled(
            pattern.isEmpty() ? PANEL : pattern,
            found.inviter,
            found.code(),
            found.invite.getInvite().getRoomId())
        .replace("{channel}", channel);
  }

  private static HttpResponse redirect(String location) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.FOUND)
            .add(HttpHeaderNames.LOCATION, location)
            .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build());
  }

  private static HttpResponse png(byte[] picture) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.PNG)
            .add(HttpHeaderNames.CACHE_CONTROL, "public, max-age=3600")
            .add("access-control-allow-origin", "*")
            .add("cross-origin-resource-policy", "cross-origin")
            .build(),
        HttpData.wrap(picture));
  }

  private static HttpResponse unknown() {
    return HttpResponse.of(
        HttpStatus.NOT_FOUND,
        MediaType.HTML_UTF_8,
        """
        <!doctype html>
        <html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Flywheel</title>
        <h1>邀请链接无效</h1>
        <p>请让朋友重新发一次邀请。</p>
        <h1 lang="en">This invite is not known</h1>
        <p lang="en">Ask your friend for a new one.</p>
        """);
  }

  private static HttpResponse blocking(
      ServiceRequestContext ctx, Function<ServiceRequestContext, HttpResponse> answer) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> answer.apply(ctx), ctx.blockingTaskExecutor()));
  }
}
