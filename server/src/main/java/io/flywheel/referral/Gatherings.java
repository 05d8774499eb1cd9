package io.flywheel.referral;

import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Gathering;
import io.flywheel.v1.ShownMember;

/** Gatherings as they are shown. Pure functions; not to be instantiated. */
final class Gatherings {
  private Gatherings() {}

  static Gathering shown(String code, GatheringRow row) {
    Gathering.Builder shown =
        Gathering.newBuilder()
            .setCode(code)
            .setRule(row.getRule())
            .setStartedAt(Timestamps.fromMillis(row.getStartedMs()))
            .setEndsAt(Timestamps.fromMillis(row.getEndsMs()))
            .setState(row.getState())
            .setRoomId(row.getRoomId());
    row.getMemberIdsList()
        .forEach(id -> shown.addMembers(ShownMember.newBuilder().setViewerId(id)));
    return shown.build();
  }
}
