package io.flywheel.viewer;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.Set;

/** Puts a viewer's whole standing together from what each feature knows. Thread-safe. */
final class Standing {
  private final Engine engine;
  private final Set<ViewerSection> sections;

  @Inject
  Standing(Engine engine, Set<ViewerSection> sections) {
    this.engine = engine;
    this.sections = sections;
  }

  /** The standing as it is committed now; of a viewer who is not known yet there is only the id. */
  Viewer of(ViewerKey viewer) {
    try {
      return engine.read(viewer, this::compose);
    } catch (ServiceException e) {
      if (e.reason() != ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND) {
        throw e;
      }
      return unknown(viewer, 0); // without a program nobody has done anything yet
    }
  }

  private Viewer compose(StateView view) {
    ViewerProfile profile = view.profile();
    if (!profile.hasFirstSeenAt()) {
      return unknown(view.viewer(), view.program().version());
    }
    Viewer.Builder viewer =
        Viewer.newBuilder()
            .setViewerId(view.viewer().viewerId())
            .setProfile(withoutSilentPresence(profile, view.program(), view.at()))
            .setProgramVersion(view.program().version());
    sections.forEach(section -> section.contribute(view, viewer));
    return viewer.build();
  }

  /** Silence ends presence without anybody there to write it down. */
  static ViewerProfile withoutSilentPresence(
      ViewerProfile profile, CompiledProgram program, Instant at) {
    long silence = at.toEpochMilli() - Timestamps.toMillis(profile.getPresence().getLastSeenAt());
    return silence > program.longestSilence().toMillis()
        ? profile.toBuilder().clearPresence().build()
        : profile;
  }

  private static Viewer unknown(ViewerKey viewer, long programVersion) {
    return Viewer.newBuilder()
        .setViewerId(viewer.viewerId())
        .setProgramVersion(programVersion)
        .build();
  }
}
