package io.flywheel.demo;

import com.google.protobuf.util.Timestamps;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.ReferralServiceGrpc;
import io.flywheel.v1.Shared;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets guests of the demo room come by the invites of regulars, of other guests, and of whoever
 * tries it, so that the flywheel is seen to turn: somebody shares a link, some open it, and some of
 * those come. Thread-safe.
 */
final class DemoInvites {
  private static final Logger log = LoggerFactory.getLogger(DemoInvites.class);
  private static final List<String> CHANNELS = List.of("wechat", "weibo", "link");
  private static final int MOST_OPENINGS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final FlywheelClient caller;
  private final String edge;
  private final Clock clock;
  private final HttpClient browser = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Map<String, String> codes = new ConcurrentHashMap<>();

  /** Calls the service, and opens links on its edge as browsers do. */
  DemoInvites(FlywheelClient caller, String edge, Clock clock) {
    this.caller = caller;
    this.edge = edge;
    this.clock = clock;
  }

  /**
   * Lets a guest come by the invite of somebody. One who was here before is refused, as in life;
   * without a campaign nobody is invited.
   */
  void bring(String guestId, String inviterId, RandomGenerator random) {
    String channel = CHANNELS.get(random.nextInt(CHANNELS.size()));
    try {
      String code = codes.computeIfAbsent(inviterId, this::newCode);
      if (!inviterId.equals(DemoLinks.YOU)) {
        share(inviterId, code, channel); // what whoever tries it shares, they share themselves
      }
      for (int i = random.nextInt(MOST_OPENINGS); i >= 0; i--) {
        open(code, channel);
      }
      var unused =
          caller.call(
              ReferralServiceGrpc.getAcceptInviteMethod(),
              AcceptInviteRequest.newBuilder()
                  .setRequestId(UUID.randomUUID().toString())
                  .setViewerId(guestId)
                  .setCode(code)
                  .setChannel(channel)
                  .build());
    } catch (FlywheelException | IOException e) {
      log.debug("{} does not come by an invite of {}: {}", guestId, inviterId, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void share(String inviterId, String code, String channel) {
    var unused =
        caller.call(
            EventServiceGrpc.getIngestEventsMethod(),
            IngestEventsRequest.newBuilder()
                .addEvents(
                    Event.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setViewerId(inviterId)
                        .setRoomId(DemoRoom.ROOM)
                        .setOccurredAt(Timestamps.fromMillis(clock.millis()))
                        .setShared(Shared.newBuilder().setChannel(channel).setInviteCode(code)))
                .build());
  }

  private void open(String code, String channel) throws IOException, InterruptedException {
    var unused =
        browser.send(
            HttpRequest.newBuilder(URI.create("%s/i/%s?c=%s".formatted(edge, code, channel)))
                .timeout(PATIENCE)
                .build(),
            HttpResponse.BodyHandlers.discarding());
  }

  private String newCode(String inviterId) {
    return caller
        .call(
            ReferralServiceGrpc.getCreateInviteMethod(),
            CreateInviteRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setViewerId(inviterId)
                .setRoomId(DemoRoom.ROOM)
                .build())
        .getInvite()
        .getCode();
  }
}
