package io.flywheel.platform.cluster;

import io.flywheel.platform.config.SettingsException;
import io.lettuce.core.RedisURI;
import java.util.Optional;

/** How a node hears of the others' commits. */
sealed interface FanOut {
  /** How this is written for the other nodes to compare; holds no secrets. */
  String text();

  /** Reads the setting. */
  static FanOut of(Optional<String> redisUrl) {
    String url = redisUrl.orElse("");
    if (url.isEmpty()) {
      return new Alone();
    } else if (url.equals("none")) {
      return new None();
    }
    try {
      return new Redis(RedisURI.create(url));
    } catch (IllegalArgumentException e) {
      // The text may hold a password, so it is not repeated.
      throw new SettingsException(
          "cluster.redis-url: not a URL of Redis (expected: redis://host:6379,"
              + " rediss://:password@host:6380/1, or none)");
    }
  }

  /** There may be no other node. */
  record Alone() implements FanOut {
    @Override
    public String text() {
      return "alone";
    }
  }

  /** There may be others, and nobody hears of them. */
  record None() implements FanOut {
    @Override
    public String text() {
      return "none";
    }
  }

  /** They tell each other by Redis. */
  record Redis(RedisURI uri) implements FanOut {
    @Override
    public String text() {
      String host = uri.getHost() == null ? "sentinel " + uri.getSentinels() : uri.getHost();
      return "redis " + host + ":" + uri.getPort() + "/" + uri.getDatabase();
    }
  }
}
