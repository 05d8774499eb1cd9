package io.flywheel.lottery;

import com.google.common.collect.ImmutableSortedMap;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.ReadSlice;
import io.flywheel.engine.Script;
import jakarta.inject.Inject;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * All entrants of a draw of a room that is closed, by their tags. Only read, once a draw.
 * Thread-safe.
 */
final class EntrantsSlice implements ReadSlice<RoomDrawKey, ImmutableSortedMap<String, String>> {
  private final RoomDrawDao dao;

  @Inject
  EntrantsSlice(RoomDrawDao dao) {
    this.dao = dao;
  }

  @Override
  public ImmutableSortedMap<String, String> initial(RoomDrawKey key) {
    return ImmutableSortedMap.of();
  }

  @Override
  public void load(
      Script script,
      SortedSet<RoomDrawKey> keys,
      boolean lock,
      BiConsumer<RoomDrawKey, ImmutableSortedMap<String, String>> found) {
    for (RoomDrawKey key : keys) {
      found.accept(key, dao.entrants(script.handle(), key));
    }
  }

  @Override
  public ImmutableSortedMap<String, String> readRows(RoomDrawKey key, MemoryStates states) {
    ImmutableSortedMap.Builder<String, String> entrants = ImmutableSortedMap.naturalOrder();
    states.rows(EntrantAppender.Row.class).stream()
        .filter(row -> row.draw().equals(key))
        .forEach(row -> entrants.put(row.tag(), row.viewerId()));
    return entrants.buildOrThrow();
  }
}
