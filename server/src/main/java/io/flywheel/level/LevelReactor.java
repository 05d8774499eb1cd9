package io.flywheel.level;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.ProgramApplied;
import io.flywheel.v1.ExperienceDecayed;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The rules of levels. Experience that is given raises; experience that is taken back, or lost by
 * those who gain none, lowers; a changed program does neither until then, and takes no level away.
 * What is lost next is taken by the viewer's own timer; a program with other rules of decay walks
 * all viewers with levels, page by page. Thread-safe.
 */
final class LevelReactor implements Reactor {
  /** Between two pages of a walk, so that it does not disturb what viewers do. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Over how long the first losses after a change are spread, so that they are no storm. */
  private static final Duration SPREAD = Duration.ofMinutes(30);

  private final Levels levels;
  private final LevelSlice slice;
  private final LevelPageSlice pages;

  @Inject
  LevelReactor(Levels levels, LevelSlice slice, LevelPageSlice pages) {
    this.levels = levels;
    this.slice = slice;
    this.pages = pages;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(GrantIssued.class, (turn, issued) -> issued(turn, issued.getGrant()));
    reactions.onFact(GrantRevoked.class, this::revoked);
    reactions.onFact(
        ExperienceDecayed.class,
        (turn, decayed) -> act(turn, book -> book.booked(decayed.getAmount())));
    reactions.on(DecayDue.class, (turn, due) -> act(turn, book -> book.due(due)));
    reactions.on(ReckonDecay.class, (turn, anew) -> act(turn, book -> book.reckon(anew)));
    reactions.on(ProgramApplied.class, LevelReactor::programApplied);
    reactions.on(ReckonAllDecay.class, this::reckonAll);
  }

  private void issued(Turn turn, Grant grant) {
    if (grant.getReward().hasExperience()) {
      long amount = grant.getReward().getExperience().getAmount();
      act(turn, book -> book.gain(amount, grant.getCause()));
    } else if (grant.getReward().hasPrivilege() && grant.getCause().hasLevel()) {
      LevelPrivilege privilege =
          LevelPrivilege.newBuilder()
              .setPrivilegeId(grant.getReward().getPrivilege().getPrivilegeId())
              .setGrantNumber(grant.getGrantNumber())
              .setEndsMillis(grant.hasExpiresAt() ? Timestamps.toMillis(grant.getExpiresAt()) : 0)
              .setOrderId(grant.getCause().getOrderId())
              .build();
      act(turn, book -> book.holds(grant.getCause().getLevel().getLevelId(), privilege));
    }
  }

  private void revoked(Turn turn, GrantRevoked revoked) {
    if (revoked.getPart().hasExperience()) {
      long amount = revoked.getPart().getExperience().getAmount();
      act(turn, book -> book.takeBack(amount, revoked.getCause()));
    } else if (revoked.getPart().hasPrivilege() && !CompiledLevels.of(turn).isEmpty()) {
      act(turn, book -> book.withdraw(revoked.getGrantNumber()));
    }
  }

  private void act(Turn turn, Consumer<LevelBook> deed) {
    LevelBook book = new LevelBook(turn, slice, levels.experience(turn));
    deed.accept(book);
    book.save();
  }

  /** Other rules concern viewers who do nothing, too. */
  private static void programApplied(Turn turn, ProgramApplied applied) {
    CompiledDecay next = CompiledDecay.of(applied.next().getLevels());
    if (applied.before() != null
        && !Objects.equals(CompiledDecay.of(applied.before().getLevels()), next)) {
      turn.followUpNow(
          turn.viewer(),
          ReckonAllDecay.newBuilder().setSinceMillis(turn.at().toEpochMilli()).build());
    }
  }

  private void reckonAll(Turn turn, ReckonAllDecay walk) {
    String merchantId = turn.viewer().merchantId();
    ViewerKey after =
        walk.getAfterViewerId().isEmpty()
            ? LevelPageSlice.first(merchantId)
            : new ViewerKey(merchantId, walk.getAfterViewerId());
    List<String> viewerIds = turn.peek(pages, after);
    for (String viewerId : viewerIds) {
      long spread = new ViewerKey(merchantId, viewerId).spread() % SPREAD.toMillis();
      turn.followUp(
          viewerId,
          turn.at(),
          ReckonDecay.newBuilder().setSinceMillis(walk.getSinceMillis() + spread).build());
    }
    if (viewerIds.size() == LevelPageSlice.PAGE_SIZE) {
      turn.followUp(
          turn.viewer(),
          turn.at().plus(PAUSE),
          walk.toBuilder().setAfterViewerId(viewerIds.getLast()).build());
    }
  }
}
