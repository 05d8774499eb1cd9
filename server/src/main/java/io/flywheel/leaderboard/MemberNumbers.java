package io.flywheel.leaderboard;

import java.util.Arrays;

/**
 * Numbers members from 0, so that all else about them can be kept in arrays: a table of numbers
 * with open addresses, at most two thirds full, takes a tenth of what a map of boxes does. Numbers
 * of those who were removed are given again. Not thread-safe.
 */
final class MemberNumbers {
  /** What stands for a member who has no number. */
  static final int NONE = -1;

  private String[] ids = new String[16];
  private int[] free = new int[0];
  private int freeCount;
  private int used;

  /** Numbers and 1, by the hashes of their ids; 0: nothing. Its length is a power of two. */
  private int[] table = new int[32];

  /** The id of a number that was given. */
  String id(int number) {
    return ids[number];
  }

  /** The number of a member, or {@link #NONE}. */
  int find(String id) {
    return table[slotOf(id)] - 1;
  }

  /** Gives a number to a member who has none. */
  int add(String id) {
    int number = freeCount > 0 ? free[--freeCount] : used++;
    if (number == ids.length) {
      ids = Arrays.copyOf(ids, number + (number >> 1));
    }
    ids[number] = id;
    if (3L * (used - freeCount) > 2L * table.length) {
      grow();
    }
    table[slotOf(id)] = number + 1;
    return number;
  }

  /** Takes a member's number away. */
  void remove(int number) {
    int hole = slotOf(ids[number]);
    table[hole] = 0;
    int mask = table.length - 1;
    for (int slot = (hole + 1) & mask; table[slot] != 0; slot = (slot + 1) & mask) {
      int wanted = hash(ids[table[slot] - 1]) & mask;
      // Whoever stands behind the hole and is looked for from the hole on, or before it, moves up.
      if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
        table[hole] = table[slot];
        table[slot] = 0;
        hole = slot;
      }
    }
    ids[number] = "";
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, Math.max(16, 2 * freeCount));
    }
    free[freeCount++] = number;
  }

  /** Where a member's number is, or would be. */
  private int slotOf(String id) {
    int mask = table.length - 1;
    int slot = hash(id) & mask;
    while (table[slot] != 0 && !ids[table[slot] - 1].equals(id)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int[] before = table;
    table = new int[2 * before.length];
    int mask = table.length - 1;
    for (int entry : before) {
      if (entry != 0) {
        int slot = hash(ids[entry - 1]) & mask;
        while (table[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        table[slot] = entry;
      }
    }
  }

  /**
   * A string's own hash, mixed, for ids that only differ in their ends lie close together in it.
   */
  private static int hash(String id) {
    int hash = id.hashCode() * 0x9e3779b9;
    return hash ^ (hash >>> 16);
  }
}
