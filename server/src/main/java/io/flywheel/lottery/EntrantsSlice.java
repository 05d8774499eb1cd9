package io.flywheel.lottery;

import com.google.common.collect.ImmutableSortedMap;
import io.flywheel.engine.AppendedSlice;
import io.flywheel.engine.MemoryStates;
import jakarta.inject.Inject;
import org.jdbi.v3.core.Handle;

/**
 * All entrants of a draw of a room that is closed, by their tags. Only read, once a draw.
 * Thread-safe.
 */
final class EntrantsSlice
    implements AppendedSlice<RoomDrawKey, ImmutableSortedMap<String, String>> {
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
  public ImmutableSortedMap<String, String> read(Handle handle, RoomDrawKey key) {
    return dao.entrants(handle, key);
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
