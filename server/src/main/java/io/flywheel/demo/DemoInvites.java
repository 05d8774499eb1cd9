package io.flywheel.demo;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.v1.AcceptInviteRequest;
import io.flywheel.v1.CreateInviteRequest;
import io.flywheel.v1.ReferralServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets guests of the demo room come by the invites of regulars, of other guests, and of whoever
 * tries it, so that the flywheel is seen to turn. Thread-safe.
 */
final class DemoInvites {
  private static final Logger log = LoggerFactory.getLogger(DemoInvites.class);
  private static final List<String> CHANNELS = List.of("wechat", "weibo", "link");

  private final FlywheelClient caller;
  private final Map<String, String> codes = new ConcurrentHashMap<>();

  DemoInvites(FlywheelClient caller) {
    this.caller = caller;
  }

  /**
   * Lets a guest come by the invite of somebody. One who was here before is refused, as in life;
   * without a campaign nobody is invited.
   */
  void bring(String guestId, String inviterId, RandomGenerator random) {
    try {
      String code = codes.computeIfAbsent(inviterId, this::newCode);
      var unused =
          caller.call(
              ReferralServiceGrpc.getAcceptInviteMethod(),
              AcceptInviteRequest.newBuilder()
                  .setRequestId(UUID.randomUUID().toString())
                  .setViewerId(guestId)
                  .setCode(code)
                  .setChannel(CHANNELS.get(random.nextInt(CHANNELS.size())))
                  .build());
    } catch (FlywheelException e) {
      log.debug("{} does not come by an invite of {}: {}", guestId, inviterId, e.getMessage());
    }
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
