package io.flywheel.testing;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Settlement;
import io.flywheel.platform.auth.Role;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.grpc.Channel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A merchant of a test server, whose platform reports custom events. Thread-safe. */
public final class TestMerchant {
  /** Of all that there are, for two may be the same merchant. */
  private static final AtomicLong IDS = new AtomicLong();

  private final TestServer server;
  private final String merchantId;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();

  /** A merchant with a program. */
  public TestMerchant(TestServer server, String merchantId, String program) {
    this.server = server;
    this.merchantId = merchantId;
    apply("apply", program);
  }

  /** Brings another program into force. */
  public void apply(String program) {
    apply("apply-" + IDS.incrementAndGet(), program);
  }

  public String id() {
    return merchantId;
  }

  /** A connection of somebody. */
  public Channel as(Role role, String subject) {
    return channels.computeIfAbsent(
        role + " " + subject, unused -> server.channel(server.tokenFor(merchantId, role, subject)));
  }

  /** Reports that a viewer did something now, and returns what it set off. */
  public List<Fact> report(String viewerId, String custom) {
    EventResult result =
        EventServiceGrpc.newBlockingStub(as(Role.PLATFORM, "platform"))
            .ingestEvents(
                IngestEventsRequest.newBuilder()
                    .addEvents(
                        Event.newBuilder()
                            .setEventId("event-" + IDS.incrementAndGet())
                            .setViewerId(viewerId)
                            .setRoomId("room")
                            .setOccurredAt(
                                Timestamps.fromMillis(server.clock().instant().toEpochMilli()))
                            .setCustom(CustomEvent.newBuilder().setName(custom)))
                    .build())
            .getResults(0);
    if (result.getOutcome() != EventOutcome.EVENT_OUTCOME_ACCEPTED) {
      throw new AssertionError(result.toString());
    }
    return result.getFactsList();
  }

  /** Carries out what is due by now. */
  public void settle() {
    try {
      int unused = server.instance(Settlement.class).settleDue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void apply(String requestId, String program) {
    ProgramServiceGrpc.newBlockingStub(as(Role.MERCHANT, "owner"))
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId(requestId)
                .setSource(ProgramSource.newBuilder().setDocument(program))
                .build());
  }
}
