package io.flywheel.referral;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import com.sun.net.httpserver.HttpServer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** Pictures of invites are read again, also after what chat apps do to them. */
final class PostersTest {
  private static final List<String> LINKS =
      List.of(
          "http://127.0.0.1:8080/i/7KQ2M9XA",
          "https://live.example.com/i/ZZZZZZZZ?c=poster",
          "https://a-rather-long-name-of-a-host.streams.example.com/i/23456789?m=merchant-1&c=poster");

  @Test
  void aCodeIsReadAfterJpegOfQuality60AndHalfSize() throws Exception {
    for (String link : LINKS) {
      assertThat(read(half(jpeg(image(Posters.code(link, 480)), 0.6f)))).isEqualTo(link);
    }
  }

  @Test
  void aPosterIsReadAfterJpegOfQuality60AndHalfSizeInBothLanguages() throws Exception {
    List<Posters.Words> words =
        List.of(
            new Posters.Words("小雨邀请你一起看直播", "小雨的美妆直播间", "邀请好友，双方有礼", "长按识别二维码", "邀请码 7KQ2M9XA"),
            new Posters.Words(
                "Anna invites you to watch together",
                "A room with a name that is longer than one would think it can be, and longer still",
                "Bring a friend: something for both of you, and more when your friend orders",
                "Scan to come in",
                "Code 7KQ2M9XA"));
    for (String link : LINKS) {
      for (Posters.Words one : words) {
        BufferedImage poster = image(Posters.poster(link, one, null));
        assertThat(poster.getWidth()).isEqualTo(Posters.WIDTH);
        assertThat(poster.getHeight()).isEqualTo(Posters.HEIGHT);
        assertThat(read(half(jpeg(poster, 0.6f)))).as("%s", one).isEqualTo(link);
      }
    }
  }

  @Test
  void aCoverOfAConfiguredOriginStandsOnThePosterAndNoOtherIsFetched() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer pictures =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pictures.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          byte[] answer =
              exchange.getRequestURI().getPath().equals("/cover.png") ? blue() : new byte[9];
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    pictures.start();
    try {
      String origin = "http://127.0.0.1:" + pictures.getAddress().getPort();
      Covers covers =
          new Covers(new ReferralConfig(Optional.empty(), Optional.empty(), Optional.of(origin)));
      BufferedImage cover = covers.of(origin + "/cover.png").orElseThrow();
      assertThat(covers.of(origin + "/cover.png")).as("it is fetched once").containsSame(cover);
      assertThat(covers.of(origin + "/broken.png")).isEmpty();
      assertThat(covers.of(origin + ".elsewhere/cover.png")).isEmpty();
      assertThat(covers.of("http://localhost:" + pictures.getAddress().getPort() + "/cover.png"))
          .isEmpty();
      assertThat(asked).containsExactly("/cover.png", "/broken.png");
      Posters.Words words = new Posters.Words("小雨", "直播间", "邀请", "扫码", "7KQ2M9XA");
      BufferedImage poster = image(Posters.poster(LINKS.getFirst(), words, cover));
      assertThat(poster.getHeight()).isEqualTo(Posters.HEIGHT + Covers.HEIGHT);
      assertThat(new Color(poster.getRGB(Covers.WIDTH / 2, Covers.HEIGHT / 2)))
          .isEqualTo(Color.BLUE);
      assertThat(read(half(jpeg(poster, 0.6f)))).isEqualTo(LINKS.getFirst());
    } finally {
      pictures.stop(0);
    }
  }

  /** A picture that is wider than a poster's cover. */
  private static byte[] blue() throws IOException {
    BufferedImage picture = new BufferedImage(1_600, 400, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = picture.createGraphics();
    canvas.setColor(Color.BLUE);
    canvas.fillRect(0, 0, 1_600, 400);
    canvas.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
  }

  private static BufferedImage image(byte[] bytes) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  private static BufferedImage jpeg(BufferedImage image, float quality) throws Exception {
    BufferedImage plain =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = plain.createGraphics();
    canvas.drawImage(image, 0, 0, null);
    canvas.dispose();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam params = writer.getDefaultWriteParam();
    params.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    params.setCompressionQuality(quality);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream output = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(output);
      writer.write(null, new IIOImage(plain, null, null), params);
    }
    writer.dispose();
    return image(bytes.toByteArray());
  }

  private static BufferedImage half(BufferedImage image) {
    BufferedImage small =
        new BufferedImage(image.getWidth() / 2, image.getHeight() / 2, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = small.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    canvas.drawImage(image, 0, 0, small.getWidth(), small.getHeight(), null);
    canvas.dispose();
    return small;
  }

  private static String read(BufferedImage image) throws Exception {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return new QRCodeReader()
        .decode(
            new BinaryBitmap(
                new HybridBinarizer(
                    new RGBLuminanceSource(image.getWidth(), image.getHeight(), pixels))))
        .getText();
  }
}
