package io.flywheel.platform.auth;

import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.grpc.Context;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Who makes the current call, as its credentials prove.
 *
 * @param roomId the room that a viewer's token lets into; empty: none is named
 * @param broadcastId the broadcast that a viewer's token is for; empty: none
 * @param name the name to show of the caller, 1 to 64 characters; empty: none is known
 * @param picture the https address of a picture to show of the caller; empty: none is known
 * @param expiresAt when the credentials end; {@link Instant#MAX}: never, as an API key
 * @param origin where a viewer comes from, as the platform has told
 * @param readOnly whether the credentials are good for reading alone
 */
public record Caller(
    String merchantId,
    Role role,
    String subject,
    String roomId,
    String broadcastId,
    String name,
    String picture,
    Instant expiresAt,
    Origin origin,
    boolean readOnly) {
  private static final Context.Key<Caller> CURRENT = Context.key("caller");

  /**
   * Where somebody comes from, by hashes of the platform's own making; empty: not known.
   *
   * @param device of the device
   * @param network of the network, such as the address's range
   * @param payment of the way to pay
   */
  public record Origin(String device, String network, String payment) {
    static final Origin UNKNOWN = new Origin("", "", "");
  }

  /** Somebody of whom it is not told where they come from. */
  public Caller(
      String merchantId,
      Role role,
      String subject,
      String roomId,
      String broadcastId,
      String name,
      String picture,
      Instant expiresAt) {
    this(
        merchantId,
        role,
        subject,
        roomId,
        broadcastId,
        name,
        picture,
        expiresAt,
        Origin.UNKNOWN,
        false);
  }

  /** Somebody whose credentials say no more and do not end. */
  public Caller(String merchantId, Role role, String subject) {
    this(merchantId, role, subject, "", "", "", "", Instant.MAX);
  }

  /** The caller of the call that the current thread works on. */
  public static Caller current() {
    Caller caller = CURRENT.get();
    if (caller == null) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_UNAUTHENTICATED,
          "no credentials (expected: metadata \"authorization: Bearer TOKEN\" or \"x-api-key\")");
    }
    return caller;
  }

  /** The caller of the current call; empty where it needs no credentials. */
  public static Optional<Caller> find() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Fails unless the caller has one of the roles. */
  public Caller require(Role... roles) {
    if (Arrays.asList(roles).contains(role)) {
      return this;
    }
    throw notAllowed(roles);
  }

  /** Whether the caller may be told of people; else figures of few are left out as well. */
  public boolean maySeePeople() {
    return role != Role.ANALYST;
  }

  /** That the caller would have to have one of the roles. */
  ServiceException notAllowed(Role... roles) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_NOT_ALLOWED,
        "role: %s (expected: %s)"
            .formatted(
                lowerCase(role),
                String.join(" or ", Arrays.stream(roles).map(Caller::lowerCase).toList())));
  }

  /**
   * The viewer whom a request means. Viewers leave the field viewer_id empty or name themselves;
   * everyone else has to name somebody.
   */
  public String viewerId(String requested) {
    if (role == Role.VIEWER) {
      if (requested.isEmpty() || requested.equals(subject)) {
        return subject;
      }
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NOT_ALLOWED,
          "viewer_id: \"%s\" (expected: nothing, or the token's own subject)".formatted(requested));
    }
    if (requested.isEmpty()) {
      throw ServiceException.invalidField("viewer_id", "\"\" (expected: a viewer's id)");
    }
    return requested;
  }

  Context attachTo(Context context) {
    return context.withValue(CURRENT, this);
  }

  private static String lowerCase(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
