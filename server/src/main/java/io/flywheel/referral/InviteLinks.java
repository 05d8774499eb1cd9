package io.flywheel.referral;

import com.google.inject.Inject;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.http.WebPages;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The links of invites: {@code /i/CODE} leads on to where the merchant's program says. They need no
 * credentials, and tell nothing but where they lead. Thread-safe.
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

  @Inject
  InviteLinks(Engine engine, Database database, ReferralDao dao, InviteSlice invites) {
    this.engine = engine;
    this.database = database;
    this.dao = dao;
    this.invites = invites;
  }

  @Override
  public void addTo(ServerBuilder server) {
    server.service(
        "/i/{code}", (ctx, request) -> blocking(ctx, () -> follow(ctx.pathParam("code"), ctx)));
  }

  private HttpResponse follow(@Nullable String typed, ServiceRequestContext ctx) {
    String code = typed == null || !CODE.matcher(typed).matches() ? "" : Invites.normal(typed);
    String channel = Optional.ofNullable(ctx.queryParam("c")).orElse("");
    return merchantOf(code, ctx.queryParam("m"))
        .flatMap(merchantId ->
            landing(merchantId, code, CHANNEL.matcher(channel).matches() ? channel : ""))
        .map(InviteLinks::redirect)
        .orElseGet(InviteLinks::unknown);
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

  private Optional<String> landing(String merchantId, String code, String channel) {
    ViewerKey merchant = ViewerKey.merchant(merchantId);
    return engine.read(
        merchant,
        view -> {
          InviteState invite = view.peek(invites, new SharedKey(merchantId, code));
          String pattern = CompiledReferral.of(view).rules().getLandingUrl();
          return invite.getInviterId().isEmpty()
              ? Optional.<String>empty()
              : Optional.of(
                  Invites.filled(
                          pattern.isEmpty() ? PANEL : pattern, merchant, code, invite.getRoomId())
                      .replace("{channel}", channel));
        });
  }

  private static HttpResponse redirect(String location) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.FOUND)
            .add(HttpHeaderNames.LOCATION, location)
            .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build());
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

  private static HttpResponse blocking(ServiceRequestContext ctx, Supplier<HttpResponse> answer) {
    return HttpResponse.of(CompletableFuture.supplyAsync(answer, ctx.blockingTaskExecutor()));
  }
}
