package io.flywheel.engine;

import com.google.protobuf.ByteString;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to run some actions in one transaction. The actions of a viewer run in their order;
 * an action that asks for a state that is not loaded waits, with those of its viewer behind it,
 * until one query for the whole batch has brought it, and is then run again. Used by one thread,
 * once.
 */
final class Batch {
  /** What a batch works with. */
  record Tools(
      ReactionTable reactions,
      ViewerTable table,
      ViewerSlice viewers,
      ActionLog actionLog,
      FollowUps followUps,
      ProgramStore programs,
      SharedSlices sharedSlices,
      Habits habits,
      Guesses guesses) {}

  /**
   * Thrown in the place of a commit when the batch asked for shared rows out of their order, or for
   * some that are missing: all of it has to begin again, now that what it needs is known.
   */
  static final class Restart extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Restart() {
      super("a signal within the engine", null, false, false);
    }
  }

  /** Thrown where viewers have no row yet; the next attempt has to make them. */
  static final class Newcomers extends RuntimeException {
    private static final long serialVersionUID = 1;

    private Newcomers() {
      super("a signal within the engine", null, false, false);
    }
  }

  /** Passes on to the workspace what an action is likely to need. */
  private record Wanted(
      Action action,
      Guesses.Known known,
      int shard,
      Workspace workspace,
      ViewerSlice viewers,
      Habits.@Nullable Habit habit)
      implements Prefetch {
    @Override
    public boolean isUsual(Slice<?, ?> slice) {
      return habit != null && habit.has(slice);
    }

    @Override
    public @Nullable CompiledProgram program() {
      return known.program();
    }

    @Override
    public ViewerProfile profile() {
      return known.profile();
    }

    /** Where calls have habits, what is not in the actor's row is left to them. */
    @Override
    public void getProfile(Set<String> fields) {
      for (Slice<ViewerKey, ?> slice : viewers.slicesBesideRow(fields)) {
        if (habit == null || habit.has(slice)) {
          workspace.want(slice, action.viewer());
        }
      }
    }

    @Override
    public <K extends Comparable<? super K>> void get(Slice<K, ?> slice, K key) {
      workspace.want(slice, key);
    }

    @Override
    public <K extends Comparable<? super K>> void peek(Slice<K, ?> slice, K key) {
      workspace.wantToPeek(slice, key);
    }
  }

  private final Tools tools;
  private final List<Action> actions;
  private final @Nullable Batch earlier;
  private final boolean looksUp;
  private final Workspace workspace;
  private final @Nullable Outcome[] outcomes;
  private final Map<Id, ActionLog.First> remembered = new HashMap<>();
  private boolean hasRepeated;
  private final List<Journal.Taken> taken = new ArrayList<>();
  private final List<ActionLog.Row> toRemember = new ArrayList<>();

  /** When each follow-up is due that is still to be done. */
  private final Map<Id, Instant> waiting = new HashMap<>();

  private final Map<Id, FollowUps.Row> left = new LinkedHashMap<>();
  private final Map<Id, String> noMoreLeft = new TreeMap<>();
  private final Inboxes inboxes = new Inboxes();

  /**
   * A batch.
   *
   * @param earlier an attempt at the same actions that failed; null: none
   * @param looksUp whether it is looked up which actions took effect before; otherwise the batch
   *     fails with a duplicate key if any did
   */
  Batch(Tools tools, List<Action> actions, @Nullable Batch earlier, boolean looksUp) {
    this.tools = tools;
    this.actions = actions;
    this.earlier = earlier;
    this.looksUp = looksUp;
    this.workspace = new Workspace(tools.sharedSlices, tools.table);
    this.outcomes = new Outcome[actions.size()];
  }

  /**
   * Runs the actions, saves what they changed, and commits: mostly by three messages to the
   * database, and by two if there is only one. What an exception leaves open is for the caller to
   * roll back.
   *
   * @return what became of each action, in their order
   * @param handle without a transaction
   * @param journal of the calling thread
   * @param withNewcomers whether viewers without a row are given one
   * @throws ProgramStore.NotCompiled if programs have to be compiled first
   * @throws Newcomers if viewers have no row and are not given one
   * @throws Restart if this attempt only found out what the next one needs
   */
  List<Outcome> run(Handle handle, Instant now, JournalWriter journal, boolean withNewcomers) {
    journal.begin();
    Collection<String> merchants = merchants();
    Consumer<Script> journalEnds = behind -> journal.find(behind, merchants);
    Script script = new Script(handle);
    Guesses.Known guess = tools.guesses.of(actions);
    Map<String, Long> versions = new HashMap<>();
    String merchantId = actions.getFirst().viewer().merchantId();
    SideBySide row =
        guess == null
            ? null
            : new SideBySide(merchantId, version -> versions.put(merchantId, version));
    begin(script, row, merchants, versions, withNewcomers || (guess != null && guess.isNew()));
    if (earlier != null) {
      workspace.wantAllOf(earlier.workspace);
    }
    if (guess != null) {
      prefetch(actions.getFirst(), guess, journal.shard());
    }
    workspace.load(script, row, guess == null ? unused -> {} : journalEnds);
    if (workspace.lacksViewers()) {
      throw new Newcomers();
    }
    if (row != null && versions.isEmpty()) {
      tools.guesses.forget(merchantId);
      throw new Restart(); // what is read beside the program was not found
    }
    Map<String, CompiledProgram> programs = tools.programs.compiled(versions);
    for (Action action : actions) {
      Guesses.Known found = known(action.viewer(), programs);
      if (!found.equals(guess)) {
        prefetch(action, found, journal.shard());
      }
    }
    Map<ViewerKey, Deque<Integer>> queues = new LinkedHashMap<>();
    for (int i = 0; i < actions.size(); i++) {
      queues.computeIfAbsent(actions.get(i).viewer(), unused -> new ArrayDeque<>(1)).add(i);
    }
    while (!queues.isEmpty()) {
      boolean endsMoved = !journal.knowsEnds() || workspace.wantsWhatOthersChange();
      workspace.load(
          new Script(handle),
          row == null ? null : new SideBySide(merchantId, null),
          endsMoved ? journalEnds : unused -> {});
      queues.values().removeIf(queue -> runUntilBlocked(queue, programs, now, journal.shard()));
    }
    if (workspace.isRehearsal()) {
      throw new Restart();
    }
    if (!looksUp) {
      findRejected(handle);
    }
    if (!journal.knowsEnds()) {
      Script ends = new Script(handle); // nothing was asked for
      journalEnds.accept(ends);
      ends.run();
    }
    Habits.Habit alone = actions.size() == 1 ? habitOf(actions.getFirst()) : null;
    if (alone != null) {
      alone.learn(workspace.asked());
    }
    Script save = new Script(handle, journal.shard());
    journal.append(handle, save, taken, now);
    workspace.save(save);
    inboxes.pack(now).forEach(full -> left.put(full.id(), full));
    tools.actionLog.append(save, toRemember, now);
    tools.followUps.delete(save, noMoreLeft);
    tools.followUps.save(save, left.values());
    save.commit();
    save.run();
    if (actions.size() <= Guesses.MAX_ACTIONS) {
      actions.forEach(
          action -> tools.guesses.learn(action.viewer(), known(action.viewer(), programs)));
    }
    return Stream.of(outcomes).map(Objects::requireNonNull).toList();
  }

  /**
   * Adds the beginning of the transaction, which locks the viewers before anything else is read of
   * them.
   *
   * @param row takes what can be read beside other rows; null: each is read by itself
   * @param versions takes which programs are in force, once the script has run
   */
  private void begin(
      Script script,
      @Nullable SideBySide row,
      Collection<String> merchants,
      Map<String, Long> versions,
      boolean withNewcomers) {
    SortedSet<ViewerKey> viewers = new TreeSet<>();
    actions.forEach(action -> viewers.add(action.viewer()));
    viewers.forEach(viewer -> workspace.want(tools.table, viewer));
    script.beginTransaction();
    if (withNewcomers) {
      ViewerTable.insert(script, viewers);
    }
    workspace.lockViewers(script);
    if (row == null) {
      ProgramVersions.find(script, merchants, versions::put);
    }
    findRepeated(script, row);
  }

  /** What is known of an actor, once it is locked. */
  private Guesses.Known known(ViewerKey viewer, Map<String, CompiledProgram> programs) {
    return new Guesses.Known(
        programs.get(viewer.merchantId()), workspace.get(tools.viewers, viewer));
  }

  /** Asks for what an action is likely to need. */
  private void prefetch(Action action, Guesses.Known known, int shard) {
    CompiledProgram program = known.program();
    Habits.Habit habit = habitOf(action);
    if (habit != null) {
      habit.ofViewer().forEach(slice -> workspace.want(slice, action.viewer()));
    }
    Wanted wanted = new Wanted(action, known, shard, workspace, tools.viewers, habit);
    tools.reactions.prefetch(wanted);
    if (program != null && action.viewer().isViewer() && tools.viewers.hasSlicesBesideRow()) {
      wanted.getProfile(tools.reactions.conditionFields(program, action.body()));
    }
  }

  private Habits.@Nullable Habit habitOf(Action action) {
    return action.isCall() ? tools.habits.of(action.body().getClass()) : null;
  }

  /** Whether an action came that had come before, once they have run. */
  boolean hasRepeated() {
    return hasRepeated;
  }

  /** What the actions left to be done, once they have run. */
  Collection<FollowUps.Row> left() {
    return left.values();
  }

  /** Whether shared rows were missing, which have to be there before another attempt. */
  boolean isMissingRows() {
    return workspace.isMissingRows();
  }

  /** Creates the shared rows that were missing, in a transaction of their own. */
  void createMissingRows(Handle handle) {
    Script script = new Script(handle);
    workspace.createMissing(script);
    script.run();
  }

  /** Whether the queue came to its end. */
  private boolean runUntilBlocked(
      Deque<Integer> queue, Map<String, CompiledProgram> programs, Instant now, int shard) {
    for (Integer index = queue.peek(); index != null; index = queue.peek()) {
      Action action = actions.get(index);
      try {
        outcomes[index] = runOne(action, programs.get(action.viewer().merchantId()), now, shard);
      } catch (Workspace.NotLoaded signal) {
        return false;
      } catch (ServiceException e) {
        outcomes[index] = new Outcome.Rejected(e);
      } catch (RuntimeException | Error e) {
        outcomes[index] = new Outcome.Rejected(ErrorTable.classify(e));
      }
      queue.remove();
    }
    return true;
  }

  private Outcome runOne(Action action, @Nullable CompiledProgram program, Instant now, int shard) {
    if (action.identity() instanceof Action.Remembered identity) {
      ActionLog.First first = first(identity.key());
      if (first != null) {
        hasRepeated = true;
        return new Outcome.Repeated(first.answerTo(identity));
      }
    }
    if (action.identity() instanceof Action.FollowUp followUp
        && !action.at().equals(waiting.get(followUp.id()))) {
      return new Outcome.Repeated(ByteString.EMPTY); // done, or set to another time since
    }
    RunningTurn turn =
        new RunningTurn(action, now, shard, program, tools.reactions, tools.viewers, workspace);
    if (!action.viewer().isMerchant()) {
      turn.program(); // all but the merchant, who applies the first one, need a program
    }
    try {
      Outcome.Done done = turn.run();
      taken.add(new Journal.Taken(action, program == null ? 0 : program.version(), done.facts()));
      remember(action, done.answer());
      turn.left().forEach(later -> leave(action, later.id(), later.row()));
      inboxes.add(action, turn.puts());
      return done;
    } catch (AlreadyTold signal) {
      remember(action, ByteString.EMPTY);
      return new Outcome.Repeated(ByteString.EMPTY);
    }
  }

  private void remember(Action action, ByteString answer) {
    switch (action.identity()) {
      case Action.Remembered identity -> {
        ActionLog.First first = new ActionLog.First(identity.contentHash(), answer);
        toRemember.add(new ActionLog.Row(identity.key(), first));
        remembered.put(identity.key().hash(), first);
      }
      case Action.FollowUp followUp -> leave(action, followUp.id(), null);
    }
  }

  /** The last word on a follow-up counts. */
  private void leave(Action action, Id id, FollowUps.@Nullable Row row) {
    if (row == null) {
      waiting.remove(id);
      left.remove(id);
      noMoreLeft.put(id, action.viewer().merchantId());
    } else {
      waiting.put(id, row.due());
      left.put(id, row);
      noMoreLeft.remove(id);
    }
  }

  private ActionLog.@Nullable First first(ActionKey key) {
    ActionLog.First first = remembered.get(key.hash());
    return first == null ? remembered.get(key.formerHash()) : first;
  }

  /** Finds out what was done before, once the script has run. */
  private void findRepeated(Script script, @Nullable SideBySide row) {
    Set<ActionKey> keys = new LinkedHashSet<>();
    Map<String, Set<Id>> followUps = new TreeMap<>();
    for (Action action : actions) {
      switch (action.identity()) {
        case Action.Remembered identity -> {
          if (looksUp) {
            keys.add(identity.key());
          }
        }
        case Action.FollowUp followUp ->
            followUps
                .computeIfAbsent(action.viewer().merchantId(), unused -> new TreeSet<>())
                .add(followUp.id());
      }
    }
    tools.actionLog.find(script, row, keys, remembered);
    tools.followUps.findWaiting(script, row, followUps, waiting);
  }

  /** What was rejected but took effect before is no news, where nobody has looked until now. */
  private void findRejected(Handle handle) {
    Set<ActionKey> keys = new LinkedHashSet<>();
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] instanceof Outcome.Rejected
          && actions.get(i).identity() instanceof Action.Remembered identity) {
        keys.add(identity.key());
      }
    }
    if (keys.isEmpty()) {
      return;
    }
    Map<Id, ActionLog.First> found = new HashMap<>();
    Script script = new Script(handle);
    tools.actionLog.find(script, null, keys, found);
    script.run();
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] instanceof Outcome.Rejected
          && actions.get(i).identity() instanceof Action.Remembered identity) {
        ActionLog.First first = found.get(identity.key().hash());
        if (first != null) {
          outcomes[i] = repeated(first, identity);
        }
      }
    }
  }

  private static Outcome repeated(ActionLog.First first, Action.Remembered identity) {
    try {
      return new Outcome.Repeated(first.answerTo(identity));
    } catch (ServiceException e) {
      return new Outcome.Rejected(e);
    }
  }

  private Collection<String> merchants() {
    Set<String> merchants = new TreeSet<>();
    actions.forEach(action -> merchants.add(action.viewer().merchantId()));
    return merchants;
  }
}
