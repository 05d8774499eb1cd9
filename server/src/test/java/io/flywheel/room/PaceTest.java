package io.flywheel.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How much of what a viewer reports is taken. */
class PaceTest {
  private static final long START = 1_770_000_000_000L;

  private record Taken(long atMillis, int taken) {}

  /**
   * Of each kind no more is taken in any stretch of time than a person can do in it and in the ten
   * seconds before; whoever rests is taken at their word again, and one kind costs another nothing.
   */
  @Property(tries = 500)
  void ofEachKindNoMoreIsTakenThanAPersonCanDo(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 1_000) int perSecond) {
    Random random = new Random(seed);
    Pace pace = Pace.RESTED;
    Map<Integer, List<Taken>> takenOf = new HashMap<>();
    long now = START;
    for (int i = 0; i < 80; i++) {
      now += random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(300);
      int kind = 1 + random.nextInt(5);
      int count = 1 + random.nextInt(random.nextBoolean() ? 3 : 1_000);
      Pace.Step step = pace.take(kind, count, perSecond, now);
      pace = step.after();
      assertThat(step.taken()).isBetween(0, count);
      List<Taken> before = takenOf.computeIfAbsent(kind, unused -> new ArrayList<>());
      if (before.isEmpty() || now - before.get(before.size() - 1).atMillis() >= 20_000) {
        assertThat(step.taken()).isEqualTo(Math.min(count, 10 * perSecond));
      }
      before.add(new Taken(now, step.taken()));
      long sum = 0;
      for (int j = before.size() - 1; j >= 0; j--) {
        sum += before.get(j).taken();
        long canDo = (now - before.get(j).atMillis() + 10_000) * perSecond / 1_000;
        assertThat(sum).isLessThanOrEqualTo(canDo);
      }
    }
  }

  @Example
  void everyKindOfActionThatViewersReportHasARateOfItsOwn() {
    Pace pace = Pace.RESTED;
    for (Event.WhatCase kind : Event.WhatCase.values()) {
      Pace.Step step = pace.take(kind.getNumber(), 1_000, 10, START);
      assertThat(step.taken()).as(kind.name()).isEqualTo(100);
      pace = step.after();
      assertThat(pace.take(kind.getNumber(), 1, 10, START).taken()).as(kind.name()).isZero();
    }
  }
}
