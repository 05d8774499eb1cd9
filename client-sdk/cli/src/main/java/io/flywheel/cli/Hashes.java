package io.flywheel.cli;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What draws are checked with. Pure functions; not to be instantiated. */
final class Hashes {
  private Hashes() {}

  static byte[] hmac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** In hexadecimal. */
  static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** In hexadecimal. */
  static String sha256(byte[] bytes) {
    try {
      return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** The hash of what entrants were told: of its deterministic protobuf encoding. */
  static String ofConfiguration(Message configuration) {
    byte[] bytes = new byte[configuration.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      configuration.writeTo(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sha256(bytes);
  }

  /**
   * A seed of 32 bytes.
   *
   * @param field where it stands, for whoever got it wrong
   */
  static byte[] bytes(String field, String digits) {
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new InputException(
          field + ": \"" + digits + "\" (expected: 64 hexadecimal digits, after the draw)");
    }
    byte[] bytes = new byte[digits.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
    }
    return bytes;
  }

  static String hex(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (byte one : bytes) {
      hex.append(Character.forDigit((one >> 4) & 0xF, 16))
          .append(Character.forDigit(one & 0xF, 16));
    }
    return hex.toString();
  }
}
