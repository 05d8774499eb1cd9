package io.flywheel.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every visit is in one statement, which names all that the visit moves. */
final class VisitGroupsTest {
  private final List<Mark> marks = new ArrayList<>();

  @Test
  void visitsThatMoveTheSameAreWrittenTogetherAndTheFewOthersInOneStatement() {
    for (int i = 0; i < 40; i++) {
      count("liked" + i, Figure.LIKES, 1);
    }
    for (int i = 0; i < 20; i++) {
      count("rewarded" + i, Figure.LIKES, 1);
      count("rewarded" + i, Figure.POINTS, 5);
    }
    count("shared", Figure.SHARES, 1);
    count("buyer", Figure.ORDERS, 1);
    count("buyer", Figure.ORDERED_MINOR, 9_900);

    List<VisitGroups.Group> groups = VisitGroups.of(Tally.of(marks).visits());

    assertThat(groups)
        .extracting(VisitGroups.Group::figures)
        .containsExactlyInAnyOrder(
            List.of(Figure.LIKES),
            List.of(Figure.LIKES, Figure.POINTS),
            List.of(Figure.SHARES, Figure.ORDERS, Figure.ORDERED_MINOR));
    assertThat(groups)
        .extracting(group -> group.visits().size())
        .containsExactlyInAnyOrder(40, 20, 2);
    assertThat(groups.stream().flatMap(group -> group.visits().stream()).map(visit -> visit.key))
        .doesNotHaveDuplicates()
        .hasSize(62);
  }

  private void count(String viewerId, Figure figure, long amount) {
    Place place = new Place("m", "room", "tonight");
    marks.add(new Mark.Counted(new VisitKey(place, viewerId), 60_000, figure, amount));
  }
}
