package io.flywheel.engine;

import com.google.protobuf.Message;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One action's run through the reactors. What a turn changes becomes real only when the whole chain
 * that the action set off has ended; a rejected action changes nothing. A turn may be run again
 * from the start when it asks for a state that is not loaded yet, so reactors must do nothing but
 * call it. Used by one thread.
 */
public interface Turn extends StateView {
  /**
   * The most facts and signals of one action. More than any program sets off whose tiers are
   * reached once each: 200 tasks with 20 tiers of 10 rewards, which are all booked. Features refuse
   * programs of which one action could set off more.
   */
  int MAX_FACTS = 100_000;

  /** The action. */
  Action action();

  /**
   * The time at which the turn really runs, never before {@link #at}: later, where the action is
   * told late, or was left to be done while the service was down. For what is told to people, such
   * as whether they sleep; rules that reckon go by {@link #at}.
   */
  Instant now();

  /**
   * Says in which room an action happened that names none, so that it is told to those who watch
   * the room. Where the action names a room, that one stays.
   *
   * @param roomId empty: outside of rooms
   */
  void happenedIn(String roomId);

  /**
   * A number that no other lane of any node has; those of a node's lanes follow each other. For the
   * choice among rows any of which would do, so that no two batches wait for each other's: nothing
   * that is told may hang on it, for a turn that is run again may be another lane's.
   */
  int shard();

  /**
   * Says that a state is about to be got, so that it is loaded together with others of which that
   * is said. Nothing hangs on it.
   */
  <K extends Comparable<? super K>, S> void want(Slice<K, S> slice, K key);

  /** Replaces a state of this viewer, or a shared one. */
  <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state);

  /** Replaces this viewer's state. */
  default <S> void set(Slice<ViewerKey, S> slice, S state) {
    set(slice, viewer(), state);
  }

  /** Replaces what the viewer's own row holds. */
  void setProfile(ViewerProfile profile);

  /**
   * Says that what nodes keep in memory of the viewer's own row is no longer so once this turn is
   * committed; {@link CommitListener#outdated} tells them.
   */
  void outdate();

  /** Adds a row to a table of rows that are never changed. */
  <R> void append(Appender<R> appender, R row);

  /**
   * Tells a fact: to the reactors that listen, to the caller, and to whoever watches the viewer.
   *
   * @param payload one of the messages that a {@link Fact} can hold
   */
  void emit(Message payload);

  /**
   * Tells other reactors something that is no fact for callers, such as the event inside of a
   * request.
   */
  void signal(Object message);

  /**
   * Tells other reactors something once nothing else is left to be told: for what is worth doing
   * once however much sets it off. Of several of one class that wait, one is told.
   *
   * @param merge makes one of two that wait
   */
  <M> void signalLast(M message, BinaryOperator<M> merge);

  /**
   * Leaves something to be done once, at or after a time, even if the service is down then. What is
   * due is done within milliseconds of this turn's commit.
   *
   * @param target a viewer or room of the same merchant, or the merchant
   * @param due may lie in the past
   * @param body what a reactor listens to
   */
  void followUp(ViewerKey target, Instant due, Message body);

  /** Leaves something to be done by a viewer of the same merchant. */
  default void followUp(String viewerId, Instant due, Message body) {
    followUp(new ViewerKey(viewer().merchantId(), viewerId), due, body);
  }

  /** Leaves something to be done right after this turn's commit. */
  default void followUpNow(ViewerKey target, Message body) {
    followUp(target, at(), body);
  }

  /**
   * Adds something to what another actor keeps, who takes it out right after this turn's commit
   * together with all that the batch puts in.
   *
   * @param target a viewer or room of the same merchant, or the merchant
   */
  <P> void put(Inbox<P> inbox, ViewerKey target, P part);

  /**
   * Sets this viewer's, room's or merchant's timer of a name: one for each name, so that it takes
   * the place of the one that was set before. A row a timer, however often it is set: for things
   * that end one after the other, such as points, set it to the next end each time.
   *
   * @param due when it is carried out once; may lie in the past; null: it is set no more
   * @param body what a reactor listens to
   */
  void timer(String name, @Nullable Instant due, Message body);

  /** Sets the answer, which is made when the chain has ended and is kept for repeated requests. */
  void respond(Supplier<? extends Message> answer);

  /** The facts told so far, in order, as answers may show them: without those for staff only. */
  List<Fact> facts();
}
