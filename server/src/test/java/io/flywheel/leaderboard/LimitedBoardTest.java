package io.flywheel.leaderboard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.RankStyle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boards with more members than there is memory for, beside a plain sorted list. */
class LimitedBoardTest {
  private static final int PLACES = 101;
  private static final Comparator<Map.Entry<String, Score>> ORDER =
      Comparator.<Map.Entry<String, Score>>comparingLong(entry -> entry.getValue().points())
          .reversed()
          .thenComparingLong(entry -> entry.getValue().reachedMillis())
          .thenComparing(Map.Entry::getKey);

  private final Map<String, Score> table = new HashMap<>();

  /** Few scores make many ties; scores are committed while rows are read, and afterwards. */
  @ParameterizedTest
  @ValueSource(ints = {30, 3_000, 1_000_000_000})
  void theFirstPlacesAreExactAndAllOthersAreEstimated(int scores) {
    Random random = new Random(scores);
    BoardIndex index = new BoardIndex(RankStyle.RANK_STYLE_POSITION);
    for (int i = 0; i < 5_000; i++) {
      table.put("viewer-" + i, score(1 + random.nextInt(scores), random.nextInt(9_999), 1));
    }
    List<String> rows = new ArrayList<>(table.keySet());
    Collections.sort(rows);
    for (int i = 0; i < rows.size(); i++) {
      if (i == 700) {
        index.limit(PLACES);
      }
      index.read(rows.get(i), requireNonNull(table.get(rows.get(i))));
      if (i % 10 == 0) {
        commit(index, rows.get(random.nextInt(rows.size())), random.nextInt(scores));
      }
    }
    index.readAll();
    for (int i = 0; i < 2_000; i++) {
      commit(index, "viewer-" + random.nextInt(6_000), random.nextInt(scores));
    }

    List<Map.Entry<String, Score>> sorted = table.entrySet().stream().sorted(ORDER).toList();
    assertThat(index.isLimited()).isTrue();
    assertThat(index.kept()).isBetween(PLACES, PLACES + PLACES / 10);
    assertThat(index.members()).isBetween(sorted.size(), sorted.size() + 70);
    assertThat(index.page(1, 1_000).stream().map(BoardPlace::getViewerId))
        .isEqualTo(sorted.stream().limit(index.kept()).map(Map.Entry::getKey).toList());
    assertThat(index.page(1, 1_000)).noneMatch(BoardPlace::getEstimated);
    assertThat(requireNonNull(index.find(sorted.get(PLACES - 1).getKey())).getPosition())
        .isEqualTo(PLACES);
    assertThat(index.find(sorted.get(2_000).getKey())).isNull();
  }

  @Test
  void anEstimateIsWithinAHundredthOfAllMembers() {
    Random random = new Random(5);
    BoardIndex index = new BoardIndex(RankStyle.RANK_STYLE_POSITION);
    for (int i = 0; i < 20_000; i++) {
      Score score = score((long) Math.exp(1 + random.nextDouble() * 15), i, 1);
      table.put("viewer-" + i, score);
      index.apply("viewer-" + i, score);
    }
    index.readAll();
    index.limit(PLACES);
    List<Map.Entry<String, Score>> sorted = table.entrySet().stream().sorted(ORDER).toList();
    for (int i = PLACES; i < sorted.size(); i += 97) {
      Map.Entry<String, Score> member = sorted.get(i);
      long above =
          table.values().stream()
              .filter(score -> score.points() > member.getValue().points())
              .count();
      BoardPlace estimate = index.estimate(member.getKey(), member.getValue());
      assertThat(estimate.getEstimated()).isTrue();
      assertThat(estimate.getScore()).isEqualTo(member.getValue().points());
      assertThat((long) estimate.getPosition())
          .as("of %d, with %d above", i + 1, above)
          .isBetween(above + 1 - 200, above + 1 + 200);
    }
  }

  @Test
  void whoIsTakenOffLeavesTheFirstPlacesAndNobodyUnknownTakesThem() {
    BoardIndex index = new BoardIndex(RankStyle.RANK_STYLE_DENSE);
    for (int i = 0; i < 1_000; i++) {
      index.apply("viewer-" + i, score(1_000 - i / 2, i, 1));
    }
    index.readAll();
    index.limit(PLACES);
    index.apply("viewer-0", score(1_000, 0, 2).withRemoved(true));
    index.apply("viewer-1", score(1_000, 1, 2).withRemoved(true));
    index.apply("viewer-999", score(700, 5_000, 2)); // behind the last that is known
    List<BoardPlace> places = index.page(1, 1_000);

    assertThat(places).hasSize(PLACES - 2);
    assertThat(places.getFirst().getViewerId()).isEqualTo("viewer-2");
    assertThat(places.getFirst().getRank()).isEqualTo(1);
    assertThat(places.get(2).getRank()).isEqualTo(2);
    assertThat(places.getLast().getViewerId()).isEqualTo("viewer-100");
  }

