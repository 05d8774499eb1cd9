package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.flywheel.counting.Activity;
import io.flywheel.counting.DayField;
import io.flywheel.engine.Turn;
import io.flywheel.v1.ActiveDays;
import io.flywheel.v1.TagEntered;
import io.flywheel.v1.TagLeft;
import io.flywheel.v1.TagReason;
import io.flywheel.v1.ViewerProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reckons a viewer's tags and tells what became of them: a fact and a row of the history for each
 * change, and the timer for the day on which they may be others. Thread-safe.
 */
final class TagChanges {
  private final TagSlice slice;
  private final TagChangeAppender history;
  private final TagMeters meters;

  @Inject
  TagChanges(TagSlice slice, TagChangeAppender history, TagMeters meters) {
    this.slice = slice;
    this.history = history;
    this.meters = meters;
  }

  /** Why something changes. */
  private record Because(TagReason reason, String by, String why) {}

  /** Reckons those tags that may be others after what the action moved. */
  void reckonMoved(Turn turn, Moves moves) {
    CompiledTags tags = CompiledTags.of(turn);
    List<CompiledTags.Unit> moved =
        tags.movedBy(
            moves, moves.days() ? turn.profile() : turn.profileNow(moves.reaches().keySet()));
    if (moved.isEmpty()) {
      return;
    }
    TagState state = turn.get(slice);
    if (state.getRules() == tags.hash()) {
      reckon(turn, state, moved, new Because(TagReason.TAG_REASON_BEHAVIOR, "", ""));
    } else {
      reckon(
          turn,
          state,
          state.getRules() == 0 ? TagReason.TAG_REASON_BEHAVIOR : TagReason.TAG_REASON_PROGRAM);
    }
  }

  /**
   * Reckons all tags.
   *
   * @param state the viewer's, with the tags that were held
   */
  void reckon(Turn turn, TagState state, TagReason reason) {
    reckon(turn, state, CompiledTags.of(turn).units(), new Because(reason, "", ""));
  }

  /** Reckons the tags after some were set, or taken away, by hand. */
  void reckonByHand(Turn turn, TagState state, String by, String why) {
    reckon(
        turn,
        state,
        CompiledTags.of(turn).units(),
        new Because(TagReason.TAG_REASON_MANUAL, by, why));
  }

  /** Reckons the tags of some units; those of others stay. */
  private void reckon(Turn turn, TagState state, List<CompiledTags.Unit> units, Because because) {
    CompiledTags tags = CompiledTags.of(turn);
    ActiveDays active = Activity.of(turn);
    long day = today(turn, state);
    ViewerProfile.Builder profile = turn.profileNow(CompiledTags.fieldsOf(units)).toBuilder();
    DayField.contribute(active, day, profile);
    ViewerProfile viewer = profile.build();

    Map<String, HeldTag> before = new LinkedHashMap<>();
    state.getHeldList().forEach(held -> before.put(held.getTagId(), held));
    Set<String> now = CompiledTags.reckon(units, viewer, state.getManualList(), meters);
    if (units.size() < tags.units().size()) {
      Set<String> reckoned = idsOf(units);
      before.keySet().stream().filter(tagId -> !reckoned.contains(tagId)).forEach(now::add);
    }
    TagState.Builder after =
        state.toBuilder().clearHeld().setReckonedDay(day).setRules(tags.hash());
    for (String tagId : before.keySet()) {
      if (!now.contains(tagId)) {
        tell(turn, change(turn, tagId, viewer, because), false, after);
      }
    }
    for (CompiledTag tag : tags.all()) {
      if (!now.contains(tag.id())) {
        continue;
      }
      HeldTag held = before.get(tag.id());
      if (held == null) {
        tell(turn, change(turn, tag.id(), viewer, because), true, after);
        held =
            HeldTag.newBuilder()
                .setTagId(tag.id())
                .setSinceMillis(turn.at().toEpochMilli())
                .build();
      }
      after.addHeld(held);
    }
    setTimer(turn, CompiledTags.nextChange(units, active, viewer, day), after);
    TagState done = after.build();
    if (!done.equals(turn.get(slice))) {
      turn.set(slice, done);
    }
  }

  private static Set<String> idsOf(List<CompiledTags.Unit> units) {
    return units.stream()
        .flatMap(unit -> unit.tags().stream())
        .map(CompiledTag::id)
        .collect(Collectors.toSet());
  }

  /** The day of a turn: what is reported late finds the viewer as of the latest day. */
  static long today(Turn turn, TagState state) {
    long day = Activity.dayOf(turn.program().calendar(), turn.at());
    return Math.max(day, Math.max(Activity.of(turn).getLatestDay(), state.getReckonedDay()));
  }

  /** A timer that is due earlier stays: it looks, and sets itself to what is next by then. */
  private static void setTimer(Turn turn, OptionalLong next, TagState.Builder state) {
    if (next.isPresent() && (state.getNextDay() == 0 || next.getAsLong() < state.getNextDay())) {
      state.setNextDay(next.getAsLong());
      turn.timer(
          TagReactor.TIMER,
          TagReactor.due(turn, next.getAsLong()),
          ReckonTags.getDefaultInstance());
    }
  }

  private static TagEntered change(Turn turn, String tagId, ViewerProfile viewer, Because because) {
    CompiledTag tag = CompiledTags.of(turn).find(tagId);
    return TagEntered.newBuilder()
        .setTagId(tagId)
        .setReason(because.reason)
        .setProgramVersion(turn.program().version())
        .putAllFound(tag == null ? Map.of() : tag.found(viewer))
        .setSetBy(because.by)
        .setWhy(because.why)
        .build();
  }

  private void tell(Turn turn, TagEntered change, boolean entered, TagState.Builder state) {
    state.setChanges(state.getChanges() + 1);
    turn.append(
        history,
        new TagChangeAppender.Row(
            turn.viewer(), state.getChanges(), turn.at().toEpochMilli(), entered, change));
    turn.emit(
        entered
            ? change
            : TagLeft.newBuilder()
                .setTagId(change.getTagId())
                .setReason(change.getReason())
                .setProgramVersion(change.getProgramVersion())
                .putAllFound(change.getFoundMap())
                .setSetBy(change.getSetBy())
                .setWhy(change.getWhy())
                .build());
  }
}
