package io.flywheel.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SubscriptionsTest {
  private final Subscriptions subscriptions = new Subscriptions();

  @Test
  void aChannelWithoutSubscribersIsGivenUp() {
    subscribe();
    assertThat(subscriptions.due().subscribe()).containsExactly(7);
    subscriptions.confirmed(7);
    subscriptions.remove(7);
    assertThat(subscriptions.due().unsubscribe()).containsExactly(7);
    subscriptions.ended(7);
    assertThat(subscriptions.due().subscribe()).isEmpty();
  }

  @Test
  void whoComesWhileAChannelIsGivenUpHearsItAgainAndIsToldOfTheGap() {
    subscribe();
    subscriptions.confirmed(7);
    subscriptions.remove(7);
    assertThat(subscriptions.due().unsubscribe()).containsExactly(7);
    // The new subscriber's request overtakes the one that gives the channel up.
    subscribe();
    assertThat(subscriptions.confirmed(7)).isFalse();
    subscriptions.ended(7);
    assertThat(subscriptions.due().subscribe()).containsExactly(7);
    assertThat(subscriptions.confirmed(7)).isTrue();
    assertThat(subscriptions.due().subscribe()).isEmpty();
  }

  private void subscribe() {
    var unused = subscriptions.add(7);
  }
}
