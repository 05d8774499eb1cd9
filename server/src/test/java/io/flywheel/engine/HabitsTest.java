package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What a kind asks for is foreseen for as long as it asks for it. */
final class HabitsTest {
  private static final ViewerKey VIEWER = new ViewerKey("m", "v");

  private final Habits habits = new Habits();
  private final Slice<ViewerKey, String> always = new Nothing<>();
  private final Slice<ViewerKey, String> seldom = new Nothing<>();
  private final Slice<String, String> shared = new Nothing<>();

  @Test
  void whatWasAskedForIsForeseenFromTheNextOn() {
    Habits.Habit habit = habits.of(String.class);
    assertThat(habit.ofViewer()).isEmpty();

    Habits.Asked.Builder asked = new Habits.Asked.Builder();
    asked.add(always, VIEWER);
    asked.add(shared, "a key of its own");
    habit.learn(asked.build());

    assertThat(habit.ofViewer()).containsExactly(always);
    assertThat(habit.has(always)).isTrue();
    assertThat(habit.has(shared)).isTrue();
    assertThat(habit.has(seldom)).isFalse();
    assertThat(habits.of(String.class)).isSameAs(habit);
    assertThat(habits.of(Integer.class).ofViewer()).isEmpty();
  }

  @Test
  void whatIsSeldomAskedForIsSoonForgottenAndWhatIsUsualIsNot() {
    Habits.Habit habit = habits.of(String.class);
    learn(habit, ImmutableSet.of(always, seldom));
    learn(habit, ImmutableSet.of(always));
    assertThat(habit.ofViewer()).containsExactly(always);

    for (int i = 0; i < 10; i++) {
      learn(habit, ImmutableSet.of(always));
    }
    for (int i = 0; i < 4; i++) {
      learn(habit, ImmutableSet.of(seldom));
      assertThat(habit.has(always)).as("after %s without it", i + 1).isTrue();
    }
    learn(habit, ImmutableSet.of(seldom));
    assertThat(habit.ofViewer()).containsExactly(seldom);
  }

  private static void learn(Habits.Habit habit, ImmutableSet<Slice<ViewerKey, ?>> slices) {
    habit.learn(new Habits.Asked(slices, ImmutableSet.of()));
  }

  private static final class Nothing<K extends Comparable<? super K>> implements Slice<K, String> {
    @Override
    public String initial(K key) {
      return "";
    }

    @Override
    public void load(Script script, SortedSet<K> keys, boolean lock, BiConsumer<K, String> found) {}

    @Override
    public void save(Script script, Map<K, String> changed) {}
  }
}
