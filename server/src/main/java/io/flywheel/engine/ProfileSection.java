package io.flywheel.engine;

import io.flywheel.v1.ViewerProfile;
import java.util.Set;

/**
 * What a feature lets conditions and people know of a viewer, reckoned when it is asked for from
 * the feature's own state. Features bind theirs with a multibinder. Thread-safe.
 */
public interface ProfileSection {
  /** The fields of {@link ViewerProfile} that it knows, by their names in the contract. */
  Set<String> fields();

  /** Sets its fields, as they are at the view's time. */
  void contribute(StateView view, ViewerProfile.Builder profile);
}
