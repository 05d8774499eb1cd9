package io.flywheel.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks beside those of a plain sorted list. */
class RankIndexTest {
  private record Standing(String member, long score, long reachedMillis) {}

  private static final Comparator<Standing> ORDER =
      Comparator.comparingLong(Standing::score)
          .reversed()
          .thenComparingLong(Standing::reachedMillis)
          .thenComparing(Standing::member);

  /** Few scores make many ties; few members make many moves; most lead to a place nearby. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void ranksAreThoseOfASortedList(long seed) {
    Random random = new Random(seed);
    int members = 1 + random.nextInt(3_000);
    int scores = 1 + random.nextInt(seed % 2 == 0 ? 10 : 100_000);
    RankIndex index = new RankIndex();
    Map<String, Standing> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      long version = i + 1L;
      String member = "viewer-" + random.nextInt(members);
      if (random.nextInt(10) == 0) {
        index.remove(member, version);
        model.remove(member);
      } else {
        Standing known = model.get(member);
        long score =
            known != null && random.nextBoolean()
                ? known.score() + random.nextInt(5) - 1
                : random.nextInt(scores) - scores / 2;
        Standing standing = new Standing(member, score, random.nextInt(50));
        index.put(member, standing.score(), standing.reachedMillis(), version);
        model.put(member, standing);
      }
      if (i % 2_000 == 0) {
        assertSame(index, model, random);
      }
    }
    assertSame(index, model, random);
  }

  @Test
  void anEmptyIndexHasNoPlaces() {
    RankIndex index = new RankIndex();
    index.put("a", 1, 1, 1);
    index.remove("a", 2);

    assertThat(index.size()).isZero();
    assertThat(index.page(1, 10)).isEmpty();
    assertThat(index.around("a", 10)).isEmpty();
    assertThat(index.find("a")).isNull();
    assertThat(index.countAbove(0)).isZero();
  }

  @Test
  void whatIsOlderThanWhatIsKnownChangesNothing() {
    RankIndex index = new RankIndex();

    assertThat(index.put("a", 10, 1, 5)).isTrue();
    assertThat(index.put("a", 99, 1, 5)).isFalse();
    assertThat(index.put("a", 99, 1, 4)).isFalse();
    assertThat(index.remove("a", 5)).isFalse();
    assertThat(index.page(1, 10)).containsExactly(new RankIndex.Place(1, "a", 10, 1));
  }

  private static void assertSame(RankIndex index, Map<String, Standing> model, Random random) {
    List<Standing> sorted = new ArrayList<>(model.values());
    sorted.sort(ORDER);
    List<RankIndex.Place> expected = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      Standing standing = sorted.get(i);
      expected.add(
          new RankIndex.Place(
              i + 1, standing.member(), standing.score(), standing.reachedMillis()));
    }
    assertThat(index.size()).isEqualTo(expected.size());
    assertThat(index.page(1, Integer.MAX_VALUE)).isEqualTo(expected);
    for (int i = 0; i < 20 && !expected.isEmpty(); i++) {
      int at = random.nextInt(expected.size());
      RankIndex.Place place = expected.get(at);
      assertThat(index.find(place.member())).isEqualTo(place);
      int each = random.nextInt(20);
      assertThat(index.around(place.member(), each))
          .isEqualTo(
              expected.subList(Math.max(0, at - each), Math.min(expected.size(), at + each + 1)));
      assertThat(index.page(at + 1, each))
          .isEqualTo(expected.subList(at, Math.min(expected.size(), at + each)));
      assertThat(index.countAbove(place.score()))
          .isEqualTo((int) sorted.stream().filter(one -> one.score() > place.score()).count());
    }
  }
}
