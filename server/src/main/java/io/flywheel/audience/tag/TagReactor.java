package io.flywheel.audience.tag;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import io.flywheel.counting.Activity;
import io.flywheel.engine.Action;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramApplied;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.ExperienceDecayed;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.ManualTagChange;
import io.flywheel.v1.OrderRefunded;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.Program;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.TagReason;
import io.flywheel.v1.TaskCompleted;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/**
 * The rules of tags. What a viewer does moves them in the same transaction; days that pass move
 * them by one timer a viewer, which is set to the first day on which a rule may say something else;
 * and a program with other rules walks all viewers, page by page. Thread-safe.
 */
final class TagReactor implements Reactor {
  static final String TIMER = "tags";

  /** Over how long a day's timers are spread, so that a day does not begin with a storm. */
  static final Duration SPREAD = Duration.ofMinutes(30);

  /** Between two pages of a walk, so that it does not disturb what viewers do. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final TagSlice slice;
  private final TagChanges changes;
  private final ViewerPageSlice pages;

  @Inject
  TagReactor(TagSlice slice, TagChanges changes, ViewerPageSlice pages) {
    this.slice = slice;
    this.changes = changes;
    this.pages = pages;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Activity.OnDay.class, (turn, unused) -> daysMoved(turn));
    reactions.on(Moves.class, changes::reckonMoved);
    reactions.on(Event.class, this::event);
    reactions.onFact(RoomEntered.class, this::moved);
    reactions.onFact(CheckedIn.class, this::moved);
    reactions.onFact(PointsBooked.class, this::moved);
    reactions.onFact(GrantIssued.class, this::moved);
    reactions.onFact(GrantRevoked.class, this::moved);
    reactions.onFact(ExperienceDecayed.class, this::moved);
    reactions.onFact(LevelMoved.class, this::moved);
    reactions.onFact(TaskCompleted.class, this::moved);
    reactions.onFact(OrderRefunded.class, this::moved);
    reactions.on(ManualTagChange.class, this::setByHand);
    reactions.on(ReckonTags.class, (turn, unused) -> timePassed(turn));
    reactions.on(ReckonTagsAnew.class, (turn, unused) -> reckonAnew(turn));
    reactions.on(ProgramApplied.class, TagReactor::programApplied);
    reactions.on(ReckonAllTags.class, this::reckonAll);
  }

  /**
   * Viewers are reckoned on the first sight of each day; then, and when days since an order count,
   * what rules look at is needed for sure.
   */
  @Override
  public void prefetch(Prefetch wanted) {
    CompiledProgram program = wanted.program();
    Action action = wanted.action();
    if (program == null || !action.viewer().isViewer()) {
      return;
    }
    CompiledTags tags = program.get(TagSection.class);
    if (!tags.isEmpty() && (isReckoning(action) || isNewDay(wanted, program))) {
      wanted.get(slice);
      wanted.getProfile(tags.fields());
    }
  }

  private static boolean isReckoning(Action action) {
    return action.body() instanceof ReckonTags
        || action.body() instanceof ReckonTagsAnew
        || action.body() instanceof ManualTagChange;
  }

  private static boolean isNewDay(Prefetch wanted, CompiledProgram program) {
    long day = Activity.dayOf(program.calendar(), wanted.action().at());
    return !Activity.isKnown(wanted.profile().getActive(), day);
  }

  private void event(Turn turn, Event event) {
    switch (event.getWhatCase()) {
      case ORDERED -> moved(turn, event.getOrdered());
      case FOLLOWED -> moved(turn, event.getFollowed());
      case ENTERED -> moved(turn, event.getEntered());
      default -> {}
    }
  }

  /** Something that rules may ask for is another one now. */
  private void moved(Turn turn, Message what) {
    CompiledTags tags = CompiledTags.of(turn);
    if (!tags.isEmpty() && turn.viewer().isViewer()) {
      Moves moves = Moves.of(tags.fields(), what);
      if (!moves.isNothing()) {
        turn.signalLast(moves, Moves::and);
      }
    }
  }

  /** The viewer was active on a day that was not known; the first time everyone is reckoned. */
  private static void daysMoved(Turn turn) {
    if (!CompiledTags.of(turn).isEmpty()) {
      turn.signalLast(Moves.DAYS, Moves::and);
    }
  }

  private void timePassed(Turn turn) {
    TagState state = turn.get(slice).toBuilder().clearNextDay().build();
    changes.reckon(turn, state, TagReason.TAG_REASON_TIME);
  }

  private void reckonAnew(Turn turn) {
    changes.reckon(turn, turn.get(slice), TagReason.TAG_REASON_PROGRAM);
  }

  /** Other rules move the tags of viewers who do nothing, too. */
  private static void programApplied(Turn turn, ProgramApplied applied) {
    Program before = applied.before();
    long next = CompiledTags.hash(applied.next().getTagsList());
    if (before != null && CompiledTags.hash(before.getTagsList()) != next) {
      turn.followUpNow(turn.viewer(), ReckonAllTags.newBuilder().setRules(next).build());
    }
  }

  private void reckonAll(Turn turn, ReckonAllTags walk) {
    if (walk.getRules() != CompiledTags.of(turn).hash()) {
      return; // another program is in force by now, and walks by itself
    }
    String merchantId = turn.viewer().merchantId();
    ViewerKey after =
        walk.getAfterViewerId().isEmpty()
            ? ViewerPageSlice.first(merchantId)
            : new ViewerKey(merchantId, walk.getAfterViewerId());
    List<String> viewerIds = turn.peek(pages, after);
    for (String viewerId : viewerIds) {
      turn.followUp(viewerId, turn.at(), ReckonTagsAnew.getDefaultInstance());
    }
    if (viewerIds.size() == ViewerPageSlice.PAGE_SIZE) {
      turn.followUp(
          turn.viewer(),
          turn.at().plus(PAUSE),
          walk.toBuilder().setAfterViewerId(viewerIds.getLast()).build());
    }
  }

  private void setByHand(Turn turn, ManualTagChange change) {
    CompiledTags tags = CompiledTags.of(turn);
    for (String tagId : change.getAddList()) {
      if (tags.find(tagId) == null) {
        throw ServiceException.of(
            ErrorReason.ERROR_REASON_TAG_NOT_FOUND,
            "add: %s (expected: a tag of the program in force)".formatted(tagId));
      }
    }
    TagState.Builder state = turn.get(slice).toBuilder();
    List<ManualTag> kept =
        state.getManualList().stream()
            .filter(tag -> !change.getAddList().contains(tag.getTagId()))
            .filter(tag -> !change.getRemoveList().contains(tag.getTagId()))
            .filter(tag -> tags.find(tag.getTagId()) != null)
            .toList();
    state.clearManual().addAllManual(kept);
    for (String tagId : Set.copyOf(change.getAddList()).stream().sorted().toList()) {
      state.addManual(
          ManualTag.newBuilder()
              .setTagId(tagId)
              .setAtMillis(turn.at().toEpochMilli())
              .setBy(change.getBy())
              .setWhy(change.getWhy()));
    }
    changes.reckonByHand(turn, state.build(), change.getBy(), change.getWhy());
    turn.respond(() -> Tags.answer(turn.get(slice)));
  }

  /** When a viewer's timer of a day is due. */
  static Instant due(Turn turn, long day) {
    return turn.program()
        .calendar()
        .startOf(LocalDate.ofEpochDay(day))
        .plusMillis(turn.viewer().spread() % SPREAD.toMillis());
  }
}
