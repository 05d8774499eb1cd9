package io.flywheel.bench;

/**
 * Viewers of one merchant, and the rooms that they are in. Their ids are spread over the key space,
 * as ids of a platform are that a merchant's viewers are but a part of.
 */
record Population(String merchant, int size) {
  private static final int VIEWERS_PER_ROOM = 2_000;

  String viewerId(int index) {
    return "u" + Long.toHexString(spread(index));
  }

  String roomId(int index) {
    return "room-" + index / VIEWERS_PER_ROOM;
  }

  /** SplitMix64's last step, which maps no two numbers to the same one. */
  private static long spread(long index) {
    long mixed = index + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
