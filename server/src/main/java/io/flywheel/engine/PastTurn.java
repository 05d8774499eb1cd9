package io.flywheel.engine;

import com.google.protobuf.Message;
import io.flywheel.v1.Event;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A turn that was, by what the journal has of it, for those who look at it again. It changes
 * nothing: what reactors would do in it is refused. Used by one thread.
 */
public abstract class PastTurn implements Turn {
  private final JournalEntry entry;
  private final Action action;

  /**
   * @param body what the action is told to be
   */
  protected PastTurn(JournalEntry entry, Object body) {
    this.entry = entry;
    this.action =
        new Action(
            entry.viewer(),
            entry.roomId(),
            entry.broadcastId(),
            entry.at(),
            body,
            Action.event(entry.viewer(), "past", Event.getDefaultInstance()));
  }

  protected final JournalEntry entry() {
    return entry;
  }

  @Override
  public final Action action() {
    return action;
  }

  @Override
  public final ViewerKey viewer() {
    return entry.viewer();
  }

  @Override
  public final Instant at() {
    return entry.at();
  }

  @Override
  public final Instant now() {
    return entry.at();
  }

  @Override
  public final int shard() {
    return 0;
  }

  @Override
  public final <K extends Comparable<? super K>, S> void want(Slice<K, S> slice, K key) {}

  @Override
  public final void happenedIn(String roomId) {
    throw isPast();
  }

  @Override
  public final <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    throw isPast();
  }

  @Override
  public final void setProfile(ViewerProfile profile) {
    throw isPast();
  }

  @Override
  public final void outdate() {
    throw isPast();
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    throw isPast();
  }

  @Override
  public final void emit(Message payload) {
    throw isPast();
  }

  @Override
  public final void signal(Object message) {
    throw isPast();
  }

  @Override
  public final <M> void signalLast(M message, BinaryOperator<M> merge) {
    throw isPast();
  }

  @Override
  public final void followUp(ViewerKey target, Instant due, Message body) {
    throw isPast();
  }

  @Override
  public final <P> void put(Inbox<P> inbox, ViewerKey target, P part) {
    throw isPast();
  }

  @Override
  public final void timer(String name, @Nullable Instant due, Message body) {
    throw isPast();
  }

  @Override
  public final void respond(Supplier<? extends Message> answer) {
    throw isPast();
  }

  private static UnsupportedOperationException isPast() {
    return new UnsupportedOperationException("what is in the journal is only looked at");
  }
}
