package io.flywheel.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keeps things as long as the process lives. */
public final class MemoryStorage implements Storage {
  private final Map<String, byte[]> values = new ConcurrentHashMap<>();

  @Override
  public byte @Nullable [] read(String key) {
    byte[] value = values.get(key);
    return value == null ? null : value.clone();
  }

  @Override
  public void write(String key, byte[] value) {
    values.put(key, value.clone());
  }

  @Override
  public void remove(String key) {
    values.remove(key);
  }

  @Override
  public List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    for (String key : values.keySet()) {
      if (key.startsWith(prefix)) {
        keys.add(key);
      }
    }
    return keys;
  }
}
