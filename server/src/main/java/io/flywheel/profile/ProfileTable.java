package io.flywheel.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Small values by numbers and ids in a bounded number of bytes: records are written one behind the
 * other into chunks, and a table with open addresses, at most two thirds full, holds their hashes
 * and where they are. A record takes {@value #HEADER} bytes besides its id and value, and its place
 * in the table 12 to 24.
 *
 * <p>Where there is no room left, the oldest chunk gives way: what was found since it was written
 * is written again, as long as that takes no more than half of a chunk, and all else is forgotten.
 * While there is room, and most of what all chunks hold was replaced or removed, only that is.
 *
 * <p>Not thread-safe, but any number may {@link #find} at a time.
 */
final class ProfileTable {
  static final int CHUNK_BYTES = 1 << 18;

  /** The longest record; a longer one is not kept. */
  private static final int LONGEST = CHUNK_BYTES / 8;

  // A record: its number, when it was read, whether it was found since, two lengths, id and value.
  private static final int NUMBER = 0;
  private static final int AT = 4;
  private static final int FOUND = 8;
  private static final int ID_LENGTH = 9;
  private static final int VALUE_LENGTH = 11;
  private static final int HEADER = 13;

  private static final int NONE = -1;

  /** Few chunks are not worth tidying up. */
  private static final int FEW_CHUNKS = 4;

  /** Reads a value where it is. */
  @FunctionalInterface
  interface Reader<T> {
    T read(byte[] bytes, int offset, int length);
  }

  /** Bytes, which are written up to the position. */
  private static final class Chunk {
    private final byte[] bytes = new byte[CHUNK_BYTES];
    private final ByteBuffer written = ByteBuffer.wrap(bytes);

    int number(int record) {
      return written.getInt(record + NUMBER);
    }

    int at(int record) {
      return written.getInt(record + AT);
    }

    boolean isFound(int record) {
      return bytes[record + FOUND] != 0;
    }

    int idLength(int record) {
      return Short.toUnsignedInt(written.getShort(record + ID_LENGTH));
    }

    int valueLength(int record) {
      return Short.toUnsignedInt(written.getShort(record + VALUE_LENGTH));
    }

    int length(int record) {
      return HEADER + idLength(record) + valueLength(record);
    }

    String id(int record) {
      return new String(bytes, record + HEADER, idLength(record), UTF_8);
    }

    boolean isOf(int record, int number, byte[] key) {
      int id = record + HEADER;
      return number(record) == number
          && idLength(record) == key.length
          && Arrays.equals(bytes, id, id + key.length, key, 0, key.length);
    }

    void add(int number, byte[] key, int atSeconds, byte[] value) {
      written
          .putInt(number)
          .putInt(atSeconds)
          .put((byte) 0)
          .putShort((short) key.length)
          .putShort((short) value.length)
          .put(key)
          .put(value);
    }

    /** Copies a record, as one that was not found since. */
    void add(Chunk from, int record, int length) {
      int to = written.position();
      written.put(from.bytes, record, length);
      bytes[to + FOUND] = 0;
    }
  }

  private final long maxBytesOfChunks;
  private final long maxBytesOfTable;

  private final List<Chunk> chunks = new ArrayList<>();

  /** The chunks' indexes, the oldest first; the last one is written to. */
  private final Deque<Integer> order = new ArrayDeque<>();

  /**
   * In the upper half an id's hash, in the lower one its record's position and 1; 0: nothing. Its
   * length is a power of two.
   */
  private long[] table = new long[1024];

  private int size;

  /** What the records take that can be found. */
  private long liveBytes;

  /**
   * An empty table.
   *
   * @param maxBytes at most how many bytes it takes, 1,000,000 to 4,000,000,000
   */
  ProfileTable(long maxBytes) {
    maxBytesOfChunks = maxBytes - maxBytes / 4;
    maxBytesOfTable = maxBytes / 4;
  }

  /**
   * A value; null: it is not there, or too old.
   *
   * @param nowSeconds the time, in the unit of {@link #put}
   * @param keptForSeconds how old a value can be
   */
  <T> @Nullable T find(
      int number, String id, int nowSeconds, int keptForSeconds, Reader<T> reader) {
    byte[] key = id.getBytes(UTF_8);
    long entry = table[slotOf(number, key, hash(number, id))];
    if (entry == 0) {
      return null;
    }
    Chunk chunk = chunkOf(entry);
    int record = offsetOf(entry);
    int age = nowSeconds - chunk.at(record);
    if (age < 0 || age >= keptForSeconds) {
      return null;
    }
    if (!chunk.isFound(record)) {
      chunk.bytes[record + FOUND] = 1; // whoever else is here writes the same
    }
    return reader.read(chunk.bytes, record + HEADER + key.length, chunk.valueLength(record));
  }

  /**
   * Keeps a value in the place of any that was there before.
   *
   * @param atSeconds when it was read
   */
  void put(int number, String id, int atSeconds, byte[] value) {
    remove(number, id);
    byte[] key = id.getBytes(UTF_8);
    int length = HEADER + key.length + value.length;
    if (length > LONGEST) {
      return;
    }
    makeRoomInTable();
    makeRoomInChunks(length);
    int hash = hash(number, id);
    int index = order.getLast();
    Chunk chunk = chunks.get(index);
    table[slotOf(number, key, hash)] = entry(hash, index, chunk.written.position());
    chunk.add(number, key, atSeconds, value);
    size++;
    liveBytes += length;
  }

  /** Forgets a value, if it is there. */
  void remove(int number, String id) {
    int slot = slotOf(number, id.getBytes(UTF_8), hash(number, id));
    if (table[slot] != 0) {
      forget(slot, chunkOf(table[slot]).length(offsetOf(table[slot])));
    }
  }

  /** How many values there are. */
  int size() {
    return size;
  }

  /** What it takes of the memory. */
  long bytes() {
    return bytesOfChunks() + (long) Long.BYTES * table.length;
  }

  /** Whether more can be kept without forgetting any. */
  boolean hasRoom() {
    return bytesOfChunks() + CHUNK_BYTES <= maxBytesOfChunks;
  }

  private long bytesOfChunks() {
    return (long) CHUNK_BYTES * chunks.size();
  }

  private void makeRoomInTable() {
    while (3L * (size + 1) > 2L * table.length) {
      if (2L * Long.BYTES * table.length <= maxBytesOfTable) {
        grow();
      } else {
        recycle(false);
      }
    }
  }

  private void makeRoomInChunks(int length) {
    while (order.isEmpty() || chunks.get(order.getLast()).written.remaining() < length) {
      boolean isTidy = chunks.size() < FEW_CHUNKS || 2 * liveBytes >= bytesOfChunks();
      if (isTidy && hasRoom()) {
        order.addLast(chunks.size());
        chunks.add(new Chunk());
      } else {
        recycle(hasRoom());
      }
    }
  }

  /**
   * Empties the oldest chunk, to be written to next, of what need not stay.
   *
   * @param keepsAll whether that is only what was replaced or removed
   */
  private void recycle(boolean keepsAll) {
    int index = order.removeFirst();
    Chunk old = chunks.get(index);
    Chunk fresh = new Chunk();
    int length;
    for (int record = 0; record < old.written.position(); record += length) {
      length = old.length(record);
      int hash = hash(old.number(record), old.id(record));
      int slot = slotAt(entry(hash, index, record));
      if (slot == NONE) {
        continue; // it was replaced or removed
      }
      int to = fresh.written.position();
      if (keepsAll || (old.isFound(record) && to + length <= CHUNK_BYTES / 2)) {
        fresh.add(old, record, length);
        table[slot] = entry(hash, index, to);
      } else {
        forget(slot, length);
      }
    }
    chunks.set(index, fresh);
    order.addLast(index);
  }

  private void grow() {
    long[] before = table;
    table = new long[2 * before.length];
    int mask = table.length - 1;
    for (long entry : before) {
      if (entry != 0) {
        int slot = hashOf(entry) & mask;
        while (table[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        table[slot] = entry;
      }
    }
  }

  private void forget(int slot, int length) {
    size--;
    liveBytes -= length;
    table[slot] = 0;
    int hole = slot;
    int mask = table.length - 1;
    for (int next = (hole + 1) & mask; table[next] != 0; next = (next + 1) & mask) {
      int wanted = hashOf(table[next]) & mask;
      // Whoever stands behind the hole and is looked for from the hole on, or before it, moves up.
      if (((next - wanted) & mask) >= ((next - hole) & mask)) {
        table[hole] = table[next];
        table[next] = 0;
        hole = next;
      }
    }
  }

  /** Where an id's entry is, or would be. */
  private int slotOf(int number, byte[] key, int hash) {
    int mask = table.length - 1;
    int slot = hash & mask;
    while (table[slot] != 0
        && !(hashOf(table[slot]) == hash
            && chunkOf(table[slot]).isOf(offsetOf(table[slot]), number, key))) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Where an entry is, or {@link #NONE}. */
  private int slotAt(long entry) {
    int mask = table.length - 1;
    int slot = hashOf(entry) & mask;
    while (table[slot] != 0) {
      if (table[slot] == entry) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  private static long entry(int hash, int chunk, int offset) {
    return ((long) hash << Integer.SIZE) | ((long) chunk * CHUNK_BYTES + offset + 1);
  }

  private static int hashOf(long entry) {
    return (int) (entry >>> Integer.SIZE);
  }

  private Chunk chunkOf(long entry) {
    return chunks.get((int) (positionOf(entry) / CHUNK_BYTES));
  }

  private static int offsetOf(long entry) {
    return (int) (positionOf(entry) % CHUNK_BYTES);
  }

  private static long positionOf(long entry) {
    return (entry & 0xffff_ffffL) - 1;
  }

  /** A string's own hash, mixed, for ids that only differ in their ends lie close together. */
  private static int hash(int number, String id) {
    int hash = (31 * number + id.hashCode()) * 0x9e3779b9;
    return hash ^ (hash >>> 16);
  }
}
