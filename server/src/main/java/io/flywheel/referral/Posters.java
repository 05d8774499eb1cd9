package io.flywheel.referral;

import com.google.common.collect.ImmutableMap;
import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of invites: the code of a link alone, or on a poster. Posters are photographed, shrunk
 * and compressed on their way, so a code has few dots that are large, and a wide margin. Pure
 * functions; not to be instantiated.
 */
final class Posters {
  static final int WIDTH = 720;
  static final int HEIGHT = 1_200;

  private static final int CODE = 480;
  private static final int QUIET_MODULES = 4;
  private static final int MARGIN = 60;
  private static final int MAX_LINES = 2;
  private static final Color TOP = new Color(0xFF5A4E);
  private static final Color BOTTOM = new Color(0xB3123F);

  private Posters() {}

  /**
   * What stands on a poster. A line that the machine has no letters for is left out.
   *
   * @param from who invites
   * @param room the room's name
   * @param title the campaign's
   * @param hint what to do with the code
   * @param code the invite's code, for those who type it
   */
  record Words(String from, String room, String title, String hint, String code) {}

  /** The code of a link as a PNG, square. */
  static byte[] code(String link, int size) {
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D canvas = image.createGraphics();
    canvas.setColor(Color.WHITE);
    canvas.fillRect(0, 0, size, size);
    drawCode(canvas, link, 0, 0, size);
    canvas.dispose();
    return png(image);
  }

  /**
   * A poster as a PNG.
   *
   * @param cover stands above all else, as wide as the poster; null: there is none
   */
  static byte[] poster(String link, Words words, @Nullable BufferedImage cover) {
    int above = cover == null ? 0 : cover.getHeight();
    int height = HEIGHT + above;
    BufferedImage image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setPaint(new GradientPaint(0, above, TOP, 0, height, BOTTOM));
    canvas.fillRect(0, 0, WIDTH, height);
    canvas.drawImage(cover, 0, 0, null);
    canvas.setColor(Color.WHITE);
    int y = write(canvas, words.from(), 34, Font.PLAIN, above + MARGIN);
    y = write(canvas, words.room(), 50, Font.BOLD, y + 20);
    write(canvas, words.title(), 36, Font.PLAIN, y + 20);
    int left = (WIDTH - CODE) / 2;
    int top = height - CODE - 180;
    canvas.fillRoundRect(left - 24, top - 24, CODE + 48, CODE + 48, 36, 36);
    drawCode(canvas, link, left, top, CODE);
    canvas.setColor(Color.WHITE);
    y = write(canvas, words.hint(), 30, Font.PLAIN, top + CODE + 56);
    write(canvas, words.code(), 34, Font.BOLD, y + 6);
    canvas.dispose();
    return png(image);
  }

  /** Draws whole dots, so that all are alike, in the middle of the square. */
  private static void drawCode(Graphics2D canvas, String link, int left, int top, int size) {
    BitMatrix dots = dots(link);
    int dot = size / (dots.getWidth() + 2 * QUIET_MODULES);
    int inset = (size - dot * dots.getWidth()) / 2;
    canvas.setColor(Color.BLACK);
    for (int y = 0; y < dots.getHeight(); y++) {
      for (int x = 0; x < dots.getWidth(); x++) {
        if (dots.get(x, y)) {
          canvas.fillRect(left + inset + x * dot, top + inset + y * dot, dot, dot);
        }
      }
    }
  }

  private static BitMatrix dots(String link) {
    try {
      return new QRCodeWriter()
          .encode(
              link,
              BarcodeFormat.QR_CODE,
              0,
              0,
              ImmutableMap.of(
                  EncodeHintType.ERROR_CORRECTION,
                  ErrorCorrectionLevel.M,
                  EncodeHintType.MARGIN,
                  0));
    } catch (WriterException e) {
      throw new IllegalArgumentException("A link that is too long for a code", e);
    }
  }

  /** Writes a text in the middle, on several lines where it is long, and returns where it ends. */
  private static int write(Graphics2D canvas, String text, int size, int style, int top) {
    Font font = new Font(Font.SANS_SERIF, style, size);
    if (font.canDisplayUpTo(text) >= 0) {
      return top;
    }
    canvas.setFont(font);
    FontMetrics metrics = canvas.getFontMetrics();
    int baseline = top + metrics.getAscent();
    for (String line : lines(text, metrics)) {
      canvas.drawString(line, (WIDTH - metrics.stringWidth(line)) / 2, baseline);
      baseline += metrics.getHeight();
    }
    return baseline;
  }

  /**
   * The text in lines that fit; Chinese may be broken anywhere, other words at their blanks. What
   * fits on none is left out, and said to be.
   */
  private static List<String> lines(String text, FontMetrics metrics) {
    List<String> lines = new ArrayList<>();
    String rest = text.strip();
    while (!rest.isEmpty() && lines.size() < MAX_LINES) {
      int end = rest.length();
      while (end > 1 && metrics.stringWidth(rest.substring(0, end)) > WIDTH - 2 * MARGIN) {
        int blank = rest.lastIndexOf(' ', end - 1);
        end = blank > 0 ? blank : rest.offsetByCodePoints(end, -1);
      }
      lines.add(rest.substring(0, end).strip());
      rest = rest.substring(end).strip();
    }
    if (!rest.isEmpty()) {
      lines.add(lines.removeLast() + "…");
    }
    return lines;
  }

  private static byte[] png(BufferedImage image) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
