package io.flywheel.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A turn over states, wherever they are kept. Used by one thread. */
final class RunningTurn implements Turn {
  /**
   * Something to be done later.
   *
   * @param row null: what was to be done is so no more
   */
  record Left(Id id, FollowUps.@Nullable Row row) {}

  private final Action action;
  private final Instant now;
  private final int shard;
  private final @Nullable CompiledProgram program;
  private final ViewerSlice viewers;
  private final ReactionTable reactions;
  private final TurnStates states;
  private final Timestamp occurredAt;
  private final Deque<Object> queue = new ArrayDeque<>();
  private final List<Fact> facts = new ArrayList<>();
  private final List<Left> left = new ArrayList<>(0);
  private final List<Inboxes.Put<?>> puts = new ArrayList<>(0);

  /** What is told when the queue is empty, of each class one. */
  private @Nullable Map<Class<?>, Object> last;

  private @Nullable Supplier<? extends Message> answer;

  /** The viewer's own row, which is asked for many times. */
  private @Nullable ViewerProfile profile;

  private String roomId;
  private int told;
  private boolean outdates;

  /**
   * A turn.
   *
   * @param now what the clock shows
   * @param shard the lane's number: see {@link Turn#shard}
   * @param program the one in force; null: there is none yet
   */
  RunningTurn(
      Action action,
      Instant now,
      int shard,
      @Nullable CompiledProgram program,
      ReactionTable reactions,
      ViewerSlice viewers,
      States base) {
    this.action = action;
    this.now = now.isAfter(action.at()) ? now : action.at();
    this.shard = shard;
    this.roomId = action.roomId();
    this.program = program;
    this.reactions = reactions;
    this.viewers = viewers;
    this.states = new TurnStates(base, action.viewer());
    this.occurredAt = Timestamps.fromMillis(action.at().toEpochMilli());
  }

  /**
   * Runs the whole chain, makes what it changed part of the states, and returns what came of it.
   */
  Outcome.Done run() {
    reactions.checkHeard(action.body());
    queue.add(action.body());
    for (Object message = next(); message != null; message = next()) {
      reactions.dispatch(this, message);
    }
    ByteString bytes = answer == null ? ByteString.EMPTY : answer.get().toByteString();
    states.merge();
    return new Outcome.Done(List.copyOf(facts), bytes, roomId, outdates);
  }

  @Override
  public Action action() {
    return action;
  }

  @Override
  public void happenedIn(String room) {
    roomId = action.roomId().isEmpty() ? room : action.roomId();
  }

  @Override
  public CompiledProgram program() {
    if (program == null) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND,
          "the merchant has no program yet: apply one with ProgramService.ApplyProgram");
    }
    return program;
  }

  @Override
  public ViewerKey viewer() {
    return action.viewer();
  }

  @Override
  public Instant at() {
    return action.at();
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public int shard() {
    return shard;
  }

  @Override
  public ViewerProfile profile() {
    ViewerProfile known = profile;
    if (known == null) {
      known = get(viewers);
      profile = known;
    }
    return known;
  }

  @Override
  public ViewerProfile profileNow(Set<String> fields) {
    return viewers.now(this, fields);
  }

  @Override
  public void setProfile(ViewerProfile profile) {
    set(viewers, profile);
    this.profile = profile;
  }

  @Override
  public void outdate() {
    outdates = true;
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return states.get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return states.peek(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> void want(Slice<K, S> slice, K key) {
    states.want(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    states.set(slice, key, state);
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    states.append(appender, row);
  }

  @Override
  public void emit(Message payload) {
    Fact fact = Facts.of(payload).setOccurredAt(occurredAt).build();
    facts.add(fact);
    signal(new ReactionTable.Told(fact, payload));
  }

  @Override
  public void signal(Object message) {
    if (++told > MAX_FACTS) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_CHAIN_TOO_LONG,
          "the action set off more than %,d facts; nothing took effect".formatted(MAX_FACTS));
    }
    queue.add(message);
  }

  @Override
  @SuppressWarnings("unchecked") // what waits is kept under its class
  public <M> void signalLast(M message, BinaryOperator<M> merge) {
    if (last == null) {
      last = new LinkedHashMap<>(2);
    }
    last.merge(message.getClass(), message, (one, other) -> merge.apply((M) one, (M) other));
  }

  @Override
  public void followUp(ViewerKey target, Instant due, Message body) {
    checkMerchant(target);
    reactions.checkHeard(body);
    Id id = action.identity().id().derive("follow-up", left.size());
    left.add(new Left(id, followUp(id, due, target, body)));
  }

  @Override
  public void timer(String name, @Nullable Instant due, Message body) {
    reactions.checkHeard(body);
    Id id = FollowUps.timerId(viewer(), name);
    left.add(new Left(id, due == null ? null : followUp(id, due, viewer(), body)));
  }

  @Override
  public <P> void put(Inbox<P> inbox, ViewerKey target, P part) {
    checkMerchant(target);
    puts.add(new Inboxes.Put<>(inbox, target, part));
  }

  /** What the turn left to be done, once it has run; of one id, the last counts. */
  List<Left> left() {
    return left;
  }

  /** What the turn put into inboxes, once it has run. */
  List<Inboxes.Put<?>> puts() {
    return puts;
  }

  @Override
  public void respond(Supplier<? extends Message> answer) {
    this.answer = answer;
  }

  @Override
  public List<Fact> facts() {
    return Facts.forViewers(facts);
  }

  private @Nullable Object next() {
    if (queue.isEmpty() && last != null && !last.isEmpty()) {
      Iterator<Object> waiting = last.values().iterator();
      signal(waiting.next());
      waiting.remove();
    }
    return queue.poll();
  }

  private void checkMerchant(ViewerKey target) {
    if (!target.merchantId().equals(action.viewer().merchantId())) {
      throw new IllegalStateException("%s leaves something to %s".formatted(viewer(), target));
    }
  }

  private FollowUps.Row followUp(Id id, Instant due, ViewerKey target, Message body) {
    return FollowUps.row(id, due, target, action.roomId(), action.broadcastId(), body);
  }
}
