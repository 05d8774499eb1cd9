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

  @Inject
  ViewerSlice(Set<ProfileSection> sections) {
    super("profile", ViewerProfile.getDefaultInstance());
    this.sections = ImmutableSet.copyOf(sections);
  }

  /** A viewer's profile with what features know at the view's time. */
  ViewerProfile now(StateView view, Set<String> fields) {
    ViewerProfile own = view.profile();
    ViewerProfile.Builder composed = null;
    for (ProfileSection section : sections) {
      if (!Collections.disjoint(section.fields(), fields)) {
        composed = composed == null ? own.toBuilder() : composed;
        section.contribute(view, composed);
      }
    }
    return composed == null ? own : composed.build();
  }

  /** The states that fields of the profile are made of. */
  List<Slice<ViewerKey, ?>> slicesOf(Set<String> fields) {
    List<Slice<ViewerKey, ?>> slices = new ArrayList<>();
    for (ProfileSection section : sections) {
      if (!Collections.disjoint(section.fields(), fields)) {
        slices.addAll(section.slices());
      }
    }
    return slices;
  }
}
