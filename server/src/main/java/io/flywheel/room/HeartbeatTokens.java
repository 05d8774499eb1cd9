package io.flywheel.room;

import com.google.inject.Inject;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * Proofs that this service, on whatever node, has let a viewer into a room: the session's number
 * and a code over it, the merchant, the viewer and the room, 32 characters in all. Thread-safe.
 */
final class HeartbeatTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SESSION_BYTES = 8;
  private static final int CODE_BYTES = 16;

  private final Supplier<SecretKey> key;

  @Inject
  HeartbeatTokens(HeartbeatKeyDao key) {
    this(key::get);
  }

  HeartbeatTokens(Supplier<SecretKey> key) {
    this.key = key;
  }

  /** The token of a session. */
  String issue(ViewerKey viewer, String roomId, long sessionMillis) {
    byte[] token =
        ByteBuffer.allocate(SESSION_BYTES + CODE_BYTES)
            .putLong(sessionMillis)
            .put(code(viewer, roomId, sessionMillis), 0, CODE_BYTES)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /**
   * The session that a token names.
   *
   * @throws ServiceException BAD_HEARTBEAT_TOKEN
   */
  long verify(ViewerKey viewer, String roomId, String token) {
    byte[] bytes = decode(token);
    if (bytes.length == SESSION_BYTES + CODE_BYTES) {
      long sessionMillis = ByteBuffer.wrap(bytes).getLong();
      byte[] given = Arrays.copyOfRange(bytes, SESSION_BYTES, bytes.length);
      byte[] right = Arrays.copyOf(code(viewer, roomId, sessionMillis), CODE_BYTES);
      if (MessageDigest.isEqual(given, right)) {
        return sessionMillis;
      }
    }
    throw badToken();
  }

  /** Ids hold no zero bytes, so that none can pass for a part of its neighbour. */
  private byte[] code(ViewerKey viewer, String roomId, long sessionMillis) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key.get());
      for (String id : List.of(viewer.merchantId(), viewer.viewerId(), roomId)) {
        mac.update(id.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
      }
      return mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(sessionMillis).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  private static byte[] decode(String token) {
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw badToken();
    }
  }

  private static ServiceException badToken() {
    return ServiceException.invalidFields(
        ErrorReason.ERROR_REASON_BAD_HEARTBEAT_TOKEN,
        List.of(
            FieldViolation.newBuilder()
                .setField("heartbeat_token")
                .setDescription(
                    "not issued for this viewer and room (expected: the latest answer's)")
                .build()));
  }
}
