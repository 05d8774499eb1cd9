package io.flywheel.platform.auth;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.config.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys of the platform's services. Thread-safe. */
@Singleton
final class ApiKeys {
  private static final int SHORTEST = 16;

  private record Entry(HashCode hash, Caller caller) {}

  private final List<Entry> entries = new ArrayList<>();

  @Inject
  ApiKeys(AuthConfig config) {
    config.apiKeys().stream()
        .flatMap(keys -> Arrays.stream(keys.split(",")))
        .forEach(line -> add("auth.api-keys", line));
    config
        .apiKeysFile()
        .ifPresent(file -> {
          try (Stream<String> lines = Files.lines(file)) {
            lines.forEach(line -> add("auth.api-keys-file", line));
          } catch (IOException e) {
            throw new SettingsException(
                "auth.api-keys-file: " + file + " (expected: a readable file)");
          }
        });
  }

  /**
   * Whose key this is. Hash codes compare in constant time: how long the answer takes tells nothing
   * of how much of a key is right.
   */
  Optional<Caller> find(String key) {
    HashCode hash = hash(key);
    Caller found = null;
    for (Entry entry : entries) {
      if (entry.hash().equals(hash)) {
        found = entry.caller();
      }
    }
    return Optional.ofNullable(found);
  }

  private void add(String setting, String line) {
    String entry = line.strip();
    if (entry.isEmpty() || entry.startsWith("#")) {
      return;
    }
    int equals = entry.lastIndexOf('=');
    if (equals < SHORTEST || !TokenClaims.isId(entry.substring(equals + 1))) {
      throw new SettingsException(
          setting
              + ": an entry is malformed (expected: key=merchant, the key of at least "
              + SHORTEST
              + " characters)");
    }
    entries.add(
        new Entry(
            hash(entry.substring(0, equals)),
            new Caller(entry.substring(equals + 1), Role.PLATFORM, "api-key")));
  }

  private static HashCode hash(String key) {
    return Hashing.sha256().hashString(key, StandardCharsets.UTF_8);
  }
}
