package io.flywheel.administration;

import com.google.common.io.BaseEncoding;
import com.google.common.primitives.Longs;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.Expectations;

/**
 * The page tokens of ListProgramVersions: the last version of the page before, opaque to callers.
 */
final class VersionPageToken {
  private static final BaseEncoding ENCODING = BaseEncoding.base64Url().omitPadding();
  private static final int BYTES = Long.BYTES;

  private VersionPageToken() {}

  static String of(long lastVersion) {
    return ENCODING.encode(Longs.toByteArray(lastVersion));
  }

  /** The version that the page begins before; no token stands for the first page. */
  static long before(String token) {
    if (token.isEmpty()) {
      return Long.MAX_VALUE;
    }
    byte[] bytes = ENCODING.canDecode(token) ? ENCODING.decode(token) : new byte[0];
    long version = bytes.length == BYTES ? Longs.fromByteArray(bytes) : 0;
    if (version < 1) {
      throw ServiceException.invalidField(
          "page_token",
          Expectations.expected(
              Expectations.show(token), "nothing, or the next_page_token of the page before"));
    }
    return version;
  }
}
