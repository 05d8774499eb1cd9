package io.flywheel.fulfillment.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import io.flywheel.platform.errors.ServiceException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where messages may go, and when they go again. */
final class TargetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.254",
        "127.0.0.1",
        "127.200.0.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::1",
        "2001:db8::1"
      })
  void anAddressOfThisMachineOrItsNetworkIsNoTarget(String address) {
    assertThat(Target.isPublic(InetAddresses.forString(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1"})
  void anAddressOfTheInternetIsATarget(String address) {
    assertThat(Target.isPublic(InetAddresses.forString(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/hook",
        "ftp://example.com/hook",
        "https://user:secret@example.com/hook",
        "https:///hook",
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://localhost/hook",
        "https://api.localhost:8443/hook",
        "https://printer.local/hook",
        "https://127.1/hook",
        "https://exa mple.com/"
      })
  void aUrlThatIsNotHttpsToAPublicHostIsRefusedByItsField(String url) {
    assertThatThrownBy(() -> Target.of(url, false))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("url: \"" + url + "\" (expected: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://2130706433/", "https://localhost./"})
  void aNameThatLeadsToThisMachineIsFoundOutWhenItIsConnectedTo(String url)
      throws UnknownHostException {
    Target target = Target.of(url, false);
    try {
      assertThat(target.address()).isEmpty();
    } catch (UnknownHostException e) {
      assertThat(e).as("a resolver that takes it for no address").isNotNull();
    }
    assertThat(Target.of("https://127.0.0.1/", true).address()).isPresent();
  }

  @Test
  void aMessageIsTriedForThreeDaysAndLaterEachTime() {
    Instant start = Instant.parse("2026-03-02T08:00:00Z");
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      Instant at = start;
      int failed = 1;
      Duration before = Duration.ZERO;
      for (var next = Backoff.next(1, Duration.ZERO, at, random);
          next.isPresent();
          next = Backoff.next(failed, Duration.ZERO, at, random)) {
        Duration delay = Duration.between(at, next.get());
        // A fifth by chance never makes the tenth delay shorter than half of the ninth.
        assertThat(delay.multipliedBy(2)).isGreaterThan(before);
        before = delay;
        at = next.get();
        failed++;
      }
      assertThat(failed).isEqualTo(11);
      assertThat(Duration.between(start, at)).isBetween(Duration.ofHours(60), Duration.ofHours(91));
    }
  }

  @Test
  void whatTheEndpointAsksForIsGivenUpToADay() {
    Instant now = Instant.parse("2026-03-02T08:00:00Z");
    assertThat(Sender.retryAfter("120", now)).isEqualTo(Duration.ofMinutes(2));
    assertThat(Sender.retryAfter("Mon, 02 Mar 2026 09:00:00 GMT", now))
        .isEqualTo(Duration.ofHours(1));
    assertThat(Sender.retryAfter("Mon, 02 Mar 2026 07:00:00 GMT", now)).isZero();
    assertThat(Sender.retryAfter("soon", now)).isZero();
    Random random = new Random(12);
    assertThat(Backoff.next(1, Duration.ofHours(1), now, random))
        .contains(now.plus(Duration.ofHours(1)));
    assertThat(Backoff.next(1, Duration.ofDays(30), now, random))
        .contains(now.plus(Duration.ofDays(1)));
  }
}
