package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Regular expressions of programs, whatever they repeat, cost a bounded amount of memory. */
final class RegexTest {
  private static final int MAX_STEPS = 1_000;

  /**
   * An expression with what is known of it by how it was made.
   *
   * @param steps how many letters it stands for once its counted repeats are written out
   * @param counts whether it has counted repeats
   */
  private record Made(String text, double steps, boolean counts) {}

  @Property(tries = 2_000, seed = "20261129")
  void noExpressionIsTakenThatIsTooLargeOnceItsRepeatsAreWrittenOut(@ForAll long seed) {
    Random random = new Random(seed);
    Made made = make(random, random.nextInt(7));
    String problem = Regex.problem(made.text());
    if (made.steps() > MAX_STEPS) {
      assertThat(problem).as(made.text()).isNotNull();
    }
    if (problem == null) {
      assertThat(Pattern.compile(made.text()).programSize())
          .as(made.text())
          .isLessThanOrEqualTo(MAX_STEPS);
    }
  }

  @Property(tries = 500, seed = "20261129")
  void whatIsSmallIsTaken(@ForAll long seed) {
    Made made = make(new Random(seed), 3);
    if (made.text().length() <= 40 && !made.counts()) {
      assertThat(Regex.problem(made.text())).as(made.text()).isNull();
    }
  }

  private static Made make(Random random, int depth) {
    if (depth == 0) {
      return switch (random.nextInt(4)) {
        case 0 -> new Made("[a-c]", 1, false);
        case 1 -> new Made("\\d", 1, false);
        case 2 -> new Made(".", 1, false);
        default -> new Made("b", 1, false);
      };
    }
    Made first = make(random, depth - 1);
    return switch (random.nextInt(3)) {
      case 0 -> {
        Made second = make(random, random.nextInt(depth));
        boolean counts = first.counts || second.counts;
        yield new Made(first.text + second.text, first.steps + second.steps, counts);
      }
      case 1 -> {
        Made second = make(random, random.nextInt(depth));
        boolean counts = first.counts || second.counts;
        String text = "(" + first.text + "|" + second.text + ")";
        yield new Made(text, first.steps + second.steps, counts);
      }
      default -> repeated(random, first);
    };
  }

  private static Made repeated(Random random, Made part) {
    int most = new int[] {1, 2, 9, 100, 1_000}[random.nextInt(5)];
    String text = "(" + part.text + ")";
    return switch (random.nextInt(6)) {
      case 0 -> new Made(text + "*", part.steps, part.counts);
      case 1 -> new Made(text + "+", part.steps, part.counts);
      case 2 -> new Made(text + "?", part.steps, part.counts);
      case 3 -> new Made(text + "{" + most + "}", part.steps * most, true);
      case 4 -> new Made(text + "{" + most + ",}", part.steps * most, true);
      default -> new Made(text + "{1," + most + "}", part.steps * most, true);
    };
  }
}
