package io.flywheel.audience;

import com.google.inject.Inject;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.audience.tag.TagDrafts;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.FunnelStep;
import io.flywheel.v1.GetFunnelResponse;
import io.flywheel.v1.PreviewFinding;
import io.flywheel.v1.PreviewSegmentResponse;
import io.flywheel.v1.PreviewTagResponse;
import io.flywheel.v1.PreviewedViewer;
import io.flywheel.v1.Segment;
import io.flywheel.v1.TagRule;
import io.flywheel.v1.ViewerProfile;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
  private final Clock clock;
  private final TagDrafts drafts;
  private final Matches matches;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE);

  @Inject
  Previews(
      Database database,
      Engine engine,
      AudienceDao dao,
      Clock clock,
      TagDrafts drafts,
      Matches matches) {
    this.database = database;
    this.engine = engine;
    this.dao = dao;
    this.clock = clock;
    this.drafts = drafts;
    this.matches = matches;
  }

  /** What a tag's rule would do. */
  PreviewTagResponse preview(String merchantId, TagRule tag) {
    TagDrafts.Draft draft = drafts.draft(tag);
    PreviewTagResponse.Builder answer = PreviewTagResponse.newBuilder();
    long viewers = count(merchantId);
    int[] holding = {0};
    int lookedAt =
        lookAt(
            merchantId,
            MAX_PREVIEWED,
            view -> {
              TagDrafts.Look look = draft.look(view);
              holding[0] += look.holds() ? 1 : 0;
              if (look.would()) {
                answer.setWouldHave(answer.getWouldHave() + 1);
              }
              if (look.would() && !look.has()) {
                answer.setWouldEnter(answer.getWouldEnter() + 1);
              } else if (look.has() && !look.would()) {
                answer.setWouldLeave(answer.getWouldLeave() + 1);
              }
              if (look.would() != look.has() && answer.getSamplesCount() < MAX_SAMPLES) {
                answer.addSamples(sample(view, look, draft.fields()));
              }
            });
    boolean isByHand = tag.getCondition().isEmpty();
    return answer
        .setViewers(Math.max(viewers, lookedAt))
        .setLookedAt(lookedAt)
        .setExact(lookedAt < MAX_PREVIEWED)
        .setFinding(
            isByHand ? PreviewFinding.PREVIEW_FINDING_UNSPECIFIED : finding(holding[0], lookedAt))
        .build();
  }

  /** What a segment would find, beside what the one that is kept under its id does. */
  PreviewSegmentResponse preview(String merchantId, Segment segment) {
    long nowMillis = clock.millis();
    Filter next = Filter.of(segment.getFilter(), nowMillis);
    List<AudienceMember> members =
        inTurn(() ->
            database.read(handle ->
                List.copyOf(
                    dao.members(handle, merchantId, dao.sample(handle, merchantId, MAX_PREVIEWED))
                        .values())));
    Filter kept =
        database.read(handle -> dao.segments(handle, merchantId)).stream()
            .filter(each -> each.getSegmentId().equals(segment.getSegmentId()))
            .map(each -> Filter.of(each.getFilter(), nowMillis))
            .findFirst()
            .orElse(null);
    Set<AudienceMember> finds = inTurn(() -> new HashSet<>(matches.of(merchantId, next, members)));
    Set<AudienceMember> found =
        kept == null
            ? Set.of()
            : inTurn(() -> new HashSet<>(matches.of(merchantId, kept, members)));
    PreviewSegmentResponse.Builder answer = PreviewSegmentResponse.newBuilder();
    for (AudienceMember member : members) {
      boolean holds = finds.contains(member);
      boolean isIn = found.contains(member);
      if (holds) {
        answer.setWouldBeIn(answer.getWouldBeIn() + 1);
        if (answer.getSamplesCount() < MAX_SAMPLES) {
          answer.addSamples(member);
        }
      }
      if (holds && !isIn) {
        answer.setWouldEnter(answer.getWouldEnter() + 1);
      } else if (isIn && !holds) {
        answer.setWouldLeave(answer.getWouldLeave() + 1);
      }
    }
    return answer
        .setViewers(Math.max(count(merchantId), members.size()))
        .setLookedAt(members.size())
        .setExact(members.size() < MAX_PREVIEWED)
        .setFinding(finding(answer.getWouldBeIn(), members.size()))
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
    return inTurn(() -> {
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
    });
  }

  private <T> T inTurn(Supplier<T> look) {
    if (!turns.tryAcquire()) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    try {
      return look.get();
    } finally {
      turns.release();
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

  private static PreviewedViewer sample(StateView view, TagDrafts.Look look, Set<String> asked) {
    PreviewedViewer.Builder sample =
        PreviewedViewer.newBuilder()
            .setViewerId(view.viewer().viewerId())
            .setShownAs(look.viewer().getShownAs())
            .setEnters(look.would());
    for (String name : asked) {
      FieldDescriptor field = ViewerProfile.getDescriptor().findFieldByName(name);
      if (!field.isRepeated() && look.viewer().getField(field) instanceof Number number) {
        sample.putFound(name, number.longValue());
      }
    }
    return sample.build();
  }
}
