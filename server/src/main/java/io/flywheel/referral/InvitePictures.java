package io.flywheel.referral;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import io.flywheel.v1.Text;
import java.awt.image.BufferedImage;
import java.util.Optional;

/**
 * Pictures of invites, each drawn once as long as there is room to keep it. Thread-safe.
 *
 * <p>A picture is kept by all that stands on it, so that none is ever out of date.
 */
final class InvitePictures {
  private static final long MAX_KEPT_BYTES = 16L << 20;
  private static final int CODE_SIZE = 480;

  private record Drawn(String link, Posters.Words words, Optional<BufferedImage> cover) {}

  private static final Posters.Words NONE = new Posters.Words("", "", "", "", "");

  private final Covers covers;
  private final Cache<Drawn, byte[]> kept =
      Caffeine.newBuilder()
          .maximumWeight(MAX_KEPT_BYTES)
          .weigher((Drawn drawn, byte[] picture) -> picture.length)
          .build();

  @Inject
  InvitePictures(Covers covers) {
    this.covers = covers;
  }

  /** The code of a link as a PNG. */
  byte[] code(String link) {
    return kept.get(
        new Drawn(link, NONE, Optional.empty()), drawn -> Posters.code(drawn.link, CODE_SIZE));
  }

  /**
   * What a poster is made of.
   *
   * @param title the campaign's
   * @param name how whoever invites is shown; empty: not known, or anonymous
   * @param room the room's name; empty: not known
   * @param coverUrl the room's cover; empty: it has none
   */
  record Poster(String link, String code, Text title, String name, String room, String coverUrl) {}

  /**
   * A poster as a PNG.
   *
   * @param zh whether it is in Chinese
   */
  byte[] poster(Poster poster, boolean zh) {
    String from =
        zh
            ? (poster.name.isEmpty() ? "好友" : poster.name) + " 邀请你一起看直播"
            : (poster.name.isEmpty() ? "A friend" : poster.name) + " invites you to watch together";
    Posters.Words words =
        new Posters.Words(
            from,
            poster.room,
            zh || poster.title.getEn().isEmpty() ? poster.title.getZh() : poster.title.getEn(),
            zh ? "长按或扫码进入直播间" : "Scan to come in",
            (zh ? "邀请码 " : "Code ") + poster.code);
    return kept.get(
        new Drawn(poster.link, words, covers.of(poster.coverUrl)),
        drawn -> Posters.poster(drawn.link, drawn.words, drawn.cover.orElse(null)));
  }
}
