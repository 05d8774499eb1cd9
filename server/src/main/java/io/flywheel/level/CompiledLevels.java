package io.flywheel.level;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Level;
import io.flywheel.v1.LevelRules;
import org.jspecify.annotations.Nullable;

/**
 * A program's levels; a level goes by its number, from 1, and 0 is none. Immutable and thread-safe.
 *
 * @param all the lowest first
 * @param decay how experience is lost by those who gain none; null: it is not
 */
record CompiledLevels(ImmutableList<Level> all, @Nullable CompiledDecay decay) {
  /** Those of rules with all defaults filled in. */
  static CompiledLevels of(LevelRules rules) {
    return new CompiledLevels(ImmutableList.copyOf(rules.getLevelsList()), CompiledDecay.of(rules));
  }

  /** Those of the program in force. */
  static CompiledLevels of(StateView view) {
    return view.program().get(LevelSection.class);
  }

  /** Whether the program has none. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  Level level(int number) {
    return all.get(number - 1);
  }

  /** The highest level that so much experience is enough for. */
  int byExperience(long experience) {
    int number = 0;
    while (number < all.size() && all.get(number).getExperience() <= experience) {
      number++;
    }
    return number;
  }

  /** The level of an id; 0: the program has it no more. */
  int numberOf(String levelId) {
    for (int number = 1; number <= all.size(); number++) {
      if (level(number).getId().equals(levelId)) {
        return number;
      }
    }
    return 0;
  }

  /** The id of a level; empty for none. */
  String idOf(int number) {
    return number == 0 ? "" : level(number).getId();
  }
}
