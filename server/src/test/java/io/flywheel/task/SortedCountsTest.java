package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SortedCountsTest {
  @Test
  void countsAreThoseOfAMapInWhateverOrderTheyCome() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 500; round++) {
      TreeMap<Long, Long> expected = new TreeMap<>();
      SortedCounts counts = read(expected);
      for (int step = 0; step < 30; step++) {
        long key = random.nextLong(20);
        long more = random.nextLong(1, 5);
        expected.merge(key, more, Long::sum);
        counts.add(key, more);
        if (random.nextInt(10) == 0) {
          counts.removeFirst(1);
          expected.pollFirstEntry();
        }
        assertThat(entries(counts)).isEqualTo(expected);
        assertThat(counts.of(key)).isEqualTo(expected.getOrDefault(key, 0L));
      }
      assertThat(entries(read(expected))).isEqualTo(expected);
    }
  }

  @Test
  void allThatDiffersFromWhatWasReadLiesAtTheChangedPlaceOrBehindIt() {
    SplittableRandom random = new SplittableRandom(12);
    for (int round = 0; round < 500; round++) {
      TreeMap<Long, Long> stored = new TreeMap<>();
      for (int i = random.nextInt(8); i > 0; i--) {
        stored.put(random.nextLong(20), random.nextLong(1, 5));
      }
      SortedCounts counts = read(stored);
      assertThat(counts.changedFrom()).isEqualTo(stored.size());
      for (int i = random.nextInt(3); i > 0; i--) {
        counts.add(random.nextLong(20), 1);
      }
      List<Map.Entry<Long, Long>> before = List.copyOf(stored.entrySet());
      List<Map.Entry<Long, Long>> after = List.copyOf(entries(counts).entrySet());
      int kept = counts.changedFrom();
      assertThat(after.subList(0, kept)).isEqualTo(before.subList(0, kept));
      if (kept < before.size()) {
        assertThat(after.get(kept)).isNotEqualTo(before.get(kept));
      }
    }
  }

  @Test
  void countsThatAreTooHighStayAtTheHighest() {
    SortedCounts counts = read(new TreeMap<>(Map.of(7L, Long.MAX_VALUE - 1)));
    counts.add(7, 5);
    assertThat(counts.of(7)).isEqualTo(Long.MAX_VALUE);
  }

  private static SortedCounts read(Map<Long, Long> stored) {
    List<Map.Entry<Long, Long>> entries = new ArrayList<>(stored.entrySet());
    return new SortedCounts(
        entries.size(),
        new SortedCounts.Stored() {
          @Override
          public long difference(int index) {
            long key = entries.get(index).getKey();
            return index == 0 ? key : key - entries.get(index - 1).getKey();
          }

          @Override
          public long count(int index) {
            return entries.get(index).getValue();
          }
        });
  }

  private static Map<Long, Long> entries(SortedCounts counts) {
    TreeMap<Long, Long> entries = new TreeMap<>();
    for (int i = 0; i < counts.size(); i++) {
      entries.put(counts.key(i), counts.count(i));
    }
    return entries;
  }
}
