package io.flywheel.engine;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** What a rule may look at: the program, a viewer, the time, and slices. */
public interface StateView {
  /** The fields of what may be known of a viewer. */
  Set<String> PROFILE_FIELDS =
      ViewerProfile.getDescriptor().getFields().stream()
          .map(FieldDescriptor::getName)
          .collect(Collectors.toUnmodifiableSet());

  /** The merchant's program in force. */
  CompiledProgram program();

  /** The viewer. */
  ViewerKey viewer();

  /** The time by which the rule is reckoned. */
  Instant at();

  /**
   * What the viewer's own row holds, at no cost: since when the viewer is known, presence, time
   * zone, and how the viewer is shown. What features keep themselves is not in it.
   */
  ViewerProfile profile();

  /**
   * What conditions may ask of the viewer: the row with what features know at the view's time.
   *
   * @param fields the fields that are asked for, by their names in the contract; others may be
   *     missing
   */
  ViewerProfile profileNow(Set<String> fields);

  /** All that conditions may ask of the viewer. */
  default ViewerProfile profileNow() {
    return profileNow(PROFILE_FIELDS);
  }

  /**
   * A state; {@link Slice#initial} where there is none. In a turn it is one of its own viewer, or a
   * shared one, which is locked from then on.
   */
  <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key);

  /**
   * A state as it was committed a moment ago, without a lock: for rules that only look, such as
   * whether anything is left. It may have changed before the turn ends, so a limit that must hold
   * is checked on what is got.
   */
  <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key);

  /**
   * Says which states are about to be peeked at, so that they can be loaded in one go. Nothing
   * hangs on it.
   */
  default <K extends Comparable<? super K>> void expect(Slice<K, ?> slice, SortedSet<K> keys) {}

  /** This viewer's state. */
  default <S> S get(Slice<ViewerKey, S> slice) {
    return get(slice, viewer());
  }
}
