package io.flywheel.referral;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import io.flywheel.v1.Text;

/**
 * Pictures of invites, each drawn once as long as there is room to keep it. Thread-safe.
 *
 * <p>A picture is kept by all that stands on it, so that none is ever out of date.
 */
final class InvitePictures {
  private static final long MAX_KEPT_BYTES = 16L << 20;
  private static final int CODE_SIZE = 480;

  private record Drawn(String link, Posters.Words words) {}

  private static final Posters.Words NONE = new Posters.Words("", "", "", "");

  private final Cache<Drawn, byte[]> kept =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KEPT_BYTES)
          .weigher((Drawn drawn, byte[] picture) -> picture.length)
          .build();

  @Inject
  InvitePictures() {}

  /** The code of a link as a PNG. */
  byte[] code(String link) {
    return kept.get(new Drawn(link, NONE), drawn -> Posters.code(drawn.link, CODE_SIZE));
  }

  /**
   * A poster as a PNG.
   *
   * @param title the campaign's
   * @param name how whoever invites is shown; empty: not known, or anonymous
   * @param zh whether it is in Chinese
   */
  byte[] poster(String link, Text title, String name, String code, boolean zh) {
    String from =
        zh
            ? (name.isEmpty() ? "好友" : name) + " 邀请你一起看直播"
            : (name.isEmpty() ? "A friend" : name) + " invites you to watch together";
    Posters.Words words =
        new Posters.Words(
            zh || title.getEn().isEmpty() ? title.getZh() : title.getEn(),
            from,
            zh ? "长按或扫码进入直播间" : "Scan to come in",
            (zh ? "邀请码 " : "Code ") + code);
    return kept.get(new Drawn(link, words), drawn -> Posters.poster(drawn.link, drawn.words));
  }
}
