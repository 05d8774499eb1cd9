package io.flywheel.audience;

import com.google.common.collect.Sets;
import com.google.inject.Inject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.cel.common.CelException;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.FunnelStep;
import io.flywheel.v1.GetFunnelResponse;
import io.flywheel.v1.PreviewFinding;
import io.flywheel.v1.PreviewTagResponse;
import io.flywheel.v1.PreviewedViewer;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.ViewerProfile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Looks at many viewers, or a sample of them, to say what holds of how many. Thread-safe. */
final class Previews {
  private static final int MAX_PREVIEWED = 5_000;
  private static final int MAX_IN_FUNNEL = 20_000;
  private static final int PAGE = 500;
  private static final int MAX_SAMPLES = 10;

  /** However many ask at once, the database is left to those who write. */
  private static final int MAX_AT_ONCE = 2;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Database database;
  private final Engine engine;
  private final AudienceDao dao;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE);

  @Inject
  Previews(Database database, Engine engine, AudienceDao dao) {
    this.database = database;
    this.engine = engine;
    this.dao = dao;
  }

  /** What a tag's rule would do. */
  PreviewTagResponse preview(String merchantId, TagRule tag) {
    Condition condition = condition(tag.getCondition());
    Set<String> fields = Sets.union(condition.viewerFields(), Set.of("tags", "shown_as"));
    PreviewTagResponse.Builder answer = PreviewTagResponse.newBuilder();
    long viewers = count(merchantId);
    int lookedAt =
        lookAt(
            merchantId,
            MAX_PREVIEWED,
            view -> {
              ViewerProfile viewer = view.profileNow(fields);
              boolean holds =
                  !tag.getCondition().isEmpty() && condition.test(null, null, () -> viewer);
              boolean has = viewer.getTagsList().contains(tag.getId());
              if (holds) {
                answer.setWouldHave(answer.getWouldHave() + 1);
              }
              if (holds && !has) {
                answer.setWouldEnter(answer.getWouldEnter() + 1);
              } else if (has && !holds) {
                answer.setWouldLeave(answer.getWouldLeave() + 1);
              }
              if (holds != has && answer.getSamplesCount() < MAX_SAMPLES) {
                answer.addSamples(sample(view, viewer, condition, holds));
              }
            });
    return answer
        .setViewers(Math.max(viewers, lookedAt))
        .setLookedAt(lookedAt)
        .setExact(lookedAt < MAX_PREVIEWED)
        .setFinding(finding(answer.getWouldHave(), lookedAt))
        .build();
  }

  /** How many completed each task of a chain, and all before it. */
  GetFunnelResponse funnel(String merchantId, List<String> taskIds) {
    int[] reached = new int[taskIds.size()];
    long viewers = count(merchantId);
    int lookedAt =
        lookAt(
            merchantId,
            MAX_IN_FUNNEL,
            view -> {
              List<String> completed =
                  view.profileNow(Set.of("completed_tasks")).getCompletedTasksList();
              for (int i = 0; i < reached.length && completed.contains(taskIds.get(i)); i++) {
                reached[i]++;
              }
            });
    GetFunnelResponse.Builder answer =
        GetFunnelResponse.newBuilder()
            .setViewers(Math.max(viewers, lookedAt))
            .setLookedAt(lookedAt)
            .setExact(lookedAt < MAX_IN_FUNNEL);
    for (int i = 0; i < reached.length; i++) {
      answer.addSteps(FunnelStep.newBuilder().setTaskId(taskIds.get(i)).setViewers(reached[i]));
    }
    return answer.build();
  }

  private long count(String merchantId) {
    return database.read(handle -> dao.count(handle, merchantId));
  }

  /** Hands over viewers, all or so many by chance, and returns how many. */
  private int lookAt(String merchantId, int limit, Consumer<StateView> each) {
    if (!turns.tryAcquire()) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      List<ViewerKey> viewers =
          database.read(handle -> dao.sample(handle, merchantId, limit)).stream()
              .map(id -> new ViewerKey(merchantId, id))
              .toList();
      for (int from = 0; from < viewers.size(); from += PAGE) {
        List<Boolean> unused =
            engine.readAll(
                viewers.subList(from, Math.min(from + PAGE, viewers.size())),
                view -> {
                  each.accept(view);
                  return true;
                });
      }
      return viewers.size();
    } finally {
      turns.release();
    }
  }

  private static Condition condition(String expression) {
    try {
      return Condition.of(Subject.VIEWER_ONLY, expression);
    } catch (CelException e) {
      throw ServiceException.invalidField(
          "tag.condition",
          "%s (expected: a condition in CEL over viewer; ValidateProgram says more)"
              .formatted(expression));
    }
  }

  private static PreviewFinding finding(int holding, int lookedAt) {
    if (lookedAt == 0) {
      return PreviewFinding.PREVIEW_FINDING_UNSPECIFIED;
    } else if (holding == lookedAt) {
      return PreviewFinding.PREVIEW_FINDING_ALWAYS;
    }
    return holding == 0
        ? PreviewFinding.PREVIEW_FINDING_NEVER
        : PreviewFinding.PREVIEW_FINDING_UNSPECIFIED;
  }

  private static PreviewedViewer sample(
      StateView view, ViewerProfile viewer, Condition condition, boolean enters) {
    PreviewedViewer.Builder sample =
        PreviewedViewer.newBuilder()
            .setViewerId(view.viewer().viewerId())
            .setShownAs(viewer.getShownAs())
            .setEnters(enters);
    List<String> names = new ArrayList<>(condition.viewerFields());
    for (String name : names) {
      FieldDescriptor field = ViewerProfile.getDescriptor().findFieldByName(name);
      if (!field.isRepeated() && viewer.getField(field) instanceof Number number) {
        sample.putFound(name, number.longValue());
      }
    }
    return sample.build();
  }
}
