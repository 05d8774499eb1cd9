package io.flywheel.lottery;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.flywheel.counting.Triggers;
import io.flywheel.v1.RoomDraw;
import jakarta.inject.Inject;

/**
 * The rules by which draws began, which another version of the program may have changed since. Few
 * are open at a time, so that they are compiled once. Thread-safe.
 */
final class RoomDrawRules {
  private static final int MAX_KEPT = 500;

  private final LoadingCache<RoomDraw, CompiledRoomDraw> compiled;

  @Inject
  RoomDrawRules(Triggers triggers) {
    compiled =
        Caffeine.newBuilder()
            .maximumSize(MAX_KEPT)
            .build(rules ->
                new CompiledRoomDraw(
                    rules, triggers.compile(rules.getEntry(), "", "Room draw " + rules.getId())));
  }

  CompiledRoomDraw of(RoomDraw rules) {
    return compiled.get(rules);
  }
}
