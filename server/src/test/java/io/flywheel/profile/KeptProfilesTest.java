package io.flywheel.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.SetPublicProfileRequest;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerServiceGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How viewers are shown is read once, and each change of it is seen. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KeptProfilesTest {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static final PublicProfile NOBODY = PublicProfile.getDefaultInstance();
  private static final PublicProfile HIDDEN = PublicProfile.newBuilder().setAnonymous(true).build();

  private TestServer server;
  private TestMerchant merchant;

  @BeforeAll
  void start() throws Exception {
    // No other node can join, so that nobody else changes anything.
    server = TestServer.builder().setting("cluster.redis-url", "").start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void apply() {
    merchant = new TestMerchant(server, "kept-" + IDS.incrementAndGet(), "name: nothing");
  }

  @Test
  void eachChangeIsSeenOnceItsCallIsAnsweredAndNothingElseIsReadAgain() {
    assertThat(shown("v")).isEqualTo(NOBODY);
    assertThat(readBy(() -> assertThat(shown("v")).isEqualTo(NOBODY))).isZero();

    PublicProfile lin = named("小林");
    tell("first", "v", lin);
    assertThat(readBy(() -> assertThat(shown("v")).isEqualTo(lin))).isEqualTo(1);
    tell("again", "v", lin);
    assertThat(readBy(() -> assertThat(shown("v")).isEqualTo(lin))).isZero();

    tell("hide", "v", HIDDEN);
    assertThat(shown("v")).isEqualTo(HIDDEN);
    tell("show", "v", named("Lin").toBuilder().setAnonymous(false).build());
    assertThat(shown("v").getDisplayName()).isEqualTo("Lin");
  }

  @Test
  void thoseWhoAreMissingAreReadAndEachStandsInItsPlace() {
    tell("a", "a", named("Ann"));
    tell("b", "b", named("Bob"));
    PublicProfiles profiles = server.instance(PublicProfiles.class);
    assertThat(shown("b")).isEqualTo(named("Bob"));
    assertThat(
            readBy(() ->
                assertThat(profiles.inOrder(merchant.id(), List.of("a", "b", "nobody", "a")))
                    .containsExactly(named("Ann"), named("Bob"), NOBODY, named("Ann"))))
        .isEqualTo(2);
    assertThat(profiles.of(merchant.id(), List.of("b", "a", "b")))
        .isEqualTo(Map.of("a", named("Ann"), "b", named("Bob")));
    assertThat(profiles.inOrder("another-merchant", List.of("a"))).containsExactly(NOBODY);
  }

  /** A commit whose answer is lost is found to be done when it is tried again. */
  @Test
  void whoseActionWasDoneBeforeIsReadAgain() {
    tell("name", "v", named("Ann"));
    assertThat(shown("v")).isEqualTo(named("Ann"));
    write("v", named("Bob"));
    assertThat(shown("v")).as("nobody told").isEqualTo(named("Ann"));
    tell("name", "v", named("Ann"));
    assertThat(shown("v")).isEqualTo(named("Bob"));
  }

  @Test
  void whateverHappensAllIsReadAgainAfterTenMinutes() {
    tell("name", "v", named("Ann"));
    assertThat(shown("v")).isEqualTo(named("Ann"));
    write("v", NOBODY);
    server.clock().advance(Duration.ofMinutes(9));
    assertThat(shown("v")).isEqualTo(named("Ann"));
    server.clock().advance(Duration.ofMinutes(1));
    assertThat(shown("v")).isEqualTo(NOBODY);
  }

  @Test
  void whatChangesWhileItIsReadIsNotKept() {
    KeptProfiles kept = server.instance(KeptProfiles.class);
    String id = merchant.id();
    try (KeptProfiles.Look look = kept.look(id)) {
      kept.outdated(new ViewerKey(id, "changed"));
      look.keep(Map.of("changed", named("Before"), "same", named("Same")));
    }
    assertThat(kept.find(id, List.of("changed", "same"))).containsExactly(null, named("Same"));
    try (KeptProfiles.Look look = kept.look(id)) {
      look.keep(Map.of("changed", named("After")));
    }
    assertThat(kept.find(id, List.of("changed"))).containsExactly(named("After"));
  }

  @Test
  void nodesThatHearNothingOfEachOtherLookAgainAfterEightSeconds() throws Exception {
    try (TestServer one = TestServer.builder().setting("cluster.redis-url", "none").start();
        TestServer other = one.another()) {
      TestMerchant on = new TestMerchant(one, "m", "name: nothing");
      tell(one, on.id(), "name", "v", named("Ann"));
      assertThat(shown(other, on.id(), "v")).isEqualTo(named("Ann"));
      tell(one, on.id(), "hide", "v", HIDDEN);
      assertThat(shown(one, on.id(), "v")).isEqualTo(HIDDEN);
      one.clock().advance(Duration.ofSeconds(8));
      assertThat(shown(other, on.id(), "v")).isEqualTo(HIDDEN);
    }
  }

  private PublicProfile shown(String viewerId) {
    return shown(server, merchant.id(), viewerId);
  }

  private static PublicProfile shown(TestServer on, String merchantId, String viewerId) {
    return on.instance(PublicProfiles.class).inOrder(merchantId, List.of(viewerId)).getFirst();
  }

  private void tell(String requestId, String viewerId, PublicProfile shown) {
    tell(server, merchant.id(), requestId, viewerId, shown);
  }

  private static void tell(
      TestServer on, String merchantId, String requestId, String viewerId, PublicProfile shown) {
    var unused =
        ViewerServiceGrpc.newBlockingStub(
                on.channel(on.tokenFor(merchantId, Role.PLATFORM, "platform")))
            .setPublicProfile(
                SetPublicProfileRequest.newBuilder()
                    .setRequestId(requestId)
                    .setViewerId(viewerId)
                    .setShownAs(shown)
                    .build());
  }

  /** Changes the row behind the server's back. */
  private void write(String viewerId, PublicProfile shown) {
    server
        .instance(Database.class)
        .jdbi()
        .useHandle(handle ->
            handle.execute(
                "UPDATE viewer SET profile = ? WHERE merchant_id = ? AND viewer_id = ?",
                ViewerProfile.newBuilder().setShownAs(shown).build().toByteArray(),
                merchant.id(),
                viewerId));
  }

  /** How many viewers were read from the database. */
  private double readBy(Runnable looks) {
    double before = read();
    looks.run();
    return read() - before;
  }

  private double read() {
    return server.instance(MeterRegistry.class).counter("flywheel.profile.read").count();
  }

  private static PublicProfile named(String name) {
    return PublicProfile.newBuilder().setDisplayName(name).build();
  }
}
