package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Lets conditions know a viewer's privileges; one that has ended is not held. Thread-safe. */
final class PrivilegeProfile implements ProfileSection {
  private final GrantSlice grants;
  private final PrivilegeSlice slice;

  @Inject
  PrivilegeProfile(GrantSlice grants, PrivilegeSlice slice) {
    this.grants = grants;
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of("privileges");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(grants, slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    profile.clearPrivileges();
    GrantState known = view.get(grants);
    if (known.getGrants() > 0 && !known.getPlain()) {
      profile.addAllPrivileges(view.get(slice).heldAt(view.at().toEpochMilli()));
    }
  }
}
