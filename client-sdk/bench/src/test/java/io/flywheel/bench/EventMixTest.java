package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flywheel.v1.Event;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EventMixTest {
  private static final int EVENTS = 100_000;

  private final Population population = new Population("m", 10_000);
  private final EventMix mix = new EventMix(population, "e-", 1);

  @Test
  void theMixHasItsProportions() {
    Map<Event.WhatCase, Integer> counts = new EnumMap<>(Event.WhatCase.class);
    for (int i = 0; i < EVENTS; i++) {
      counts.merge(mix.next(i % population.size()).getWhatCase(), 1, Integer::sum);
    }

    assertShare(counts, Event.WhatCase.LIKED, 60);
    assertShare(counts, Event.WhatCase.COMMENTED, 20);
    assertShare(counts, Event.WhatCase.WATCHED, 12);
    assertShare(counts, Event.WhatCase.ENTERED, 5);
    assertShare(counts, Event.WhatCase.SHARED, 1);
    assertShare(counts, Event.WhatCase.FOLLOWED, 1);
    assertShare(counts, Event.WhatCase.ORDERED, 1);
  }

  @Test
  void everyEventHasAnIdOfItsOwn() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < EVENTS; i++) {
      ids.add(mix.next(0).getEventId());
    }

    assertThat(ids).hasSize(EVENTS);
  }

  @Test
  void viewersHaveDifferentIds() {
    assertThat(IntStream.range(0, population.size()).mapToObj(population::viewerId))
        .doesNotHaveDuplicates();
  }

  @Test
  void connectionsShareTheViewersWithoutOverlap() {
    Population five = new Population("m", 5);
    EventMix ofFive = new EventMix(five, "e-", 1);
    Set<Integer> first = new HashSet<>();
    Set<Integer> second = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      first.add(ofFive.viewerOf(0, 2));
      second.add(ofFive.viewerOf(1, 2));
    }

    assertThat(first).containsExactlyInAnyOrder(0, 2, 4);
    assertThat(second).containsExactlyInAnyOrder(1, 3);
  }

  private static void assertShare(
      Map<Event.WhatCase, Integer> counts, Event.WhatCase kind, int percent) {
    assertThat(counts.getOrDefault(kind, 0) * 100.0 / EVENTS)
        .as("%s in percent", kind)
        .isCloseTo(percent, within(0.7));
  }
}
