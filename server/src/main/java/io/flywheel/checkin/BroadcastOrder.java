package io.flywheel.checkin;

import com.google.common.collect.ImmutableMap;
import java.util.List;

/**
 * The broadcasts of a room in the order in which the first check-in of each was heard of. A
 * broadcast to which nobody checked in is in no one's way. Immutable and thread-safe.
 */
final class BroadcastOrder {
  /** More than a streak's runs reach back, so that a broadcast which still counts is known. */
  static final int REMEMBERED = 500;

  static final BroadcastOrder EMPTY = of(RoomBroadcastsState.getDefaultInstance());

  private final RoomBroadcastsState state;
  private final ImmutableMap<String, Integer> ordinals;

  private BroadcastOrder(RoomBroadcastsState state, ImmutableMap<String, Integer> ordinals) {
    this.state = state;
    this.ordinals = ordinals;
  }

  static BroadcastOrder of(RoomBroadcastsState state) {
    ImmutableMap.Builder<String, Integer> ordinals = ImmutableMap.builder();
    for (int i = 0; i < state.getBroadcastIdsCount(); i++) {
      ordinals.put(state.getBroadcastIds(i), state.getFirstOrdinal() + i);
    }
    return new BroadcastOrder(state, ordinals.buildOrThrow());
  }

  /** The broadcast's place; one that is not known would come next. */
  int ordinalOf(String broadcastId) {
    Integer known = ordinals.get(broadcastId);
    return known == null ? latest() + 1 : known;
  }

  boolean knows(String broadcastId) {
    return ordinals.containsKey(broadcastId);
  }

  /** The place of the latest broadcast; -1: there is none. */
  int latest() {
    return state.getFirstOrdinal() + state.getBroadcastIdsCount() - 1;
  }

  /** The order with a broadcast that was not known. */
  BroadcastOrder with(String broadcastId) {
    RoomBroadcastsState.Builder longer = state.toBuilder().addBroadcastIds(broadcastId);
    if (longer.getBroadcastIdsCount() > REMEMBERED) {
      List<String> kept = longer.getBroadcastIdsList().subList(1, REMEMBERED + 1);
      return of(
          RoomBroadcastsState.newBuilder()
              .setFirstOrdinal(state.getFirstOrdinal() + 1)
              .addAllBroadcastIds(kept)
              .build());
    }
    return of(longer.build());
  }

  RoomBroadcastsState state() {
    return state;
  }
}
