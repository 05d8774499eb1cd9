package io.flywheel.mall;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.MallItem;
import io.flywheel.v1.MemberPrice;
import io.flywheel.v1.Price;
import io.flywheel.v1.ViewerProfile;
import java.util.function.Supplier;

/** An item as rules use it, defaults filled in. Immutable and thread-safe. */
final class CompiledItem {
  private final MallItem item;
  private final Condition audience;
  private final ImmutableList<Condition> members;
  private final long startsAtMillis;
  private final long endsAtMillis;
  private final long cooldownMillis;

  CompiledItem(MallItem item) {
    String owner = "Item " + item.getId();
    this.item = item;
    this.audience = Condition.ofStored(Subject.VIEWER_ONLY, item.getAudience(), owner);
    this.members =
        item.getMemberPricesList().stream()
            .map(price -> Condition.ofStored(Subject.VIEWER_ONLY, price.getAudience(), owner))
            .collect(ImmutableList.toImmutableList());
    this.startsAtMillis =
        item.hasSaleStartsAt() ? Timestamps.toMillis(item.getSaleStartsAt()) : Long.MIN_VALUE;
    this.endsAtMillis =
        item.hasSaleEndsAt() ? Timestamps.toMillis(item.getSaleEndsAt()) : Long.MAX_VALUE;
    this.cooldownMillis = Durations.toMillis(item.getCooldown());
  }

  /** The item as configured, with all defaults filled in. */
  MallItem item() {
    return item;
  }

  /** Whether the merchant delivers it, rather than the service. */
  boolean isDelivered() {
    return item.getRewardsCount() == 0;
  }

  /** When the sale begins; {@code Long.MIN_VALUE}: it is on. */
  long startsAtMillis() {
    return startsAtMillis;
  }

  /** When the sale ends, which is not part of it; {@code Long.MAX_VALUE}: it does not. */
  long endsAtMillis() {
    return endsAtMillis;
  }

  long cooldownMillis() {
    return cooldownMillis;
  }

  /** Whether it is for a viewer. An evaluation that fails counts as false. */
  boolean isFor(Supplier<ViewerProfile> viewer) {
    return audience.test(null, null, viewer);
  }

  /** What it costs a viewer. */
  Price priceFor(Supplier<ViewerProfile> viewer) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).test(null, null, viewer)) {
        MemberPrice price = item.getMemberPrices(i);
        return price.getPrice();
      }
    }
    return item.getPrice();
  }
}
