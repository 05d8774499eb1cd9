package io.flywheel.engine;

import com.google.common.collect.ImmutableSet;
import com.google.inject.Inject;
import io.flywheel.v1.ViewerProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** What every feature may know of viewers. Thread-safe. */
final class ViewerSlice extends PackedSlice<ViewerProfile> {
  private final ImmutableSet<ProfileSection> sections;

  /** Those that are made of states beside the viewer's row. */
  private final ImmutableSet<ProfileSection> sectionsBesideRow;

  @Inject
  ViewerSlice(Set<ProfileSection> sections) {
    super("profile", ViewerProfile.getDefaultInstance());
    this.sections = ImmutableSet.copyOf(sections);
    this.sectionsBesideRow =
        sections.stream()
            .filter(section -> section.slices().stream().anyMatch(ViewerSlice::isBesideRow))
            .collect(ImmutableSet.toImmutableSet());
  }

  /** A viewer's profile with what features know at the view's time. */
  ViewerProfile now(StateView view, Set<String> fields) {
    ViewerProfile own = view.profile();
    ViewerProfile.Builder composed = null;
    boolean all = fields.equals(StateView.PROFILE_FIELDS);
    for (ProfileSection section : sections) {
      if (all || !Collections.disjoint(section.fields(), fields)) {
        composed = composed == null ? own.toBuilder() : composed;
        section.contribute(view, composed);
      }
    }
    return composed == null ? own : composed.build();
  }

  /**
   * The states that fields of the profile are made of, but for those that stand in the viewer's
   * row: they come with it.
   */
  List<Slice<ViewerKey, ?>> slicesBesideRow(Set<String> fields) {
    List<Slice<ViewerKey, ?>> slices = new ArrayList<>(0);
    for (ProfileSection section : sectionsBesideRow) {
      if (!Collections.disjoint(section.fields(), fields)) {
        section.slices().stream().filter(ViewerSlice::isBesideRow).forEach(slices::add);
      }
    }
    return slices;
  }

  /** Whether fields of the profile are made of any states beside the viewer's row. */
  boolean hasSlicesBesideRow() {
    return !sectionsBesideRow.isEmpty();
  }

  private static boolean isBesideRow(Slice<ViewerKey, ?> slice) {
    return !(slice instanceof PackedSlice);
  }
}
