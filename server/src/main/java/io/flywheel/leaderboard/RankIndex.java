package io.flywheel.leaderboard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The members of one board in one period, in the order of their ranks: the higher score first; of
 * equal scores the one that was reached first; of those the smaller id. An update, a rank and the
 * beginning of a page take O(log n) and a copy within one block. Members are kept as numbers in
 * blocks of a bounded size, a Fenwick tree counts what stands before a block. Blocks have their
 * members' scores beside their numbers, and the scores that blocks begin with are side by side, so
 * that a search seldom leaves the processor's cache. Thread-safe: one writes or many read at a
 * time.
 */
final class RankIndex {
  private static final int MAX_BLOCK = 512;

  /**
   * A member at its place.
   *
   * @param position from 1, without gaps: no two members share one
   * @param score in the board's unit
   * @param reachedMillis when the score was reached, in milliseconds since 1970
   */
  record Place(int position, String member, long score, long reachedMillis) {
    /** Whether a member with a score stands before this place. */
    boolean isBehind(Score other, String otherMember) {
      if (score != other.points()) {
        return score < other.points();
      }
      return reachedMillis != other.reachedMillis()
          ? reachedMillis > other.reachedMillis()
          : member.compareTo(otherMember) > 0;
    }

    /** Whether this place stands before the one that a score of the same member leads to. */
    boolean isAheadOf(Score other) {
      return score > other.points()
          || (score == other.points() && reachedMillis < other.reachedMillis());
    }
  }

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final MemberNumbers members = new MemberNumbers();
  private final List<Block> blocks = new ArrayList<>();

  /** The score of each block's first member. */
  private long[] firsts = new long[16];

  private long[] scores = new long[16];
  private long[] reached = new long[16];
  private long[] versions = new long[16];
  private int size;
  private int[] counts = {0};

