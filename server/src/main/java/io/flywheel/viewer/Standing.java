package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
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

  /**
   * The standing as it is committed now; of a viewer who is not known yet there is only the id and
   * the program.
   */
  Viewer of(ViewerKey viewer) {
    try {
      return engine.read(viewer, this::compose);
    } catch (ServiceException e) {
      if (e.reason() != ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND) {
        throw e;
      }
      // Without a program nobody has done anything yet.
      return Viewer.newBuilder().setViewerId(viewer.viewerId()).build();
    }
  }

  private Viewer compose(StateView view) {
    ViewerProfile profile = view.profile();
    Viewer.Builder viewer =
        Viewer.newBuilder()
            .setViewerId(view.viewer().viewerId())
            .setProgramVersion(view.program().version())
            .addAllProgramParts(view.program().partsSet()) // apps show these and no others
            .setCurrency(view.program().program().getCurrency());
    if (profile.hasFirstSeenAt()) {
      viewer.setProfile(view.profileNow());
      sections.forEach(section -> section.contribute(view, viewer));
    }
    return viewer.build();
  }
}
