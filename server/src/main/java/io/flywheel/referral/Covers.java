package io.flywheel.referral;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Covers of rooms, cut to the size that posters have them in. They are fetched from the configured
 * origins alone, without following where those lead, and bounded in time, bytes and dots; a cover
 * that can't be had is tried again after some minutes. Thread-safe.
 */
final class Covers {
  static final int WIDTH = 720;
  static final int HEIGHT = 405;

  private static final Logger log = LoggerFactory.getLogger(Covers.class);
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_SIDE = 8_192;
  private static final int MAX_KEPT = 32;
  private static final Duration KEPT = Duration.ofMinutes(5);

  private final List<String> origins;
  private final Cache<String, Optional<BufferedImage>> kept =
      Caffeine.newBuilder().maximumSize(MAX_KEPT).expireAfterWrite(KEPT).build();

  @Inject
  Covers(ReferralConfig config) {
    this.origins = config.covers();
  }

  /** A cover; empty: there is none, or it can't be had. */
  Optional<BufferedImage> of(String url) {
    return mayFetch(url) ? kept.get(url, this::fetched) : Optional.empty();
  }

  private boolean mayFetch(String url) {
    return origins.stream().anyMatch(origin -> url.startsWith(origin + "/"));
  }

  private Optional<BufferedImage> fetched(String url) {
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER).build();
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = answer.body()) {
        if (answer.statusCode() != 200) {
          throw new IOException("status " + answer.statusCode());
        }
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          throw new IOException("more than %d bytes".formatted(MAX_BYTES));
        }
        return Optional.of(cut(read(bytes)));
      } finally {
        client.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      log.info("The cover {} can't be had: {}", url, e.toString());
      return Optional.empty();
    }
  }

  /** Reads no more dots than are needed, whatever the picture says of its size. */
  private static BufferedImage read(byte[] bytes) throws IOException {
    try (ImageInputStream input = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw new IOException("no picture that can be read");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(input, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if (width > MAX_SIDE || height > MAX_SIDE) {
          throw new IOException("%d by %d dots".formatted(width, height));
        }
        ImageReadParam param = reader.getDefaultReadParam();
        int every = Math.max(1, Math.min(width / WIDTH, height / HEIGHT));
        param.setSourceSubsampling(every, every, 0, 0);
        return reader.read(0, param);
      } finally {
        reader.dispose();
      }
    }
  }

  /** Fills the size; what is too high or wide is cut off on both sides. */
  private static BufferedImage cut(BufferedImage picture) {
    double scale =
        Math.max((double) WIDTH / picture.getWidth(), (double) HEIGHT / picture.getHeight());
    int width = (int) Math.ceil(picture.getWidth() * scale);
    int height = (int) Math.ceil(picture.getHeight() * scale);
    BufferedImage cover = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = cover.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    canvas.drawImage(picture, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height, null);
    canvas.dispose();
    return cover;
  }
}