  /**
   * Scores fall, some to nothing, and rise again; rows that were read before a score fell come
   * after it. Some places are lost by it until the board is read anew, but none is ever wrong.
   */
  @ParameterizedTest
  @ValueSource(ints = {30, 3_000, 1_000_000_000})
  void theFirstPlacesStayExactWhenScoresFall(int scores) {
    Random random = new Random(scores);
    BoardIndex index = new BoardIndex(RankStyle.RANK_STYLE_DENSE);
    for (int i = 0; i < 3_000; i++) {
      table.put("viewer-" + i, score(1 + random.nextInt(scores), random.nextInt(9_999), 1));
    }
    List<String> rows = new ArrayList<>(table.keySet());
    Collections.sort(rows);
    int stale = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (i == 400) {
        index.limit(PLACES);
      }
      Score read = requireNonNull(table.get(rows.get(i)));
      if (i > 400 && i % 3 == 0) {
        fall(index, rows.get(i), random);
        stale++;
      }
      index.read(rows.get(i), read);
      if (i % 10 == 0) {
        fall(index, rows.get(random.nextInt(i + 1)), random);
      }
    }
    index.readAll();
    assertThat(stale).isGreaterThan(500);
    assertFirst(index);
    int least = index.kept();
    for (int i = 0; i < 2_000; i++) {
      if (i % 7 == 0) {
        List<BoardPlace> kept = index.page(1, 1_000);
        fall(index, kept.get(random.nextInt(kept.size())).getViewerId(), random);
      } else {
        commit(index, "viewer-" + random.nextInt(3_500), random.nextInt(scores));
      }
      if (i % 20 == 0) {
        assertFirst(index);
      }
      least = Math.min(least, index.kept());
    }
    assertFirst(index);
    assertThat(least).as("who fell to the last place has left").isBetween(1, PLACES - 1);
  }

  @Test
  void whoFallsToTheLastPlaceLeavesTheFirstOnesOnlyWhereOthersMayBeAhead() {
    BoardIndex whole = BoardIndex.empty(RankStyle.RANK_STYLE_DENSE);
    BoardIndex limited = BoardIndex.empty(RankStyle.RANK_STYLE_DENSE);
    for (int i = 0; i < 4; i++) {
      whole.apply("viewer-" + i, score(40 - i, i, 1));
      limited.apply("viewer-" + i, score(40 - i, i, 1));
    }
    whole.limit(4);
    limited.limit(3);
    limited.apply("viewer-9", score(1, 9, 1)); // behind the last, and known no more
    whole.lower("viewer-0", score(2, 0, 2));
    limited.lower("viewer-0", score(2, 0, 2));
    assertThat(whole.page(1, 9)).hasSize(4);
    assertThat(whole.page(1, 9).getLast().getViewerId()).isEqualTo("viewer-0");
    assertThat(limited.page(1, 9)).extracting(BoardPlace::getViewerId).doesNotContain("viewer-0");
    assertThat(limited.page(1, 9)).extracting(BoardPlace::getRank).startsWith(1, 2);

    int kept = limited.kept();
    limited.lower("viewer-1", score(38, 1, 2));
    assertThat(limited.kept()).as("still ahead of the last").isEqualTo(kept);
    limited.apply("viewer-0", score(90, 60, 3));
    assertThat(limited.page(1, 1).getFirst().getViewerId()).isEqualTo("viewer-0");
    limited.apply("viewer-0", score(40, 0, 1));
    assertThat(requireNonNull(limited.find("viewer-0")).getScore()).as("older").isEqualTo(90);
  }

  private void assertFirst(BoardIndex index) {
    List<String> sorted =
        table.entrySet().stream()
            .filter(entry -> entry.getValue().isShown())
            .sorted(ORDER)
            .limit(index.kept())
            .map(Map.Entry::getKey)
            .toList();
    List<BoardPlace> places = index.page(1, 1_000);
    assertThat(places.stream().map(BoardPlace::getViewerId)).isEqualTo(sorted);
    assertThat(places)
        .allSatisfy(place ->
            assertThat(place.getScore())
                .isEqualTo(requireNonNull(table.get(place.getViewerId())).points()));
  }

  private void fall(BoardIndex index, String viewerId, Random random) {
    Score known = requireNonNull(table.get(viewerId));
    if (known.points() > 0) {
      long less = random.nextInt(4) == 0 ? known.points() : 1 + random.nextLong(known.points());
      Score next = known.minus(less);
      table.put(viewerId, next);
      index.lower(viewerId, next);
    }
  }

  private void commit(BoardIndex index, String viewerId, int more) {
    Score next = table.getOrDefault(viewerId, Score.NONE).plus(1 + more, 10_000);
    table.put(viewerId, next);
    index.apply(viewerId, next);
  }

  private static Score score(long points, long reachedMillis, long moves) {
    return new Score(points, reachedMillis, moves, false, WonPrizes.getDefaultInstance());
  }
}
