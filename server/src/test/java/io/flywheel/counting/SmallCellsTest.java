package io.flywheel.counting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What those are told who may not see people. */
final class SmallCellsTest {
  @Example
  void aFigureOfFewIsLeftOutWithAnotherSoThatTheSumDoesNotTellIt() {
    assertThat(leftOut(600, 30, 80, 400)).isEqualTo(bits(1, 2));
    assertThat(leftOut(600, 30, 20, 400)).as("50 together").isEqualTo(bits(1, 2));
    assertThat(leftOut(600, 0, 400)).as("nobody is nobody's secret").isEqualTo(bits(1));
    assertThat(leftOut(600, 50)).isEqualTo(bits());
  }

  @Property(tries = 500)
  void whatRemainsOfASumIsNoFigureOfFew(
      @ForAll @Size(max = 12) List<@LongRange(max = 200) Long> some, @ForAll boolean firstIsOut) {
    long[] parts = some.stream().mapToLong(Long::longValue).toArray();
    BitSet anyway = new BitSet();
    anyway.set(0, firstIsOut && parts.length > 0);
    BitSet out = SmallCells.leftOut(parts, anyway);
    long remains = out.stream().mapToLong(i -> parts[i]).sum();
    assertThat(remains == 0 || remains >= SmallCells.LEAST || out.cardinality() == parts.length)
        .as("%s without %s", Arrays.toString(parts), out)
        .isTrue();
    for (int i = 0; i < parts.length; i++) {
      assertThat(out.get(i) || parts[i] >= SmallCells.LEAST).as("part %s", i).isTrue();
    }
  }

  private static BitSet leftOut(long... parts) {
    return SmallCells.leftOut(parts, new BitSet());
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    Arrays.stream(set).forEach(bits::set);
    return bits;
  }
}
