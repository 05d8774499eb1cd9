package io.flywheel.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Event;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoHistoryTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-11-23");

  private final List<Event> events = new DemoHistory(TODAY).events();

  @Test
  void theSameDayMakesTheSameEvents() {
    assertThat(new DemoHistory(TODAY).events()).isEqualTo(events);
  }

  @Test
  void noIdComesTwice() {
    assertThat(events).extracting(Event::getEventId).doesNotHaveDuplicates();
  }

  @Test
  void youCameOnEachOfTheSixDaysBefore() {
    assertThat(
            events.stream()
                .filter(event -> event.getViewerId().equals("you") && event.hasEntered())
                .map(event -> Timestamps.toString(event.getOccurredAt()).substring(0, 10)))
        .containsExactly(
            "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22");
  }

  @Test
  void nothingOfItIsOfToday() {
    assertThat(events)
        .allMatch(event ->
            Timestamps.toString(event.getOccurredAt()).compareTo("2026-11-22T20:00:00Z") < 0);
  }
}
