package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Program;
import io.flywheel.v1.Task;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.WindowKind;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class CompiledTasksTest {
  @Test
  void tasksAreFoundByIdAndByTrigger() {
    CompiledTasks tasks =
        compile(
            """
            tasks:
              - {id: a, title: A, trigger: like, tiers: [1]}
              - {id: b, title: B, trigger: share, tiers: [1]}
              - {id: c, title: C, trigger: like, tiers: [1], rooms: [r1]}
            """);

    assertThat(tasks.setOffBy(Trigger.TRIGGER_LIKE))
        .extracting(CompiledTask::id)
        .containsExactly("a", "c");
    assertThat(tasks.setOffBy(Trigger.TRIGGER_ENTER)).isEmpty();
    CompiledTask task = Objects.requireNonNull(tasks.find("c"));
    assertThat(task.index()).isEqualTo(2);
    assertThat(task.counter().countsIn("r1")).isTrue();
    assertThat(task.counter().countsIn("r2")).isFalse();
    assertThat(tasks.find("z")).isNull();
  }

  @Test
  void tiersAreReachedByTheirThresholds() {
    CompiledTask task =
        compile("tasks: [{id: a, title: A, trigger: watch, tiers: [3m, 5m, 15m]}]")
            .all()
            .getFirst();

    assertThat(task.tiersReached(0)).isEqualTo(0);
    assertThat(task.tiersReached(179)).isEqualTo(0);
    assertThat(task.tiersReached(180)).isEqualTo(1);
    assertThat(task.tiersReached(301)).isEqualTo(2);
    assertThat(task.tiersReached(9_999)).isEqualTo(3);
    assertThat(task.lastThreshold()).isEqualTo(900);
  }

  @Test
  void customWindowsHaveBounds() {
    CompiledTask task =
        compile(
                """
                tasks:
                  - id: a
                    title: A
                    trigger: order
                    tiers: [1]
                    window: {kind: custom, starts_at: 2026-11-11T00:00:00Z, ends_at: 2026-11-12T00:00:00Z}
                """)
            .all()
            .getFirst();

    assertThat(task.window().kind()).isEqualTo(WindowKind.WINDOW_KIND_CUSTOM);
    assertThat(task.window().startsAtMillis())
        .isEqualTo(Instant.parse("2026-11-11T00:00:00Z").toEpochMilli());
    assertThat(task.window().endsAtMillis())
        .isEqualTo(Instant.parse("2026-11-12T00:00:00Z").toEpochMilli());
  }

  @Test
  void conditionAndAudienceAreAsked() {
    CompiledTask task =
        compile(
                """
                tasks:
                  - id: a
                    title: A
                    trigger: like
                    condition: event.liked.count >= 3
                    audience: viewer.points > 10
                    tiers: [1]
                """)
            .all()
            .getFirst();
    Event three = Event.newBuilder().setLiked(Liked.newBuilder().setCount(3)).build();
    ViewerProfile rich = ViewerProfile.newBuilder().setPoints(11).build();

    assertThat(task.counter().hasCondition()).isTrue();
    assertThat(task.hasAudience()).isTrue();
    assertThat(task.counter().holds(three, () -> rich)).isTrue();
    assertThat(task.counter().holds(Event.getDefaultInstance(), () -> rich)).isFalse();
    assertThat(task.audienceHolds(() -> rich)).isTrue();
    assertThat(task.audienceHolds(ViewerProfile::getDefaultInstance)).isFalse();
  }

  @Test
  void aStoredProgramThatWouldBeRefusedTodayStillLoads() {
    Program stored =
        Program.newBuilder()
            .setTimeZone("Mars/Olympus")
            .addTasks(
                Task.newBuilder()
                    .setId("a")
                    .setTriggerValue(99)
                    .setCondition("event.gone == 1")
                    .setAudience("viewer.gone"))
            .build();

    CompiledProgram program = TestPrograms.compile(stored);

    CompiledTask task = program.get(TaskSection.class).all().getFirst();
    assertThat(program.calendar().zone().getId()).isEqualTo("Asia/Shanghai");
    assertThat(task.counter().holds(Event.getDefaultInstance(), ViewerProfile::getDefaultInstance))
        .isFalse();
    assertThat(task.counter().holds(Fact.getDefaultInstance(), ViewerProfile::getDefaultInstance))
        .isFalse();
    assertThat(task.audienceHolds(ViewerProfile::getDefaultInstance)).isFalse();
  }

  private static CompiledTasks compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow()).get(TaskSection.class);
  }
}
