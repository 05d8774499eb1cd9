package io.flywheel.viewer;

import com.google.inject.Inject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Program;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import java.util.List;
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
            .addAllProgramParts(parts(view.program().program()))
            .setCurrency(view.program().program().getCurrency());
    if (profile.hasFirstSeenAt()) {
      viewer.setProfile(view.profileNow());
      sections.forEach(section -> section.contribute(view, viewer));
    }
    return viewer.build();
  }

  /** What the merchant has set of the program, by name: apps show these parts and no others. */
  private static List<String> parts(Program program) {
    return program.getAllFields().keySet().stream()
        .filter(field -> field.getJavaType() == JavaType.MESSAGE)
        .map(FieldDescriptor::getName)
        .toList();
  }
}
