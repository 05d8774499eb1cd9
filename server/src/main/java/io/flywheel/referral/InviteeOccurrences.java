package io.flywheel.referral;

import com.google.protobuf.Message;
import io.flywheel.counting.Measure;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.program.Findings;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.InviteeOrdered;
import io.flywheel.v1.InviteeStayed;
import io.flywheel.v1.Program;
import io.flywheel.v1.Trigger;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What invitees do can be counted for whoever invited them. Thread-safe.
 *
 * @param <M> the fact
 */
final class InviteeOccurrences<M extends Message> implements OccurrenceSource<M> {
  private final Class<M> type;
  private final TriggerKind kind;
  private final Function<M, String> invitee;
  private final ToLongFunction<M> amount;

  private InviteeOccurrences(
      Class<M> type, TriggerKind kind, Function<M, String> invitee, ToLongFunction<M> amount) {
    this.type = type;
    this.kind = kind;
    this.invitee = invitee;
    this.amount = amount;
  }

  static InviteeOccurrences<InviteeEntered> entered() {
    return new InviteeOccurrences<>(
        InviteeEntered.class,
        TriggerKind.ofFact(Trigger.TRIGGER_INVITEE_ENTERED, Measure.INVITEES),
        InviteeEntered::getInviteeId,
        fact -> 0);
  }

  static InviteeOccurrences<InviteeStayed> stayed() {
    return new InviteeOccurrences<>(
        InviteeStayed.class,
        TriggerKind.ofFact(Trigger.TRIGGER_INVITEE_STAYED, Measure.INVITEES),
        InviteeStayed::getInviteeId,
        fact -> 0);
  }

  static InviteeOccurrences<InviteeOrdered> ordered() {
    return new InviteeOccurrences<>(
        InviteeOrdered.class,
        TriggerKind.ofFact(Trigger.TRIGGER_INVITEE_ORDERED, Measure.INVITEES, Measure.AMOUNT),
        InviteeOrdered::getInviteeId,
        InviteeOrdered::getAmountMinor);
  }

  @Override
  public Class<M> type() {
    return type;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(kind);
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, M fact) {
    return List.of(
        origin.of(kind.trigger()).keyed(invitee.apply(fact)).amount(amount.applyAsLong(fact)));
  }

  @Override
  public Optional<String> insteadOf(Program program, Findings findings) {
    return program.getReferral().getCampaignsCount() > 0 || findings.isFaulty("referral.campaigns")
        ? Optional.empty()
        : Optional.of("a trigger that happens; the program has no campaign of referral");
  }
}
