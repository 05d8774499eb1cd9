package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
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
 * @param viewerFields what conditions ask of viewers, by trigger; unspecified: any
 */
record CompiledBoards(
    ImmutableList<CompiledBoard> all,
    ImmutableMap<String, CompiledBoard> byId,
    ImmutableListMultimap<Trigger, CompiledBoard> byTrigger,
    ImmutableSetMultimap<Trigger, String> viewerFields) {
  CompiledBoards(ImmutableList<CompiledBoard> all) {
    this(
        all,
        all.stream()
            .collect(ImmutableMap.toImmutableMap(CompiledBoard::id, board -> board, (a, b) -> a)),
        Multimaps.index(all, board -> board.counter().trigger()),
        fieldsByTrigger(all));
  }

  private static ImmutableSetMultimap<Trigger, String> fieldsByTrigger(
      ImmutableList<CompiledBoard> boards) {
    ImmutableSetMultimap.Builder<Trigger, String> fields = ImmutableSetMultimap.builder();
    for (CompiledBoard board : boards) {
      fields.putAll(board.counter().trigger(), board.counter().viewerFields());
      fields.putAll(Trigger.TRIGGER_UNSPECIFIED, board.counter().viewerFields());
    }
    return fields.build();
  }

  /** What conditions ask of viewers on what sets off a trigger; unspecified: any. */
  ImmutableSet<String> viewerFields(Trigger trigger) {
    return viewerFields.get(trigger);
  }

  /** Those of a program. */
  static CompiledBoards of(CompiledProgram program) {
    return program.get(BoardSection.class);
  }

  /**
   * Where the period of scores is kept.
   *
   * @param scores may be of a board that the program has no more
   */
  BoardKey periodKey(BoardKey scores) {
    CompiledBoard board = find(scores.boardId());
    return board == null ? scores : board.periodKey(scores);
  }

  /** Whether some board counts orders, or points that are earned for them among others. */
  boolean countOrders() {
    return byTrigger.containsKey(Trigger.TRIGGER_ORDER)
        || byTrigger.containsKey(Trigger.TRIGGER_REPURCHASE)
        || byTrigger.containsKey(Trigger.TRIGGER_POINTS_EARNED);
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
