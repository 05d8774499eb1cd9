package io.flywheel.counting;

import com.google.protobuf.Message;
import io.flywheel.engine.Action;
import io.flywheel.engine.Appender;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A turn that was, for those who only look: by the entry's time and place, and by what is known of
 * the viewer now. It changes nothing. Used by one thread.
 */
final class RecordedTurn implements Turn {
  private final StateView now;
  private final JournalEntry entry;
  private final long orders;
  private final Action action;

  /**
   * @param orders how many orders the viewer had with this entry
   */
  RecordedTurn(StateView now, JournalEntry entry, long orders) {
    this.now = now;
    this.entry = entry;
    this.orders = orders;
    this.action =
        new Action(
            entry.viewer(),
            entry.roomId(),
            entry.broadcastId(),
            entry.at(),
            entry,
            Action.event(entry.viewer(), "recorded", Event.getDefaultInstance()));
  }

  @Override
  public Action action() {
    return action;
  }

  @Override
  public CompiledProgram program() {
    return now.program();
  }

  @Override
  public ViewerKey viewer() {
    return entry.viewer();
  }

  @Override
  public Instant at() {
    return entry.at();
  }

  @Override
  public Instant now() {
    return entry.at();
  }

  /** Where the viewer was then is not known. */
  @Override
  public ViewerProfile profile() {
    return now.profile().toBuilder().clearPresence().build();
  }

  @Override
  public ViewerProfile profileNow(Set<String> fields) {
    return now.profileNow(fields).toBuilder().setOrders(orders).build();
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    return now.peek(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return now.peek(slice, key);
  }

  @Override
  public List<Fact> facts() {
    return entry.facts();
  }

  @Override
  public void happenedIn(String roomId) {
    throw isPast();
  }

  @Override
  public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    throw isPast();
  }

  @Override
  public void setProfile(ViewerProfile profile) {
    throw isPast();
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    throw isPast();
  }

  @Override
  public void emit(Message payload) {
    throw isPast();
  }

  @Override
  public void signal(Object message) {
    throw isPast();
  }

  @Override
  public <M> void signalLast(M message, BinaryOperator<M> merge) {
    throw isPast();
  }

  @Override
  public void followUp(ViewerKey target, Instant due, Message body) {
    throw isPast();
  }

  @Override
  public void timer(String name, @Nullable Instant due, Message body) {
    throw isPast();
  }

  @Override
  public void respond(Supplier<? extends Message> answer) {
    throw isPast();
  }

  private static UnsupportedOperationException isPast() {
    return new UnsupportedOperationException("what was recorded is only looked at");
  }
}
