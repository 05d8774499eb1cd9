package io.flywheel.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SubscriptionsTest {
  private final Subscriptions subscriptions = new Subscriptions();

  @Test
  void aChannelWithoutFollowersIsGivenUp() {
    follow();
    assertThat(subscriptions.due().subscribe()).containsExactly(7);
    subscriptions.confirmed(7);
    subscriptions.unfollow(7);
    assertThat(subscriptions.due().unsubscribe()).containsExactly(7);
    subscriptions.ended(7);
    assertThat(subscriptions.due().subscribe()).isEmpty();
  }

  @Test
  void whoComesWhileAChannelIsGivenUpHearsItAgainAndIsToldOfTheGap() {
    follow();
    subscriptions.confirmed(7);
    subscriptions.unfollow(7);
    assertThat(subscriptions.due().unsubscribe()).containsExactly(7);
    // The new follower's request overtakes the one that gives the channel up.
    follow();
    assertThat(subscriptions.confirmed(7)).isFalse();
    subscriptions.ended(7);
    assertThat(subscriptions.due().subscribe()).containsExactly(7);
    assertThat(subscriptions.confirmed(7)).isTrue();
    assertThat(subscriptions.due().subscribe()).isEmpty();
  }

  private void follow() {
    var unused = subscriptions.follow(7);
  }
}
