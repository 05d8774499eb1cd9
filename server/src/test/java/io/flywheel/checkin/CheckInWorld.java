package io.flywheel.checkin;

import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.BroadcastKey;
import io.flywheel.broadcast.BroadcastMoved;
import io.flywheel.broadcast.BroadcastSlice;
import io.flywheel.broadcast.BroadcastTold;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.broadcast.RoomSlice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Fact;
import io.flywheel.v1.FreezeReward;
import io.flywheel.v1.GetCheckInCalendarResponse;
import io.flywheel.v1.MakeUpCardReward;
import io.flywheel.v1.MakeUpCheckInResponse;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.Presence;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.StreakReward;
import io.flywheel.v1.ViewerProfile;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/** A viewer, the rules of check-in and a calendar, without a database. */
final class CheckInWorld {
  static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  private static final CheckInSlice DAYS = TestPrograms.instance(CheckInSlice.class);
  private static final BroadcastCheckInSlice BROADCASTS = new BroadcastCheckInSlice();
  private static final RoomBroadcastsSlice ROOMS = new RoomBroadcastsSlice();
  private static final BroadcastSlice KNOWN = new BroadcastSlice();

  private final CheckInViews views = new CheckInViews(DAYS, BROADCASTS, ROOMS);
  private final RecordingTurn turn;

  CheckInWorld(CheckInRules.Builder rules) {
    this(Program.newBuilder().setCheckIn(rules));
  }

  CheckInWorld(Program.Builder program) {
    turn =
        new RecordingTurn(
            TestPrograms.compile(program.build()),
            viewer("mei"),
            new CheckInReactor(
                DAYS,
                BROADCASTS,
                ROOMS,
                new CheckInProfile(DAYS),
                views,
                new Broadcasts(new RoomSlice(), KNOWN)));
  }

  /** Check-in from anywhere, with a reward of as many points as its count for each count. */
  static CheckInRules.Builder rules(int... consecutive) {
    CheckInRules.Builder rules = CheckInRules.newBuilder().setOutsideRooms(true);
    for (int count : consecutive) {
      rules.addConsecutive(points(count));
    }
    return rules;
  }

  static StreakReward points(int count) {
    return StreakReward.newBuilder()
        .setCount(count)
        .addRewards(Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(count)))
        .build();
  }

  static Instant noon(LocalDate day) {
    return day.atTime(12, 0).atZone(SHANGHAI).toInstant();
  }

  static LocalDate day(String date) {
    return LocalDate.parse(date);
  }

  /** What consecutive (+) and cumulative (-) counts were paid. */
  static List<Integer> paid(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasRewardGiven)
        .map(fact -> fact.getRewardGiven().getCause().getCheckIn())
        .map(cause -> cause.getStreak() - cause.getCumulative())
        .toList();
  }

  static CheckedIn checkedIn(List<Fact> facts) {
    List<CheckedIn> checkedIn =
        facts.stream().filter(Fact::hasCheckedIn).map(Fact::getCheckedIn).toList();
    if (checkedIn.size() != 1) {
      throw new AssertionError("one check-in was expected: " + facts);
    }
    return checkedIn.get(0);
  }

  List<Fact> checkIn(Instant at) {
    return turn.run(at, new CheckInReactor.CheckIn());
  }

  List<Fact> checkIn(LocalDate day) {
    return checkIn(noon(day));
  }

  /** The latest check-in's answer. */
  CheckInResponse answer() {
    return turn.answer(CheckInResponse.class);
  }

  /** The answer of the latest use of a card. */
  MakeUpCheckInResponse madeUp() {
    return turn.answer(MakeUpCheckInResponse.class);
  }

  List<Fact> makeUp(LocalDate missed, LocalDate today) {
    return turn.run(noon(today), new CheckInReactor.MakeUp(missed));
  }

  List<Fact> enter(Instant at, String roomId, String broadcastId) {
    turn.setProfile(
        turn.profile().toBuilder()
            .setPresence(
                Presence.newBuilder()
                    .setRoomId(roomId)
                    .setBroadcastId(broadcastId)
                    .setLastSeenAt(Timestamps.fromMillis(at.toEpochMilli())))
            .build());
    return turn.run(
        at,
        Fact.newBuilder()
            .setRoomEntered(RoomEntered.newBuilder().setRoomId(roomId).setBroadcastId(broadcastId))
            .build());
  }

  /** The platform tells when a broadcast was on. */
  void held(String roomId, String broadcastId, Instant start, Instant end) {
    Broadcast broadcast =
        new Broadcast(start.toEpochMilli(), BroadcastTold.getDefaultInstance())
            .startedAt(start.toEpochMilli())
            .endedAt(end.toEpochMilli());
    turn.restore(
        KNOWN, new BroadcastKey(turn.viewer().merchantId(), roomId, broadcastId), broadcast);
  }

  /** A broadcast turns out to have begun at another time than was known. */
  void moved(Instant at, String roomId, String broadcastId, Instant start) {
    turn.run(at, new BroadcastMoved(roomId, broadcastId, start.toEpochMilli()));
  }

  void giveFreezes(int count) {
    give(Reward.newBuilder().setFreeze(FreezeReward.newBuilder().setCount(count)));
  }

  void giveCards(int count) {
    give(Reward.newBuilder().setMakeUpCard(MakeUpCardReward.newBuilder().setCount(count)));
  }

  void travelTo(ZoneId zone) {
    turn.setProfile(turn.profile().toBuilder().setTimeZone(zone.getId()).build());
  }

  void become(String viewerId) {
    turn.setViewer(viewer(viewerId));
  }

  void apply(Program.Builder program) {
    turn.setProgram(TestPrograms.all().compile(2, program.build()));
  }

  void apply(CheckInRules.Builder rules) {
    apply(Program.newBuilder().setCheckIn(rules));
  }

  CheckInStanding standing(LocalDate day) {
    return standing(noon(day), "");
  }

  CheckInStanding standing(Instant at, String roomId) {
    turn.setAt(at);
    return views.standing(turn, CheckInReactor.rules(turn), roomId);
  }

  GetCheckInCalendarResponse calendar(LocalDate day, String month) {
    turn.setAt(noon(day));
    return views.calendar(turn, month, "");
  }

  /** What conditions know of the viewer. */
  ViewerProfile known() {
    return turn.profileNow();
  }

  CheckInState state() {
    return turn.get(DAYS);
  }

  BroadcastOrder order(String roomId) {
    return turn.get(ROOMS, new RoomKey(turn.viewer().merchantId(), roomId));
  }

  /** As another feature gives it. */
  private void give(Reward.Builder reward) {
    turn.run(
        Instant.EPOCH,
        Fact.newBuilder().setRewardGiven(RewardGiven.newBuilder().setReward(reward)).build());
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey("shop", id);
  }
}
