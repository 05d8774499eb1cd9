package io.flywheel.engine;

import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a feature lets conditions and people know of a viewer, reckoned when it is asked for from
 * the feature's own state. Features bind theirs with a multibinder. Thread-safe.
 *
 * <p>Versions before kept copies of some figures in the viewer's row. They are still in the rows of
 * viewers of whom nothing has changed since, so a feature that took one over adds the row's to its
 * own, and moves it into its own state when that next changes.
 */
public interface ProfileSection {
  /** The fields of {@link ViewerProfile} that it knows, by their names in the contract. */
  Set<String> fields();

  /**
   * The states of the viewer that its fields are made of. They are loaded with the rest of a batch
   * where a program's conditions ask for the fields. Optimisation only.
   */
  default Collection<Slice<ViewerKey, ?>> slices() {
    return List.of();
  }

  /**
   * Sets its fields, as they are at the view's time.
   *
   * @param profile holds what the viewer's row does, once
   */
  void contribute(StateView view, ViewerProfile.Builder profile);
}
