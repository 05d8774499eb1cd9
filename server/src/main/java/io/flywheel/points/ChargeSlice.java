package io.flywheel.points;

import com.google.inject.Inject;
import io.flywheel.engine.DatedSlice;
import io.flywheel.engine.Id;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.Cause;
import java.util.Comparator;

/**
 * What viewers' charges took, dated by when, so that refunds find the lots that they came from.
 * Thread-safe.
 */
final class ChargeSlice extends DatedSlice<ChargeSlice.Key, ChargeState> {
  @Inject
  ChargeSlice() {
    super("points_charge", "charge_id", "charged_ms", ChargeState.getDefaultInstance());
  }

  /**
   * A charge of a viewer.
   *
   * @param id stands for the charge's cause
   */
  record Key(ViewerKey viewer, Id id) implements Comparable<Key>, OfViewer {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer).thenComparing(Key::id);

    static Key of(ViewerKey viewer, Cause cause) {
      return new Key(viewer, Id.of(cause.toByteArray()));
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  protected void bindId(Values values, Key key) {
    values.bytes(key.id.toBytes());
  }
}
