package io.flywheel.engine;

import com.google.protobuf.ByteString;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine without a database: runs actions of any viewers, rooms and merchants through reactors
 * with states in memory, one after the other, and what they leave to be done when the test says how
 * late it is; what they put into inboxes is taken out at once. The turns are the engine's own; what
 * batches promise is tested with real ones. Used by one thread.
 */
public final class MemoryEngine {
  private final ReactionTable reactions;
  private final ViewerSlice viewers = TestPrograms.instance(ViewerSlice.class);
  private final MemoryStates states = new MemoryStates();
  private final Map<Id, FollowUps.Row> later = new LinkedHashMap<>();
  private final Map<Id, ActionLog.First> remembered = new HashMap<>();
  private @Nullable CompiledProgram program;
  private final List<Fact> takenOut = new ArrayList<>();
  private int actions;
  private int shard;

  /** Something that was left to be done. */
  public record FollowUp(ViewerKey target, Instant due, Object body) {}

  /** Tells a fact, as if a reactor had told it. */
  private record Tell(Fact fact) {}

  private record TellingReactor() implements Reactor {
    @Override
    public void register(Reactions reactions) {
      reactions.on(Tell.class, (turn, tell) -> turn.emit(Facts.payloadOf(tell.fact)));
    }
  }

  /**
   * An engine with reactors in this order.
   *
   * @param program the one in force; null: there is none yet
   */
  public MemoryEngine(@Nullable CompiledProgram program, Reactor... reactors) {
    this.program = program;
    Set<Reactor> all = new LinkedHashSet<>(Arrays.asList(reactors));
    all.add(new TellingReactor());
    this.reactions = new ReactionTable(all);
  }

  /** Puts another version of the program in force. */
  public void setProgram(CompiledProgram program) {
    this.program = program;
  }

  /** Goes on as another lane. */
  public void setShard(int shard) {
    this.shard = shard;
  }

  /** Runs an action once for its id. */
  public Outcome run(Action action) {
    if (action.identity() instanceof Action.Remembered identity) {
      ActionLog.First first = remembered.get(identity.key().hash());
      if (first != null) {
        return new Outcome.Repeated(first.answer());
      }
    }
    try {
      return take(action, action.at());
    } catch (AlreadyTold signal) {
      return new Outcome.Repeated(ByteString.EMPTY);
    } catch (ServiceException e) {
      return new Outcome.Rejected(e);
    }
  }

  /**
   * Runs something new that somebody did.
   *
   * @param body what reactors listen to, or a fact that they hear
   * @throws ServiceException if it is rejected; nothing changed then
   */
  public Outcome.Done run(
      ViewerKey actor, String roomId, String broadcastId, Instant at, Object body) {
    Object heard = body instanceof Fact fact ? new Tell(fact) : body;
    Action.Remembered identity =
        Action.event(actor, "action-" + ++actions, Event.getDefaultInstance());
    Outcome.Done done = take(new Action(actor, roomId, broadcastId, at, heard, identity), at);
    return body instanceof Fact
        ? new Outcome.Done(
            done.facts().subList(1, done.facts().size()),
            done.answer(),
            done.roomId(),
            done.outdates())
        : done;
  }

  /** Tells outside of rooms what happened at a time, but was told only now. */
  public Outcome.Done runLate(ViewerKey actor, Instant at, Instant now, Fact fact) {
    Action.Remembered identity =
        Action.event(actor, "action-" + ++actions, Event.getDefaultInstance());
    return take(new Action(actor, "", "", at, new Tell(fact), identity), now);
  }

  /** Runs something new that somebody did outside of rooms. */
  public Outcome.Done run(ViewerKey actor, Instant at, Object body) {
    return run(actor, "", "", at, body);
  }

  /**
   * Carries out what is due until a time, the earliest first, with what that leaves in turn.
   *
   * @return the facts that it set off
   */
  public List<Fact> settle(Instant until) {
    return settle(until, FollowUps.Row::due);
  }

  /** The same as a service does that was down until then. */
  public List<Fact> settleLate(Instant now) {
    return settle(now, unused -> now);
  }

  private List<Fact> settle(Instant until, Function<FollowUps.Row, Instant> now) {
    List<Fact> facts = new ArrayList<>();
    for (Optional<FollowUps.Row> next = next(until); next.isPresent(); next = next(until)) {
      FollowUps.Row row = next.get();
      later.remove(row.id());
      facts.addAll(take(row.toAction(), now.apply(row)).facts());
    }
    return facts;
  }

  /** What is left to be done, in the order in which it was left. */
  public List<FollowUp> followUps() {
    return later.values().stream()
        .map(row -> new FollowUp(row.viewer(), row.due(), row.body()))
        .toList();
  }

  /** What it set off when others took out of inboxes what the latest action had put there. */
  public List<Fact> takenOut() {
    return List.copyOf(takenOut);
  }

  /** The rows of a kind that were added to tables so far. */
  public <R> List<R> rows(Class<R> type) {
    return states.rows(type);
  }

  /** Drops rows and answers, which grow with every action, for tests that take very many. */
  public void dropHistory() {
    states.dropRows();
    remembered.clear();
  }

  /** All that turns have changed so far. */
  public MemoryStates states() {
    return states;
  }

  /** What every feature may know of a viewer. */
  public ViewerProfile profile(ViewerKey viewer) {
    return states.get(viewers, viewer);
  }

  /** What conditions may ask of a viewer. */
  public ViewerProfile profileNow(StateView view, Set<String> fields) {
    return viewers.now(view, fields);
  }

  /** Lets it be known of a viewer. */
  public void setProfile(ViewerKey viewer, ViewerProfile profile) {
    states.set(viewers, viewer, profile);
  }

  private Outcome.Done take(Action action, Instant now) {
    takenOut.clear();
    return carryOut(action, now);
  }

  private Outcome.Done carryOut(Action action, Instant now) {
    RunningTurn turn = new RunningTurn(action, now, shard, program, reactions, viewers, states);
    Outcome.Done done = turn.run();
    if (action.identity() instanceof Action.Remembered identity) {
      remembered.put(
          identity.key().hash(), new ActionLog.First(identity.contentHash(), done.answer()));
    }
    for (RunningTurn.Left left : turn.left()) {
      later.remove(left.id());
      if (left.row() != null) {
        later.put(left.id(), left.row());
      }
    }
    Inboxes inboxes = new Inboxes();
    inboxes.add(action, turn.puts());
    inboxes.pack(now).forEach(row -> takenOut.addAll(carryOut(row.toAction(), now).facts()));
    return done;
  }

  private Optional<FollowUps.Row> next(Instant until) {
    return later.values().stream()
        .filter(row -> !row.due().isAfter(until))
        .min(Comparator.comparing(FollowUps.Row::due));
  }
}
