package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.DeliveryState;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GrantDelivery;
import io.flywheel.v1.GrantMoved;
import io.flywheel.v1.GrantUpdateResult;

/** The rules of deliveries: what the platform says last of a grant is what counts. */
final class DeliveryReactor implements Reactor {
  private final GrantSlice grants;
  private final GrantDeliveryAppender deliveries;

  @Inject
  DeliveryReactor(GrantSlice grants, GrantDeliveryAppender deliveries) {
    this.grants = grants;
    this.deliveries = deliveries;
  }

  /** What the platform says of a grant of the viewer. */
  record Move(long grantNumber, DeliveryState to, String reference) {}

  @Override
  public void register(Reactions reactions) {
    reactions.on(Move.class, this::move);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.action().body() instanceof Move) {
      wanted.get(grants);
    }
  }

  private void move(Turn turn, Move move) {
    long newest = turn.get(grants).getGrants();
    if (move.grantNumber() > newest) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_GRANT_NOT_FOUND,
          "grant_number: %d (expected: 1 to %d, the viewer's newest)"
              .formatted(move.grantNumber(), newest));
    }
    GrantDelivery delivery =
        GrantDelivery.newBuilder()
            .setState(move.to())
            .setReference(move.reference())
            .setMovedAt(Timestamps.fromMillis(turn.at().toEpochMilli()))
            .build();
    grants.noteMore(turn);
    turn.append(
        deliveries, new GrantDeliveryAppender.Row(turn.viewer(), move.grantNumber(), delivery));
    turn.emit(
        GrantMoved.newBuilder().setGrantNumber(move.grantNumber()).setDelivery(delivery).build());
    turn.respond(() -> GrantUpdateResult.newBuilder().setDelivery(delivery).build());
  }
}
