package io.flywheel.fulfillment;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The privileges that a viewer was granted, by their grants. Immutable and thread-safe.
 *
 * @param held in the order in which they were granted
 */
record Privileges(ImmutableList<Held> held) {
  static final Privileges NONE = new Privileges(ImmutableList.of());

  /**
   * A privilege.
   *
   * @param grantNumber the grant's
   * @param endsMillis when it ends, in epoch milliseconds; {@code Long.MAX_VALUE}: it does not
   */
  record Held(long grantNumber, String privilegeId, long endsMillis) {}

  /** The ids of those that have not ended, each once. */
  List<String> heldAt(long millis) {
    return held.stream()
        .filter(one -> millis < one.endsMillis)
        .map(Held::privilegeId)
        .distinct()
        .toList();
  }

  /**
   * The latest end of those of an id that have not ended, in epoch milliseconds; {@code
   * Long.MAX_VALUE}: one of them does not end; empty: none is held.
   */
  OptionalLong endOf(String privilegeId, long millis) {
    return held.stream()
        .filter(one -> one.privilegeId.equals(privilegeId) && millis < one.endsMillis)
        .mapToLong(Held::endsMillis)
        .max();
  }

  /** With one more. */
  Privileges with(Held more) {
    return new Privileges(ImmutableList.<Held>builder().addAll(held).add(more).build());
  }

  /** Where what a grant gave has ended. */
  Privileges endedAt(long grantNumber, long millis) {
    return new Privileges(
        held.stream()
            .map(one ->
                one.grantNumber == grantNumber
                    ? new Held(grantNumber, one.privilegeId, Math.min(one.endsMillis, millis))
                    : one)
            .collect(ImmutableList.toImmutableList()));
  }
}
