package io.flywheel.engine;

import io.flywheel.platform.errors.ServiceException;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Where the next page of one of a viewer's numbered lists begins, as a text that callers can't read
 * and that no other list and no other viewer's list takes. Not to be instantiated.
 */
public final class PageToken {
  private static final int BYTES = Long.BYTES + 16;

  private PageToken() {}

  /** The token of the page whose items have smaller numbers than {@code number}. */
  public static String before(String list, ViewerKey viewer, long number) {
    byte[] bytes =
        ByteBuffer.allocate(BYTES).putLong(number).put(seal(list, viewer, number)).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The number that a token was made with; the largest there is for an empty token, which asks for
   * the first page.
   *
   * @throws ServiceException INVALID_FIELD if it was not made for this list of this viewer
   */
  public static long read(String list, ViewerKey viewer, String token) {
    if (token.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long number = number(token);
    // Comparing whole texts also refuses other spellings of the same bytes.
    if (!before(list, viewer, number).equals(token)) {
      throw ServiceException.invalidField(
          "page_token",
          "\"%s\" (expected: the next_page_token of the page before, for the same viewer)"
              .formatted(token));
    }
    return number;
  }

  private static long number(String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      return bytes.length == BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
    } catch (IllegalArgumentException e) {
      return 0; // no page has this number's token, for items are numbered from 1
    }
  }

  private static byte[] seal(String list, ViewerKey viewer, long number) {
    return Id.of("page", list, viewer.merchantId(), viewer.viewerId(), Long.toString(number))
        .toBytes();
  }
}
