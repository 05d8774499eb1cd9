package io.flywheel.fulfillment.webhook;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.fulfillment.WebhookSecrets;
import io.flywheel.fulfillment.WebhookSecrets.Secret;
import io.flywheel.v1.WebhookSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of an endpoint, of which several sign while they change. Immutable and thread-safe.
 */
final class Secrets {
  private static final int KEY_BYTES = 32;
  private static final int MAX_SECRETS = 5;
  private static final String ALGORITHM = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final WebhookSecrets all;

  private Secrets(WebhookSecrets all) {
    this.all = all;
  }

  /** The first secret of an endpoint. */
  static Secrets create(Instant now) {
    return new Secrets(WebhookSecrets.newBuilder().addSecrets(fresh(now, "")).build());
  }

  static Secrets of(byte[] stored) {
    try {
      return new Secrets(WebhookSecrets.parseFrom(stored));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("webhook_endpoint.secrets can't be read", e);
    }
  }

  byte[] toBytes() {
    return all.toByteArray();
  }

  /**
   * With a new one; the others end after a while, if not before. The same request changes nothing.
   */
  Secrets rotated(String requestId, Duration keepFormer, Instant now) {
    if (all.getSecretsList().stream().anyMatch(secret -> secret.getRequestId().equals(requestId))) {
      return this;
    }
    long ends = now.plus(keepFormer).toEpochMilli();
    WebhookSecrets.Builder next = WebhookSecrets.newBuilder().addSecrets(fresh(now, requestId));
    for (Secret secret : active(now)) {
      boolean endsSooner = secret.getEndsMillis() != 0 && secret.getEndsMillis() < ends;
      if (next.getSecretsCount() < MAX_SECRETS && (endsSooner || ends > now.toEpochMilli())) {
        next.addSecrets(endsSooner ? secret : secret.toBuilder().setEndsMillis(ends).build());
      }
    }
    return new Secrets(next.build());
  }

  /** Those that sign now, as callers see them. */
  List<WebhookSecret> shown(Instant now) {
    return active(now).stream().map(Secrets::shown).toList();
  }

  /** The header webhook-signature of a message. */
  String sign(String id, long epochSecond, String body, Instant now) {
    byte[] signed = (id + "." + epochSecond + "." + body).getBytes(StandardCharsets.UTF_8);
    return active(now).stream()
        .map(secret -> "v1," + Base64.getEncoder().encodeToString(mac(secret, signed)))
        .collect(Collectors.joining(" "));
  }

  private List<Secret> active(Instant now) {
    return all.getSecretsList().stream()
        .filter(
            secret -> secret.getEndsMillis() == 0 || now.toEpochMilli() < secret.getEndsMillis())
        .toList();
  }

  private static byte[] mac(Secret secret, byte[] signed) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getKey().toByteArray(), ALGORITHM));
      return mac.doFinal(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  private static Secret fresh(Instant now, String requestId) {
    byte[] key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return Secret.newBuilder()
        .setKey(ByteString.copyFrom(key))
        .setCreatedMillis(now.toEpochMilli())
        .setRequestId(requestId)
        .build();
  }

  private static WebhookSecret shown(Secret secret) {
    WebhookSecret.Builder shown =
        WebhookSecret.newBuilder()
            .setSecret("whsec_" + Base64.getEncoder().encodeToString(secret.getKey().toByteArray()))
            .setCreatedAt(Timestamps.fromMillis(secret.getCreatedMillis()));
    if (secret.getEndsMillis() != 0) {
      shown.setEndsAt(Timestamps.fromMillis(secret.getEndsMillis()));
    }
    return shown.build();
  }
}
