package io.flywheel.referral;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.v1.ReferralCampaign;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.ViewerProfile;
import java.time.Duration;
import java.util.List;

/** Who counts as new, and what has to be remembered for it. Pure functions. */
final class Newness {
  /**
   * How long after the first entry an invite may still be accepted: apps tell of both at once, and
   * clocks differ.
   */
  static final long GRACE_MILLIS = Duration.ofMinutes(10).toMillis();

  private static final int MAX_ROOMS = 100;

  /** An entry is noted again after this long, so that not each is written. */
  private static final long ENTRY_MILLIS = Duration.ofHours(1).toMillis();

  private Newness() {}

  /**
   * Whether the viewer counts as new by a campaign.
   *
   * @param roomId the invite's room; empty: none
   */
  static boolean isNew(
      StateView view, ReferralCampaign campaign, ReferralState state, String roomId) {
    return campaign.getNewcomersList().stream()
        .anyMatch(newcomer ->
            switch (newcomer) {
              case NEWCOMER_NEW_TO_MERCHANT -> isNewToMerchant(view);
              case NEWCOMER_NEW_TO_ROOM -> !roomId.isEmpty() && isNewToRoom(view, state, roomId);
              case NEWCOMER_RETURNING ->
                  state.getEnteredMs() > 0
                      && view.at().toEpochMilli() - state.getEnteredMs()
                          >= Duration.ofDays(campaign.getReturningAfterDays()).toMillis();
              case NEWCOMER_UNSPECIFIED, UNRECOGNIZED -> false;
            });
  }

  /** The state with an entry in it, as far as the program's campaigns will ask for it. */
  static ReferralState afterEntry(
      CompiledReferral program, ReferralState state, RoomEntered entered, long atMillis) {
    ReferralState.Builder after = state.toBuilder();
    if (program.asksForEntries() && atMillis >= state.getEnteredMs() + ENTRY_MILLIS) {
      after.setEnteredMs(atMillis);
    }
    if (program.asksForRooms() && !state.getRoomsList().contains(entered.getRoomId())) {
      after.addRooms(entered.getRoomId());
      after.setRoomsKnown(state.getRoomsKnown() || entered.getFirstVisit());
      if (after.getRoomsCount() > MAX_ROOMS) {
        List<String> latest = List.copyOf(after.getRoomsList().subList(1, MAX_ROOMS + 1));
        after.clearRooms().addAllRooms(latest);
      }
    }
    return after.build();
  }

  /** Whether the merchant has not known the viewer for longer than a moment. */
  static boolean isNewToMerchant(StateView view) {
    ViewerProfile profile = view.profile();
    return !profile.hasFirstSeenAt()
        || Timestamps.toMillis(profile.getFirstSeenAt()) >= view.at().toEpochMilli() - GRACE_MILLIS;
  }

  private static boolean isNewToRoom(StateView view, ReferralState state, String roomId) {
    return isNewToMerchant(view)
        || (state.getRoomsKnown() && !state.getRoomsList().contains(roomId));
  }
}
