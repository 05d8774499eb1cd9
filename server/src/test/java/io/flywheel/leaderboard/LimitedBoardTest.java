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

  private void commit(BoardIndex index, String viewerId, int more) {
    Score next = table.getOrDefault(viewerId, Score.NONE).plus(1 + more, 10_000);
    table.put(viewerId, next);
    index.apply(viewerId, next);
  }

  private static Score score(long points, long reachedMillis, long moves) {
    return new Score(points, reachedMillis, moves, false, WonPrizes.getDefaultInstance());
  }
}
