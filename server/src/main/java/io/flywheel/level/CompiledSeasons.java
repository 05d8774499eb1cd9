package io.flywheel.level;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.StateView;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.Season;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program's seasons. Immutable and thread-safe. */
record CompiledSeasons(ImmutableList<CompiledSeason> all) {
  static CompiledSeasons of(List<Season> seasons) {
    return new CompiledSeasons(
        seasons.stream().map(CompiledSeason::new).collect(ImmutableList.toImmutableList()));
  }

  /** Those of the program in force. */
  static CompiledSeasons of(StateView view) {
    return view.program().get(SeasonSection.class);
  }

  /** Whether the program has none. */
  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The seasons at a time, in the program's order. */
  List<CompiledSeason.Running> at(ProgramCalendar calendar, Instant at) {
    List<CompiledSeason.Running> running = new ArrayList<>();
    for (CompiledSeason season : all) {
      CompiledSeason.Running one = season.at(calendar, at);
      if (one != null) {
        running.add(one);
      }
    }
    return running;
  }

  /** A season by its id; null: the program has it no more. */
  @Nullable CompiledSeason find(String seasonId) {
    return all.stream()
        .filter(season -> season.season().getId().equals(seasonId))
        .findFirst()
        .orElse(null);
  }
}
