package io.flywheel.audience.tag;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.SetManualTagsResponse;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerTag;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Lets conditions know which tags a viewer has. Thread-safe. */
final class Tags implements ProfileSection {
  private final TagSlice slice;

  @Inject
  Tags(TagSlice slice) {
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of("tags");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    profile.clearTags();
    view.get(slice).getHeldList().forEach(tag -> profile.addTags(tag.getTagId()));
  }

  /** The tags that a viewer has, with who set them by hand. */
  static SetManualTagsResponse answer(TagState state) {
    SetManualTagsResponse.Builder answer = SetManualTagsResponse.newBuilder();
    for (HeldTag held : state.getHeldList()) {
      ViewerTag.Builder tag =
          answer
              .addTagsBuilder()
              .setTagId(held.getTagId())
              .setEnteredAt(Timestamps.fromMillis(held.getSinceMillis()));
      for (ManualTag manual : state.getManualList()) {
        if (manual.getTagId().equals(held.getTagId())) {
          tag.setSetBy(manual.getBy()).setWhy(manual.getWhy());
        }
      }
    }
    return answer.build();
  }
}