  /**
   * Puts a member at a score, wherever it stood before.
   *
   * @param version tells which of two is the newer; an older one than is known changes nothing
   * @return whether anything changed
   */
  boolean put(String member, long score, long reachedMillis, long version) {
    lock.writeLock().lock();
    try {
      int known = members.find(member);
      boolean isKnown = known != MemberNumbers.NONE;
      if (isKnown && version <= versions[known]) {
        return false;
      }
      if (isKnown) {
        move(known, score, reachedMillis);
        versions[known] = version;
      } else {
        int number = add(member);
        scores[number] = score;
        reached[number] = reachedMillis;
        versions[number] = version;
        insert(number);
      }
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Removes a member, if it is there and not known by a newer version.
   *
   * @return whether anything changed
   */
  boolean remove(String member, long version) {
    lock.writeLock().lock();
    try {
      int number = members.find(member);
      if (number == MemberNumbers.NONE || version <= versions[number]) {
        return false;
      }
      int block = blockOf(number);
      take(block, blocks.get(block).indexOf(number));
      members.remove(number);
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  int size() {
    return reading(() -> size);
  }

  /** A member's place; null: it has none. */
  @Nullable Place find(String member) {
    lock.readLock().lock();
    try {
      int number = members.find(member);
      return number == MemberNumbers.NONE ? null : place(positionOf(number), number);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** What is known of a member, whatever its place; null: nothing. */
  @Nullable Score known(String member) {
    return reading(() -> {
      int number = members.find(member);
      return number == MemberNumbers.NONE
          ? null
          : new Score(
              scores[number],
              reached[number],
              versions[number],
              false,
              WonPrizes.getDefaultInstance());
    });
  }

  /** Tells the scores of all members, in no order. */
  void forEachScore(LongConsumer told) {
    lock.readLock().lock();
    try {
      for (Block block : blocks) {
        for (int i = 0; i < block.size; i++) {
          told.accept(block.scores[i]);
        }
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** When the score that was reached last was; 0: there are no members. */
  long latestReached() {
    lock.readLock().lock();
    try {
      long latest = 0;
      for (Block block : blocks) {
        for (int i = 0; i < block.size; i++) {
          latest = Math.max(latest, reached[block.numbers[i]]);
        }
      }
      return latest;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** How many members have a higher score than this. */
  int countAbove(long score) {
    return reading(() -> {
      int block = blockBy(score, Long.MIN_VALUE, "");
      return blocks.isEmpty()
          ? 0
          : before(block) + blocks.get(block).search(score, Long.MIN_VALUE, "");
    });
  }

  /**
   * The members from a position on.
   *
   * @param first from 1
   * @param limit at most how many
   */
  List<Place> page(int first, int limit) {
    return reading(() -> pageNow(Math.max(1, first), limit));
  }

  /**
   * The members around one, itself among them; empty where it has no place.
   *
   * @param each how many before it, and how many behind it
   */
  List<Place> around(String member, int each) {
    return reading(() -> {
      int number = members.find(member);
      if (number == MemberNumbers.NONE) {
        return List.of();
      }
      int position = positionOf(number);
      int first = Math.max(1, position - each);
      return pageNow(first, position + each - first + 1);
    });
  }

  private <T extends @Nullable Object> T reading(Supplier<T> reader) {
    lock.readLock().lock();
    try {
      return reader.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  private List<Place> pageNow(int first, int limit) {
    int wanted = (int) Math.min(limit, (long) size - first + 1);
    if (wanted <= 0) {
      return List.of();
    }
    List<Place> page = new ArrayList<>(wanted);
    int block = blockAt(first - 1);
    int offset = first - 1 - before(block);
    while (page.size() < wanted) {
      Block current = blocks.get(block);
      for (; offset < current.size && page.size() < wanted; offset++) {
        page.add(place(first + page.size(), current.numbers[offset]));
      }
      block++;
      offset = 0;
    }
    return page;
  }

  private Place place(int position, int number) {
    return new Place(position, members.id(number), scores[number], reached[number]);
  }

  private int positionOf(int number) {
    int block = blockOf(number);
    return before(block) + blocks.get(block).indexOf(number) + 1;
  }

  private int add(String member) {
    int number = members.add(member);
    if (number == scores.length) {
      int length = number + (number >> 1);
      scores = Arrays.copyOf(scores, length);
      reached = Arrays.copyOf(reached, length);
      versions = Arrays.copyOf(versions, length);
    }
    return number;
  }

  private void insert(int number) {
    if (blocks.isEmpty()) {
      addBlock(0, new Block());
      recount();
    }
    int index = blockOf(number);
    Block block = blocks.get(index);
    block.insert(number);
    size++;
    if (block.size == MAX_BLOCK) {
      addBlock(index + 1, block.split());
      recount();
    } else {
      count(index, 1);
    }
    firsts[index] = block.scores[0];
  }

  private void take(int index, int offset) {
    Block block = blocks.get(index);
    block.removeAt(offset);
    size--;
    if (block.size == 0) {
      blocks.remove(index);
      System.arraycopy(firsts, index + 1, firsts, index, blocks.size() - index);
      recount();
    } else {
      firsts[index] = block.scores[0];
      count(index, -1);
    }
  }

  /** Most moves lead to a place nearby, in the same block. */
  private void move(int number, long score, long reachedMillis) {
    String member = members.id(number);
    long formerScore = scores[number];
    int index = blockOf(number);
    Block block = blocks.get(index);
    int from = block.indexOf(number);
    boolean isAhead = score != formerScore ? score > formerScore : reachedMillis < reached[number];
    boolean isNearby =
        isAhead
            ? from > 0 && !beginsBehind(index, score, reachedMillis, member)
            : index == blocks.size() - 1 || beginsBehind(index + 1, score, reachedMillis, member);
    if (isNearby) {
      block.move(from, isAhead, score, reachedMillis, member);
      firsts[index] = block.scores[0];
    } else {
      take(index, from);
    }
    scores[number] = score;
    reached[number] = reachedMillis;
    if (!isNearby) {
      insert(number);
    }
  }

  private void addBlock(int index, Block block) {
    if (blocks.size() == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * firsts.length);
    }
    System.arraycopy(firsts, index, firsts, index + 1, blocks.size() - index);
    firsts[index] = block.scores[0];
    blocks.add(index, block);
  }

  /** The block that a member is in, or belongs in, by its score. */
  private int blockOf(int number) {
    return blockBy(scores[number], reached[number], members.id(number));
  }

  /** The last block that begins at or before this place; the first one where none does. */
  private int blockBy(long score, long reachedMillis, String member) {
    int low = 0;
    int high = blocks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (beginsBehind(middle, score, reachedMillis, member)) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  private boolean beginsBehind(int block, long score, long reachedMillis, String member) {
    return firsts[block] != score
        ? firsts[block] < score
        : compareReached(blocks.get(block).numbers[0], reachedMillis, member) > 0;
  }

  /** Negative: the member of this number stands before the place, which has the same score. */
  private int compareReached(int number, long reachedMillis, String member) {
    return reached[number] != reachedMillis
        ? Long.compare(reached[number], reachedMillis)
        : members.id(number).compareTo(member);
  }

  // The Fenwick tree of the blocks' sizes: counts[i] is of the blocks that i stands for, from 1.

  private void recount() {
    counts = new int[blocks.size() + 1];
    for (int i = 1; i < counts.length; i++) {
      counts[i] += blocks.get(i - 1).size;
      int parent = i + (i & -i);
      if (parent < counts.length) {
        counts[parent] += counts[i];
      }
    }
  }

  private void count(int block, int change) {
    for (int i = block + 1; i < counts.length; i += i & -i) {
      counts[i] += change;
    }
  }

  /** How many members stand in the blocks before one. */
  private int before(int block) {
    int sum = 0;
    for (int i = block; i > 0; i -= i & -i) {
      sum += counts[i];
    }
    return sum;
  }

  /** The block that holds the member with so many before it. */
  private int blockAt(int membersBefore) {
    int index = 0;
    int left = membersBefore;
    for (int step = Integer.highestOneBit(counts.length); step > 0; step >>= 1) {
      int next = index + step;
      if (next < counts.length && counts[next] <= left) {
        index = next;
        left -= counts[next];
      }
    }
    return index;
  }

  /** Members, as numbers and with their scores, in the order of their ranks. */
  private final class Block {
    private int[] numbers = new int[16];
    private long[] scores = new long[16];
    private int size;

    void insert(int number) {
      if (size == numbers.length) {
        resize(Math.min(MAX_BLOCK, 2 * size));
      }
      long score = RankIndex.this.scores[number];
      int index = search(score, reached[number], members.id(number));
      shift(index, index + 1, size - index);
      set(index, number, score);
      size++;
    }

    void removeAt(int index) {
      shift(index + 1, index, size - index - 1);
      size--;
    }

    /** Moves a member ahead or back within the block. */
    void move(int from, boolean isAhead, long score, long reachedMillis, String member) {
      int number = numbers[from];
      int to;
      if (isAhead) {
        to = search(0, from, score, reachedMillis, member);
        shift(to, to + 1, from - to);
      } else {
        to = search(from + 1, size, score, reachedMillis, member) - 1;
        shift(from + 1, from, to - from);
      }
      set(to, number, score);
    }

    Block split() {
      Block upper = new Block();
      upper.numbers = Arrays.copyOfRange(numbers, size / 2, size);
      upper.scores = Arrays.copyOfRange(scores, size / 2, size);
      upper.size = upper.numbers.length;
      size -= upper.size;
      resize(Math.max(16, size));
      return upper;
    }

    int indexOf(int number) {
      int index = search(RankIndex.this.scores[number], reached[number], members.id(number));
      if (index == size || numbers[index] != number) {
        throw new IllegalStateException("%s is not in its block".formatted(members.id(number)));
      }
      return index;
    }

    /** The first member that does not stand before the place. */
    int search(long score, long reachedMillis, String member) {
      return search(0, size, score, reachedMillis, member);
    }

    private int search(int from, int to, long score, long reachedMillis, String member) {
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (standsBefore(middle, score, reachedMillis, member)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private boolean standsBefore(int index, long score, long reachedMillis, String member) {
      return scores[index] != score
          ? scores[index] > score
          : compareReached(numbers[index], reachedMillis, member) < 0;
    }

    private void set(int index, int number, long score) {
      numbers[index] = number;
      scores[index] = score;
    }

    private void shift(int from, int to, int length) {
      System.arraycopy(numbers, from, numbers, to, length);
      System.arraycopy(scores, from, scores, to, length);
    }

    private void resize(int length) {
      numbers = Arrays.copyOf(numbers, length);
      scores = Arrays.copyOf(scores, length);
    }
  }
}
