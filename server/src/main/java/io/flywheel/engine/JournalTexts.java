package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Takes out of bodies the texts that the journal does not keep. Thread-safe. */
@Singleton
final class JournalTexts {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int HASH_BYTES = 16;

  private static final Base64.Encoder BASE_64 = Base64.getUrlEncoder().withoutPadding();

  /** Each lane hashes by itself, most often the texts of the merchant before. */
  private static final ThreadLocal<Salted> MACS = ThreadLocal.withInitial(Salted::new);

  private final Set<FieldDescriptor> hashed = new HashSet<>();
  private final ConcurrentHashMap<Descriptor, List<List<FieldDescriptor>>> paths =
      new ConcurrentHashMap<>();

  @Inject
  JournalTexts(Set<HashedText> texts) {
    texts.forEach(text -> hashed.add(text.field()));
  }

  /** Whether a body has such a text in it. */
  boolean hasSome(Message body) {
    for (List<FieldDescriptor> path : pathsIn(body.getDescriptorForType())) {
      if (isThere(body, path, 0)) {
        return true;
      }
    }
    return false;
  }

  /** The body with each such text replaced by {@code #HASH:LENGTH}, the length in characters. */
  Message hash(Message body, byte[] salt) {
    Message.Builder builder = body.toBuilder();
    for (List<FieldDescriptor> path : pathsIn(body.getDescriptorForType())) {
      if (isThere(body, path, 0)) {
        replace(builder, path, 0, salt);
      }
    }
    return builder.build();
  }

  private static boolean isThere(Message message, List<FieldDescriptor> path, int step) {
    FieldDescriptor field = path.get(step);
    if (step == path.size() - 1) {
      return !((String) message.getField(field)).isEmpty();
    }
    return message.hasField(field) && isThere((Message) message.getField(field), path, step + 1);
  }

  private static void replace(
      Message.Builder message, List<FieldDescriptor> path, int step, byte[] salt) {
    FieldDescriptor field = path.get(step);
    if (step == path.size() - 1) {
      message.setField(field, hashOf((String) message.getField(field), salt));
    } else {
      Message.Builder inner = ((Message) message.getField(field)).toBuilder();
      replace(inner, path, step + 1, salt);
      message.setField(field, inner.build());
    }
  }

  private static String hashOf(String text, byte[] salt) {
    byte[] hash = MACS.get().of(salt).doFinal(text.getBytes(StandardCharsets.UTF_8));
    String start = BASE_64.encodeToString(Arrays.copyOf(hash, HASH_BYTES));
    return "#" + start + ":" + text.codePointCount(0, text.length());
  }

  private List<List<FieldDescriptor>> pathsIn(Descriptor type) {
    List<List<FieldDescriptor>> known = paths.get(type);
    if (known == null) {
      known = new ArrayList<>();
      find(type, new ArrayList<>(), known);
      paths.put(type, known);
    }
    return known;
  }

  private void find(
      Descriptor type, List<FieldDescriptor> path, List<List<FieldDescriptor>> found) {
    for (FieldDescriptor field : type.getFields()) {
      boolean again = path.stream().anyMatch(step -> step.getContainingType().equals(type));
      if (field.isRepeated() || again) {
        continue;
      }
      path.add(field);
      if (hashed.contains(field)) {
        found.add(List.copyOf(path));
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        find(field.getMessageType(), path, found);
      }
      path.remove(path.size() - 1);
    }
  }

  /** What hashes with one salt until it is asked for another. Used by one thread. */
  private static final class Salted {
    private final Mac mac;
    private byte[] salt = {};

    Salted() {
      try {
        mac = Mac.getInstance(ALGORITHM);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
      }
    }

    Mac of(byte[] wanted) {
      if (!Arrays.equals(salt, wanted)) {
        try {
          mac.init(new SecretKeySpec(wanted, ALGORITHM));
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException("any bytes are a key of " + ALGORITHM, e);
        }
        salt = wanted;
      }
      return mac;
    }
  }
}
