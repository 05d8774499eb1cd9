package io.flywheel.reward;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import java.util.Optional;

/**
 * What the keeper of a kind of reward says of it. The feature that keeps it binds it with {@link
 * RewardKinds#binder}, and reacts to {@code RewardGiven}; each kind of the contract has exactly one
 * keeper. Pure and thread-safe.
 */
public interface RewardKind {
  /** The kind. */
  Reward.KindCase kind();

  /**
   * Whether it is listed among the viewer's grants, and told by {@code GrantIssued}. Only what is
   * granted, and points, can be taken back.
   */
  boolean isGranted();

  /** What it is a reward of, such as a coupon's id; empty: nothing with an id. */
  default String subjectId(Reward reward) {
    return "";
  }

  /** How much of it there is. */
  default long quantity(Reward reward) {
    return 1;
  }

  /**
   * So much of it, for what is counted in amounts; else the reward as it is.
   *
   * @param quantity 1 to its {@link #quantity}
   */
  default Reward part(Reward reward, long quantity) {
    return reward;
  }

  /** Whether what was given stays given, whatever becomes of what it was given for. */
  default boolean isFinal() {
    return false;
  }

  /** How long it lasts; zero: for good, or as long as somebody else says. */
  default Duration validFor(Reward reward) {
    return Duration.getDefaultInstance();
  }

  /** When it ends at the latest, whenever it was given; empty: no such time. */
  default Optional<Timestamp> endsAt(Reward reward) {
    return Optional.empty();
  }

  /** Writes out what it leaves to defaults. Filling a filled reward changes nothing. */
  default void fill(Reward.Builder reward) {}

  /**
   * Reports what breaks the rules that the contract itself does not state.
   *
   * @param path where the program has it
   */
  default void check(Reward reward, String path, Program program, Names names, Findings findings) {}

  /**
   * So many times the reward as one, for what is counted in amounts; empty: it is given so many
   * times.
   *
   * @param times 1 or more
   * @throws io.flywheel.platform.errors.ServiceException if it is more than can be given at once
   */
  default Optional<Reward> times(Reward reward, long times) {
    return Optional.empty();
  }
}
