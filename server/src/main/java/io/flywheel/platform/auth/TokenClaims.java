package io.flywheel.platform.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the claims of a token say of its owner. The signature and the times are checked before. */
final class TokenClaims {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:@-]{1,64}");
  private static final Pattern HASH = Pattern.compile("[A-Za-z0-9+/=_-]{0,64}");
  private static final String ID_EXPECTED = "1 to 64 letters, digits or . _ : @ -";
  private static final int MAX_NAME = 64;
  private static final int MAX_PICTURE = 500;

  private TokenClaims() {}

  /**
   * Whom the claims name.
   *
   * @throws ServiceException UNAUTHENTICATED with the claim that is not as it should be
   */
  static Caller callerOf(JWTClaimsSet claims, Instant expiresAt) {
    return new Caller(
        required(claims, "merchant"),
        role(claims),
        required(claims, "sub"),
        optional(claims, "room"),
        optional(claims, "broadcast"),
        name(claims),
        picture(claims),
        expiresAt,
        new Caller.Origin(hash(claims, "device"), hash(claims, "network"), hash(claims, "payment")),
        flag(claims, "read_only"));
  }

  /** Whether the text may be the id of a merchant or a viewer. */
  static boolean isId(@Nullable String text) {
    return text != null && ID.matcher(text).matches();
  }

  private static Role role(JWTClaimsSet claims) {
    String name = text(claims, "role");
    return Arrays.stream(Role.values())
        .filter(role -> role.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() -> malformed("role", "viewer, analyst, host, merchant or platform"));
  }

  private static String required(JWTClaimsSet claims, String claim) {
    String id = text(claims, claim);
    if (!isId(id)) {
      throw malformed(claim, ID_EXPECTED);
    }
    return id;
  }

  private static String optional(JWTClaimsSet claims, String claim) {
    String id = text(claims, claim);
    if (!id.isEmpty() && !isId(id)) {
      throw malformed(claim, ID_EXPECTED);
    }
    return id;
  }

  /** What the platform has hashed; it is only compared. */
  private static String hash(JWTClaimsSet claims, String claim) {
    String hash = text(claims, claim);
    if (!HASH.matcher(hash).matches()) {
      throw malformed(claim, "a hash of at most 64 letters, digits or + / = _ -");
    }
    return hash;
  }

  /** Others see it, so that it may hold nothing that turns or hides what stands beside it. */
  private static String name(JWTClaimsSet claims) {
    String name = text(claims, "name").strip();
    boolean tooLong = name.codePointCount(0, name.length()) > MAX_NAME;
    if (tooLong || name.codePoints().anyMatch(TokenClaims::changesOthers)) {
      throw malformed("name", "at most " + MAX_NAME + " characters without control characters");
    }
    return name;
  }

  private static boolean changesOthers(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      // Marks and overrides of the direction; the joiners of emoji and scripts are of use.
      case Character.FORMAT -> character != 0x200C && character != 0x200D && character < 0xE0000;
      default -> false;
    };
  }

  private static String picture(JWTClaimsSet claims) {
    String picture = text(claims, "picture");
    if (!picture.isEmpty() && !isPicture(picture)) {
      throw malformed(
          "picture", "an https:// address with a host, at most " + MAX_PICTURE + " characters");
    }
    return picture;
  }

  private static boolean isPicture(String address) {
    try {
      URI uri = new URI(address);
      return address.length() <= MAX_PICTURE
          && "https".equalsIgnoreCase(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** False where the claim is absent. */
  private static boolean flag(JWTClaimsSet claims, String name) {
    Object value = claims.getClaim(name);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw malformed(name, "true or false");
  }

  /** Empty where the claim is absent. */
  private static String text(JWTClaimsSet claims, String name) {
    Object value = claims.getClaim(name);
    if (value == null) {
      return "";
    } else if (value instanceof String text) {
      return text;
    }
    throw malformed(name, "a text");
  }

  private static ServiceException malformed(String claim, String expected) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_UNAUTHENTICATED,
        "token: claim %s (expected: %s)".formatted(claim, expected));
  }
}
