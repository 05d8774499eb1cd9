package io.flywheel.fulfillment.webhook;

import com.google.common.net.InetAddresses;
import io.flywheel.platform.errors.ServiceException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Where messages go. A name is looked up for every attempt, and it is the address found then, once
 * it is known to be a public one, that is connected to: a name that points elsewhere a moment later
 * helps nobody.
 */
final class Target {
  private static final String FIELD = "url";

  private final URI url;
  private final boolean anyAddress;

  private Target(URI url, boolean anyAddress) {
    this.url = url;
    this.anyAddress = anyAddress;
  }

  /**
   * The target of a URL.
   *
   * @param anyAddress whether http, and addresses that are not public, are taken
   * @throws ServiceException INVALID_FIELD
   */
  static Target of(String text, boolean anyAddress) {
    URI url = parse(text);
    String host = url.getHost();
    if (host == null || host.isEmpty() || url.getRawUserInfo() != null) {
      throw refused("\"%s\" (expected: https, a host without a user, and a path)", text);
    }
    if (!anyAddress && !url.getScheme().toLowerCase(Locale.ROOT).equals("https")) {
      throw refused("\"%s\" (expected: a URL that begins with https://)", text);
    }
    Target target = new Target(url, anyAddress);
    if (!anyAddress && target.isLocal()) {
      throw refused("\"%s\" (expected: a host with a public address)", text);
    }
    return target;
  }

  boolean isTls() {
    return url.getScheme().equalsIgnoreCase("https");
  }

  /** The host's name, or an address without brackets. */
  String host() {
    String host = url.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    return url.getPort() >= 0 ? url.getPort() : isTls() ? 443 : 80;
  }

  /** The path with its query. */
  String path() {
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }

  /**
   * An address of the host that may be connected to; empty: it has none that may.
   *
   * @throws UnknownHostException if it has no address at all
   */
  Optional<InetAddress> address() throws UnknownHostException {
    return Arrays.stream(InetAddress.getAllByName(host()))
        .filter(address -> anyAddress || isPublic(address))
        .findFirst();
  }

  /** Whether an address is one of the internet's, rather than this machine's or network's own. */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    return switch (address) {
      case Inet4Address v4 -> isPublic(v4.getAddress());
      case Inet6Address v6 -> isPublic(v6);
      default -> false;
    };
  }

  /** What RFC 6890 sets aside, besides what Java knows of. */
  private static boolean isPublic(byte[] v4) {
    int first = v4[0] & 0xFF;
    int second = v4[1] & 0xFF;
    int third = v4[2] & 0xFF;
    return first != 0
        && first < 240
        && !(first == 100 && second >= 64 && second < 128)
        && !(first == 192 && second == 0 && (third == 0 || third == 2))
        && !(first == 192 && second == 88 && third == 99)
        && !(first == 198 && (second == 18 || second == 19))
        && !(first == 198 && second == 51 && third == 100)
        && !(first == 203 && second == 0 && third == 113);
  }

  private static boolean isPublic(Inet6Address v6) {
    byte[] bytes = v6.getAddress();
    boolean isUniqueLocal = (bytes[0] & 0xFE) == 0xFC;
    boolean isGlobal = (bytes[0] & 0xE0) == 0x20;
    if (isUniqueLocal
        || InetAddresses.isTeredoAddress(v6)
        || InetAddresses.is6to4Address(v6)
        || InetAddresses.isCompatIPv4Address(v6)) {
      return false;
    }
    boolean isDocumentation =
        bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && (bytes[3] & 0xFF) == 0xB8;
    return isGlobal && !isDocumentation;
  }

  private boolean isLocal() {
    String host = host().toLowerCase(Locale.ROOT);
    if (InetAddresses.isInetAddress(host)) {
      return !isPublic(InetAddresses.forString(host));
    }
    // Whatever else a resolver takes for an address (127.1, 0x7f000001) is looked at again when it
    // is connected to.
    return host.equals("localhost") || host.endsWith(".localhost") || host.endsWith(".local");
  }

  private static URI parse(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw refused("\"%s\" (expected: a URL)", text);
    }
  }

  private static ServiceException refused(String pattern, String text) {
    return ServiceException.invalidField(FIELD, pattern.formatted(text));
  }
}
