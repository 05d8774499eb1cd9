package io.flywheel.checkin;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The broadcasts of a room to which somebody checked in, in the order in which they began, however
 * they were heard of. A broadcast to which nobody checked in is in no one's way. Immutable and
 * thread-safe.
 */
final class BroadcastOrder {
  /** More than a streak's runs reach back, so that a broadcast which still counts is known. */
  static final int REMEMBERED = 500;

  static final BroadcastOrder EMPTY = of(RoomBroadcastsState.getDefaultInstance());

  private static final Comparator<OrderedBroadcast> ORDER =
      Comparator.comparingLong(OrderedBroadcast::getStartMs)
          .thenComparing(OrderedBroadcast::getBroadcastId);

  private final RoomBroadcastsState state;
  private final ImmutableMap<String, Integer> places;

  private BroadcastOrder(RoomBroadcastsState state, ImmutableMap<String, Integer> places) {
    this.state = state;
    this.places = places;
  }

  static BroadcastOrder of(RoomBroadcastsState state) {
    ImmutableMap.Builder<String, Integer> places = ImmutableMap.builder();
    int place = 0;
    for (String earlier : state.getBroadcastIdsList()) {
      places.put(earlier, place++);
    }
    for (OrderedBroadcast broadcast : state.getBroadcastsList()) {
      places.put(broadcast.getBroadcastId(), place++);
    }
    return new BroadcastOrder(state, places.buildOrThrow());
  }

  boolean knows(String broadcastId) {
    return places.containsKey(broadcastId);
  }

  /** The place of a broadcast that is known. */
  int placeOf(String broadcastId) {
    Integer place = places.get(broadcastId);
    if (place == null) {
      throw new IllegalArgumentException(broadcastId + " is not known");
    }
    return place;
  }

  /** The broadcast at a place. */
  String idAt(int place) {
    int earlier = state.getBroadcastIdsCount();
    return place < earlier
        ? state.getBroadcastIds(place)
        : state.getBroadcasts(place - earlier).getBroadcastId();
  }

  /** The place of the latest broadcast; -1: there is none. */
  int latest() {
    return places.size() - 1;
  }

  /** The broadcasts that an earlier version numbered from one number to another, if remembered. */
  ImmutableList<String> numbered(int from, int to) {
    int first = Math.max(0, from - state.getFirstOrdinal());
    int after = Math.min(state.getBroadcastIdsCount(), to + 1 - state.getFirstOrdinal());
    return first < after
        ? ImmutableList.copyOf(state.getBroadcastIdsList().subList(first, after))
        : ImmutableList.of();
  }

  /**
   * The order with a broadcast that began at a time, or with what is known of it by now. The oldest
   * are forgotten; one that began before all that are remembered is not taken in.
   */
  BroadcastOrder with(String broadcastId, long startMillis) {
    if (state.getBroadcastIdsList().contains(broadcastId)) {
      return this; // in its place, for when it began is not known
    }
    List<OrderedBroadcast> broadcasts = new ArrayList<>(state.getBroadcastsList());
    broadcasts.removeIf(known -> known.getBroadcastId().equals(broadcastId));
    broadcasts.add(
        OrderedBroadcast.newBuilder().setBroadcastId(broadcastId).setStartMs(startMillis).build());
    broadcasts.sort(ORDER);
    int surplus = Math.max(0, state.getBroadcastIdsCount() + broadcasts.size() - REMEMBERED);
    int earlier = Math.min(surplus, state.getBroadcastIdsCount());
    return of(
        RoomBroadcastsState.newBuilder()
            .setFirstOrdinal(state.getFirstOrdinal() + earlier)
            .addAllBroadcastIds(
                state.getBroadcastIdsList().subList(earlier, state.getBroadcastIdsCount()))
            .addAllBroadcasts(broadcasts.subList(surplus - earlier, broadcasts.size()))
            .build());
  }

  RoomBroadcastsState state() {
    return state;
  }
}
