package io.flywheel.room;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ViewerProfile;
import java.util.Set;

/**
 * Lets conditions know where a viewer is: silence ends presence without anybody there to write it
 * down. Thread-safe.
 */
final class PresenceProfile implements ProfileSection {
  @Inject
  PresenceProfile() {}

  @Override
  public Set<String> fields() {
    return Set.of("presence");
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    long lastSeen = Timestamps.toMillis(profile.getPresence().getLastSeenAt());
    long longest =
        Durations.toMillis(view.program().get(PresenceSection.class).getLongestSilence());
    if (view.at().toEpochMilli() - lastSeen > longest) {
      profile.clearPresence();
    }
  }
}
