package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a merchant's viewers share is foreseen for as long as most look at the same. */
final class RecentKeysTest {
  private final RecentKeys recent = new RecentKeys();
  private final SharedSlice<String, String> rooms = new Texts(1);
  private final SharedSlice<String, String> goals = new Texts(2);

  @Test
  void whatTwoHaveAskedForIsForeseenForTheThird() {
    recent.learn(Map.of(rooms, Set.of("r"), goals, Set.of("g1", "g2")));
    assertThat(recent.likely()).as("nobody has asked for it twice").isEmpty();
    recent.learn(Map.of(rooms, Set.of("r"), goals, Set.of("g1", "g2")));
    assertThat(recent.likely()).isEqualTo(Map.of(rooms, Set.of("r"), goals, Set.of("g1", "g2")));
    recent.learn(Map.of());
    assertThat(recent.likely()).as("one who is in no room changes nothing").hasSize(2);
    recent.learn(Map.of(rooms, Set.of("r")));
    assertThat(recent.likely()).as("there are goals no more").isEqualTo(Map.of(rooms, Set.of("r")));
  }

  @Test
  void fewKeysAreForeseenAndTheLatest() {
    for (int i = 0; i < 40; i++) {
      for (String room : List.of("r" + i, "r" + i)) {
        recent.learn(Map.of(rooms, Set.of(room)));
      }
    }
    assertThat(recent.likely().get(rooms))
        .containsExactly("r32", "r33", "r34", "r35", "r36", "r37", "r38", "r39");
  }

  @Test
  void nothingIsForeseenWhereEachAsksForSomethingElse() {
    for (int i = 0; i < 3; i++) {
      recent.learn(Map.of(rooms, Set.of("r")));
    }
    assertThat(recent.likely()).hasSize(1);
    for (int i = 0; i < 40; i++) {
      recent.learn(Map.of(rooms, Set.of("r" + i)));
    }
    assertThat(recent.likely()).isEmpty();
  }

  private static final class Texts extends SharedSlice<String, String> {
    Texts(int rank) {
      super(rank, "t", List.of("k"), List.of("s"));
    }

    @Override
    public String initial(String key) {
      return "";
    }

    @Override
    protected void bindKey(Values values, String key) {}

    @Override
    protected void bindState(Values values, String state) {}

    @Override
    protected String readKey(ResultSet row) {
      return "";
    }

    @Override
    protected String readState(ResultSet row, int first) {
      return "";
    }
  }
}
