package io.flywheel.engine;

import com.google.common.collect.ImmutableSet;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.cluster.ClusterMembership;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ViewerProfile;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Takes actions and answers when they are committed. Thread-safe. */
@Singleton
public final class Engine {
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);

  /** As the configuration bounds them. */
  private static final int MAX_LANES = 64;

  private final EngineConfig config;
  private final Clock clock;
  private final Database database;
  private final ProgramStore programs;
  private final ViewerSlice viewers;
  private final BatchRunner runner;
  private final Journal journal;
  private final ActionLog actionLog;
  private final ClusterMembership membership;
  private final Habits habits;
  private final Set<CommitListener> listeners;
  private final Permits permits;
  private final List<Lane> lanes = new ArrayList<>();
  private final Map<Due, CompletableFuture<Outcome>> underWay = new ConcurrentHashMap<>();
  private volatile boolean closing;

  /** A follow-up with its time: a timer keeps its id when it is set to another one. */
  private record Due(Id id, Instant due) {}

  @Inject
  Engine(
      EngineConfig config,
      Clock clock,
      Database database,
      ProgramStore programs,
      ViewerSlice viewers,
      BatchRunner runner,
      Journal journal,
      ActionLog actionLog,
      ClusterMembership membership,
      Habits habits,
      Set<CommitListener> listeners,
      ClusterCommits cluster,
      MeterRegistry metrics) {
    this.config = config;
    this.clock = clock;
    this.database = database;
    this.programs = programs;
    this.viewers = viewers;
    this.runner = runner;
    this.journal = journal;
    this.actionLog = actionLog;
    this.membership = membership;
    this.habits = habits;
    this.listeners = ImmutableSet.<CommitListener>builder().addAll(listeners).add(cluster).build();
    this.permits = new Permits(config.queueCapacity());
    Gauge.builder("flywheel.engine.queue.free", permits, Permits::free)
        .description("How many more actions may wait on this node")
        .register(metrics);
  }

  /**
   * Takes actions of one merchant, all or none, and keeps the order of those of one viewer.
   *
   * @return for each action what became of it, once it is committed
   * @throws ServiceException OVERLOADED if there is no room for all of them; SHUTTING_DOWN
   */
  public List<CompletableFuture<Outcome>> submit(List<Action> actions) {
    if (actions.isEmpty()) {
      return List.of();
    }
    String merchantId = actions.getFirst().viewer().merchantId();
    if (!permits.tryTake(merchantId, actions.size())) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    return enqueue(merchantId, actions);
  }

  /**
   * Takes actions as {@link #submit} does, of several merchants too, but waits for room.
   *
   * @throws InterruptedException if interrupted while it waits; nothing more is taken then
   */
  public List<CompletableFuture<Outcome>> submitWhenRoom(List<Action> actions)
      throws InterruptedException {
    Map<String, List<Action>> byMerchant =
        actions.stream()
            .collect(
                Collectors.groupingBy(
                    action -> action.viewer().merchantId(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    IdentityHashMap<Action, CompletableFuture<Outcome>> outcomes = new IdentityHashMap<>();
    for (Map.Entry<String, List<Action>> own : byMerchant.entrySet()) {
      permits.takeWhenRoom(own.getKey(), own.getValue().size());
      List<CompletableFuture<Outcome>> taken = enqueue(own.getKey(), own.getValue());
      for (int i = 0; i < taken.size(); i++) {
        outcomes.put(own.getValue().get(i), taken.get(i));
      }
    }
    return actions.stream().map(outcomes::get).toList();
  }

  /**
   * Carries out the current call, a request of a viewer or in a viewer's name, and waits for its
   * answer. A repeated request gets the first answer.
   *
   * @param requestId the caller's id of the request
   * @param request what came in, by which a repeated request is told from another one of the same
   *     id
   * @param body what a reactor listens to; the reactor sets the answer
   * @param answerType the default instance of the answer
   * @throws ServiceException why it was rejected
   */
  public <R extends Message> R call(
      ViewerKey viewer,
      String roomId,
      String broadcastId,
      String requestId,
      Message request,
      Object body,
      R answerType) {
    boolean byViewer = Caller.current().role() == Role.VIEWER;
    Action action =
        new Action(
            viewer,
            roomId,
            broadcastId,
            clock.instant(),
            body,
            Action.request(viewer, byViewer, requestId, request));
    return switch (submit(List.of(action)).get(0).join()) {
      case Outcome.Done done -> parse(done.answer(), answerType);
      case Outcome.Repeated repeated -> parse(repeated.answer(), answerType);
      case Outcome.Rejected rejected -> throw rejected.reason();
    };
  }

  /**
   * The answer that a request of the current caller was given before, for requests whose content is
   * only looked at when they are new.
   *
   * @throws ServiceException REQUEST_ID_REUSED if the id was used for another content
   */
  public <R extends Message> Optional<R> earlierAnswer(
      ViewerKey viewer, String requestId, Message request, R answerType) {
    Action.Remembered identity =
        Action.request(viewer, Caller.current().role() == Role.VIEWER, requestId, request);
    return database
        .read(handle -> actionLog.find(handle, identity.key()))
        .map(first -> parse(first.answerTo(identity), answerType));
  }

  /**
   * Reads a viewer's state as it is committed now.
   *
   * @throws ServiceException PROGRAM_NOT_FOUND
   */
  public <T> T read(ViewerKey viewer, Function<StateView, T> reader) {
    return readAll(List.of(viewer), reader).get(0);
  }

  /**
   * Reads the states of viewers of one merchant as they are committed now.
   *
   * @param viewers at least one
   * @throws ServiceException PROGRAM_NOT_FOUND
   */
  public <T> List<T> readAll(List<ViewerKey> viewers, Function<StateView, T> reader) {
    Habits.Habit habit = habits.of(reader.getClass());
    RecentKeys recent = habit.recent(viewers.getFirst().merchantId());
    CommittedView.Page page =
        new CommittedView.Page(
            database,
            programs,
            clock.instant(),
            this.viewers,
            new TreeSet<>(viewers),
            habit.ofViewer(),
            recent.likely());
    List<T> read =
        viewers.stream().map(viewer -> reader.apply(new CommittedView(page, viewer))).toList();
    habit.learn(page.asked());
    recent.learn(page.askedOfShared());
    return read;
  }

  /**
   * Reads the rows of viewers as they are committed now, whatever program is in force; nothing of
   * those whom the service does not know.
   */
  public Map<ViewerKey, ViewerProfile> profiles(Collection<ViewerKey> wanted) {
    return database.read(handle -> viewers.read(handle, wanted));
  }

  /**
   * Carries out follow-ups as {@link #submitWhenRoom} does; those that this node is carrying out
   * already are waited for.
   */
  List<CompletableFuture<Outcome>> carryOut(List<FollowUps.Row> rows) throws InterruptedException {
    Map<FollowUps.Row, CompletableFuture<Outcome>> outcomes = new LinkedHashMap<>();
    List<FollowUps.Row> fresh = new ArrayList<>();
    for (FollowUps.Row row : rows) {
      CompletableFuture<Outcome> known = underWay.get(new Due(row.id(), row.due()));
      outcomes.put(row, known);
      if (known == null) {
        fresh.add(row);
      }
    }
    List<CompletableFuture<Outcome>> begun =
        submitWhenRoom(fresh.stream().map(FollowUps.Row::toAction).toList());
    for (int i = 0; i < fresh.size(); i++) {
      outcomes.put(fresh.get(i), begun.get(i));
    }
    return List.copyOf(outcomes.values());
  }

  /**
   * Begins with what was just left to be done and is due, as far as there is room; the rest, and
   * what fails, the settlement finds in the table.
   */
  private void carryOutNow(List<FollowUps.Row> left) {
    Instant now = clock.instant();
    for (FollowUps.Row row : left) {
      if (row.due().isAfter(now)) {
        continue;
      }
      if (closing || !permits.tryTake(row.viewer().merchantId(), 1)) {
        return;
      }
      Due due = new Due(row.id(), row.due());
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      underWay.put(due, outcome);
      laneOf(row.viewer()).add(new Lane.Entry(row.toAction(), outcome));
      var unused = outcome.whenComplete((done, failure) -> underWay.remove(due, outcome));
    }
  }

  /** Begins to run actions. */
  void start() {
    for (int i = 0; i < config.lanes(); i++) {
      Lane lane =
          new Lane(
              "lane-" + i,
              runner,
              journal.newWriter(membership.slot() * MAX_LANES + i),
              config.batchSize(),
              permits,
              listeners,
              this::carryOutNow);
      lane.start();
      lanes.add(lane);
    }
  }

  /** Stops taking actions, runs those that wait, and returns when they are committed. */
  void close() throws InterruptedException {
    closing = true;
    permits.awaitAll(); // whoever holds none can't add to a lane
    lanes.forEach(Lane::close);
    for (Lane lane : lanes) {
      lane.join();
    }
  }

  private List<CompletableFuture<Outcome>> enqueue(String merchantId, List<Action> actions) {
    if (closing) {
      permits.give(merchantId, actions.size());
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_SHUTTING_DOWN, "the service is shutting down; try again");
    }
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>(actions.size());
    for (Action action : actions) {
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      laneOf(action.viewer()).add(new Lane.Entry(action, outcome));
      outcomes.add(outcome);
    }
    return outcomes;
  }

  private Lane laneOf(ViewerKey viewer) {
    return lanes.get(viewer.spread() % config.lanes());
  }

  @SuppressWarnings("unchecked")
  private static <R extends Message> R parse(ByteString bytes, R type) {
    try {
      return (R) type.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw ErrorTable.classify(e);
    }
  }
}
