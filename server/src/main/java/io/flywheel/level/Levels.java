package io.flywheel.level;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSection;
import io.flywheel.v1.Level;
import io.flywheel.v1.LevelChange;
import io.flywheel.v1.LevelLoss;
import io.flywheel.v1.LevelStanding;
import io.flywheel.v1.LevelStep;
import io.flywheel.v1.PreviewedLevel;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Where viewers are among the levels. Thread-safe. */
final class Levels implements ProfileSection, ViewerSection {
  private static final Set<String> EXPERIENCE = Set.of("experience");

  private final LevelSlice slice;

  @Inject
  Levels(LevelSlice slice) {
    this.slice = slice;
  }

  /**
   * The viewer's level: the one that the experience is enough for, or a higher one that is kept.
   */
  int numberOf(StateView view) {
    CompiledLevels all = CompiledLevels.of(view);
    return all.isEmpty()
        ? 0
        : Math.max(numberByExperience(view), all.numberOf(view.get(slice).getLevelId()));
  }

  /** The level that the viewer's experience is enough for. */
  int numberByExperience(StateView view) {
    return CompiledLevels.of(view).byExperience(experience(view));
  }

  /** What other levels would do to the viewer. */
  LevelShift shift(StateView view, CompiledLevels next) {
    String levelId = CompiledLevels.of(view).idOf(numberOf(view));
    int byExperience = next.byExperience(experience(view));
    int number = Math.max(byExperience, next.numberOf(view.get(slice).getLevelId()));
    PreviewedLevel viewer =
        PreviewedLevel.newBuilder()
            .setViewerId(view.viewer().viewerId())
            .setExperience(experience(view))
            .setLevelId(levelId)
            .setNextLevelId(next.idOf(number))
            .build();
    return LevelShift.of(viewer, next.numberOf(levelId), number, byExperience);
  }

  LevelStanding standing(StateView view) {
    CompiledLevels all = CompiledLevels.of(view);
    int number = numberOf(view);
    LevelStanding.Builder standing =
        LevelStanding.newBuilder()
            .setLevelId(all.idOf(number))
            .setNumber(number)
            .setExperience(experience(view))
            .setKept(number > numberByExperience(view));
    if (number > 0) {
      standing
          .setTitle(all.level(number).getTitle())
          .setLevelExperience(all.level(number).getExperience());
    }
    if (number < all.all().size()) {
      Level next = all.level(number + 1);
      standing
          .setNextLevelId(next.getId())
          .setNextTitle(next.getTitle())
          .setNextExperience(next.getExperience());
    }
    nextLoss(view, number).ifPresent(standing::setNextLoss);
    return standing.build();
  }

  /** Empty: nothing is lost, whatever the viewer does. */
  private Optional<LevelLoss> nextLoss(StateView view, int number) {
    CompiledLevels all = CompiledLevels.of(view);
    LevelState state = view.get(slice);
    CompiledDecay decay = all.decay();
    long experience = experience(view);
    if (decay == null || !state.hasDecay() || decay.loss(experience) == 0) {
      return Optional.empty();
    }
    LevelLoss.Builder loss =
        LevelLoss.newBuilder()
            .setAt(Timestamps.fromMillis(decay.nextMillis(state.getDecay())))
            .setExperience(decay.loss(experience));
    int enough = all.byExperience(experience - decay.loss(experience));
    if (decay.demotes() && enough < number) {
      loss.setDemotes(true).setNumber(enough);
      if (enough > 0) {
        loss.setTitle(all.level(enough).getTitle());
      }
    }
    return Optional.of(loss.build());
  }

  /** What moved the viewer's level, the newest first. */
  List<LevelChange> history(StateView view) {
    return view.get(slice).getHistoryList().reversed();
  }

  List<LevelStep> ladder(StateView view) {
    CompiledLevels all = CompiledLevels.of(view);
    Map<String, Long> reached =
        view.get(slice).getReachedList().stream()
            .collect(
                Collectors.toMap(ReachedLevel::getLevelId, ReachedLevel::getAtMillis, Math::min));
    return IntStream.rangeClosed(1, all.all().size())
        .mapToObj(number -> step(number, all.level(number), reached))
        .toList();
  }

  @Override
  public Set<String> fields() {
    return Set.of("level", "level_id");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    int number = numberOf(view);
    profile.setLevel(number).setLevelId(CompiledLevels.of(view).idOf(number));
  }

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    if (!CompiledLevels.of(view).isEmpty()) {
      viewer.setLevel(standing(view));
    }
  }

  private static LevelStep step(int number, Level level, Map<String, Long> reached) {
    LevelStep.Builder step =
        LevelStep.newBuilder()
            .setLevelId(level.getId())
            .setNumber(number)
            .setTitle(level.getTitle())
            .setExperience(level.getExperience())
            .addAllRewards(level.getRewardsList());
    if (reached.containsKey(level.getId())) {
      step.setReachedAt(Timestamps.fromMillis(reached.get(level.getId())));
    }
    return step.build();
  }

  /** The viewer's experience, less what decay has taken and is not booked yet. */
  long experience(StateView view) {
    return Math.max(0, view.profileNow(EXPERIENCE).getExperience() - view.get(slice).getUnbooked());
  }
}
