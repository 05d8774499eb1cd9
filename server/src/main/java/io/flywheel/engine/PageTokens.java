package io.flywheel.engine;

import io.flywheel.platform.errors.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The page tokens of a list, which say where its next page begins. Callers can't read them, and no
 * other list takes them, be it another viewer's or merchant's, or the same one asked for something
 * else. Immutable and thread-safe.
 */
public final class PageTokens {
  private static final char SEPARATOR = '\n';
  private static final int SEAL_BYTES = 16;

  private final String list;
  private final List<String> scope;

  /**
   * The tokens of a list.
   *
   * @param list its name
   * @param scope whose list it is, and what it was asked for
   */
  public PageTokens(String list, String... scope) {
    this.list = list;
    this.scope = List.of(scope);
  }

  /** The tokens of one of a viewer's lists. */
  public static PageTokens of(String list, ViewerKey viewer) {
    return new PageTokens(list, viewer.merchantId(), viewer.viewerId());
  }

  /** The token of the page that begins after an item with this key. */
  public String after(String... key) {
    String text = String.join(String.valueOf(SEPARATOR), key);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] sealed = Arrays.copyOf(seal(text), SEAL_BYTES + bytes.length);
    System.arraycopy(bytes, 0, sealed, SEAL_BYTES, bytes.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  /** The token of the page whose items have smaller numbers than this one. */
  public String before(long number) {
    return after(Long.toString(number));
  }

  /**
   * The key that a token was made with; empty for an empty token, which asks for the first page.
   *
   * @throws ServiceException INVALID_FIELD if it was not made for this list
   */
  public List<String> read(String token) {
    if (token.isEmpty()) {
      return List.of();
    }
    String[] key = key(token).split(String.valueOf(SEPARATOR), -1);
    // Comparing whole texts also refuses other spellings of the same bytes.
    if (!after(key).equals(token)) {
      throw ServiceException.invalidField(
          "page_token",
          "\"%s\" (expected: the next_page_token of the page before, for the same request)"
              .formatted(token));
    }
    return List.of(key);
  }

  /**
   * The number that a token was made with; the largest there is for an empty token, which asks for
   * the first page.
   *
   * @throws ServiceException INVALID_FIELD if it was not made for this list
   */
  public long readNumber(String token) {
    List<String> key = read(token);
    return key.isEmpty() ? Long.MAX_VALUE : Long.parseLong(key.getFirst());
  }

  private static String key(String token) {
    try {
      byte[] sealed = Base64.getUrlDecoder().decode(token);
      return sealed.length <= SEAL_BYTES
          ? ""
          : new String(sealed, SEAL_BYTES, sealed.length - SEAL_BYTES, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return ""; // what is no token is none of this list's either
    }
  }

  private byte[] seal(String key) {
    List<String> sealed = new ArrayList<>(List.of("list", list));
    sealed.addAll(scope);
    sealed.add(key);
    return Id.of(sealed.toArray(String[]::new)).toBytes();
  }
}
