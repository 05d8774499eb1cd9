package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestPrograms;
import org.junit.jupiter.api.Test;

/** Tiers are known by their thresholds, of viewers and of rooms alike. */
final class TiersTest {
  private static final CompiledTask TASK =
      TestPrograms.compile(
              TestPrograms.check("tasks: [{id: a, title: A, trigger: like, tiers: [3, 5, 9]}]")
                  .orThrow())
          .get(TaskSection.class)
          .all()
          .getFirst();

  @Test
  void whatIsReachedIsNotedOnce() {
    WindowRecord.Builder window = WindowRecord.newBuilder();
    RoomGoalState.Builder goal = RoomGoalState.newBuilder();
    assertThat(Tiers.firstNotReached(TASK, window)).isZero();
    assertThat(Tiers.firstNotReached(TASK, goal)).isZero();

    for (int times = 0; times < 2; times++) {
      Tiers.reach(TASK, window, 0);
      Tiers.reach(TASK, goal, 0);
    }

    assertThat(window.getReachedThresholdsList()).containsExactly(3L);
    assertThat(goal.getReachedThresholdsList()).containsExactly(3L);
    assertThat(Tiers.isReached(TASK, window, 0)).isTrue();
    assertThat(Tiers.isReached(TASK, window, 1)).isFalse();
    assertThat(Tiers.isReached(TASK, goal, 0)).isTrue();
    assertThat(Tiers.isReached(TASK, goal, 1)).isFalse();
    assertThat(Tiers.firstNotReached(TASK, window)).isEqualTo(1);
    assertThat(Tiers.firstNotReached(TASK, goal)).isEqualTo(1);
  }

  @Test
  void allAreReachedWhenEachIs() {
    WindowRecord.Builder window = WindowRecord.newBuilder();
    RoomGoalState.Builder goal = RoomGoalState.newBuilder();
    for (int tier : new int[] {2, 0, 1}) {
      assertThat(Tiers.areReached(TASK, window)).isFalse();
      assertThat(Tiers.areReached(TASK, goal)).isFalse();
      Tiers.reach(TASK, window, tier);
      Tiers.reach(TASK, goal, tier);
    }

    assertThat(Tiers.areReached(TASK, window)).isTrue();
    assertThat(Tiers.areReached(TASK, goal)).isTrue();
    assertThat(Tiers.firstNotReached(TASK, goal)).isEqualTo(3);
  }

  /** Earlier versions kept how many were reached: those become thresholds with the next one. */
  @Test
  void placesOfEarlierVersionsBecomeThresholds() {
    WindowRecord.Builder window = WindowRecord.newBuilder().setReached(2);
    RoomGoalState.Builder goal = RoomGoalState.newBuilder().setReached(2);
    assertThat(Tiers.firstNotReached(TASK, window)).isEqualTo(2);
    assertThat(Tiers.firstNotReached(TASK, goal)).isEqualTo(2);

    Tiers.reach(TASK, window, 2);
    Tiers.reach(TASK, goal, 2);

    assertThat(window.getReachedThresholdsList()).containsExactly(3L, 5L, 9L);
    assertThat(window.getReached()).isZero();
    assertThat(goal.getReachedThresholdsList()).containsExactly(3L, 5L, 9L);
    assertThat(goal.getReached()).isZero();
  }

  @Test
  void morePlacesThanThereAreTiersAreAllOfThem() {
    WindowRecord.Builder window = WindowRecord.newBuilder().setReached(7);
    RoomGoalState.Builder goal = RoomGoalState.newBuilder().setReached(7);

    Tiers.reach(TASK, window, 0);
    Tiers.reach(TASK, goal, 0);

    assertThat(window.getReachedThresholdsList()).containsExactly(3L, 5L, 9L);
    assertThat(goal.getReachedThresholdsList()).containsExactly(3L, 5L, 9L);
  }

  @Test
  void aTierIsFoundByItsThresholdAndWithoutOneByItsPlace() {
    assertThat(Tiers.tierOf(TASK, 5, 0)).isEqualTo(1);
    assertThat(Tiers.tierOf(TASK, 3, 2)).isZero();
    assertThat(Tiers.tierOf(TASK, 4, 1)).as("the task has it no more").isEqualTo(-1);
    assertThat(Tiers.tierOf(TASK, 0, 2)).isEqualTo(2);
    assertThat(Tiers.tierOf(TASK, 0, 3)).as("the task has fewer").isEqualTo(-1);
  }
}
