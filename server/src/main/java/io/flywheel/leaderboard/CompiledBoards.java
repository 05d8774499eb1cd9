package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multimaps;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * A program's leaderboards. Immutable and thread-safe.
 *
 * @param all in the program's order
 * @param viewerFields what conditions ask of viewers
 */
record CompiledBoards(
    ImmutableList<CompiledBoard> all,
    ImmutableMap<String, CompiledBoard> byId,
    ImmutableListMultimap<Trigger, CompiledBoard> byTrigger,
    ImmutableSet<String> viewerFields) {
  CompiledBoards(ImmutableList<CompiledBoard> all) {
    this(
        all,
        all.stream()
            .collect(ImmutableMap.toImmutableMap(CompiledBoard::id, board -> board, (a, b) -> a)),
        Multimaps.index(all, board -> board.counter().trigger()),
        all.stream()
            .flatMap(board -> board.counter().viewerFields().stream())
            .collect(ImmutableSet.toImmutableSet()));
  }

  /** Those of a program. */
  static CompiledBoards of(CompiledProgram program) {
    return program.get(BoardSection.class);
  }

  /** The board of an id; null: there is none. */
  @Nullable CompiledBoard find(String id) {
    return byId.get(id);
  }

  /** The board of an id; fails with BOARD_NOT_FOUND where there is none. */
  CompiledBoard require(String id) {
    CompiledBoard board = find(id);
    if (board == null) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_BOARD_NOT_FOUND,
          "board_id: %s (expected: one of the program's leaderboards: %s)"
              .formatted(id, String.join(", ", byId.keySet())));
    }
    return board;
  }
}
