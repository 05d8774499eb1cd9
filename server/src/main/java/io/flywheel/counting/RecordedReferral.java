package io.flywheel.counting;

import io.flywheel.engine.JournalEntry;
import java.util.Optional;

/**
 * What the journal tells of invitees' steps, which stands with whoever invited them. The feature
 * binds its own with {@link Recorded#referrals}. Pure and thread-safe.
 */
public interface RecordedReferral {
  /** The step that an entry tells of; empty: none. */
  Optional<Step> of(JournalEntry entry);

  /**
   * A step of an invitee.
   *
   * @param atMillis when the invitee's action happened, in epoch milliseconds
   */
  record Step(String inviteeId, long atMillis, Referred taken) {}
}
