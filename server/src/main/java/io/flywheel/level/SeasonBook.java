package io.flywheel.level;

import com.google.protobuf.Message;
import io.flywheel.engine.Turn;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Reward;
import io.flywheel.v1.SeasonCause;
import io.flywheel.v1.SeasonMoved;
import io.flywheel.v1.SeasonTrack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A viewer's seasons while a turn changes them. What is to be told and given comes when they are
 * saved, for it may lead back to them. Used by one thread.
 */
final class SeasonBook {
  /** Settled ones are kept so that what comes late is known to be late; then their time is. */
  private static final int MAX_SETTLED = 12;

  private static final int MAX_SPANS = 100;
  private static final int MAX_TAKEN_BACK = 8;

  private static final List<SeasonTrack> TRACKS =
      List.of(SeasonTrack.SEASON_TRACK_FREE, SeasonTrack.SEASON_TRACK_PAID);

  private final Turn turn;
  private final SeasonSlice slice;
  private final SeasonState.Builder state;
  private final Map<SeasonRecord.Builder, SeasonRecord> touched = new LinkedHashMap<>();
  private final List<Gift> gifts = new ArrayList<>();

  private record Gift(Cause cause, List<Reward> rewards) {}

  SeasonBook(Turn turn, SeasonSlice slice) {
    this.turn = turn;
    this.slice = slice;
    this.state = turn.get(slice).toBuilder();
  }

  /** All records, settled ones too. */
  List<SeasonRecord.Builder> all() {
    return state.getSeasonsBuilderList();
  }

  /** The viewer's record to change; null: there is none, or it was settled. */
  SeasonRecord.@Nullable Builder find(String seasonId, String period) {
    for (SeasonRecord.Builder record : state.getSeasonsBuilderList()) {
      if (record.getSeasonId().equals(seasonId) && record.getPeriod().equals(period)) {
        return record.getSettled() ? null : touch(record);
      }
    }
    return null;
  }

  /**
   * The viewer's record of a season, which is opened where there is none.
   *
   * @return null: it was settled, or its time has passed
   */
  SeasonRecord.@Nullable Builder open(CompiledSeason.Running running) {
    for (SeasonRecord.Builder record : state.getSeasonsBuilderList()) {
      if (isOf(record, running)) {
        return record.getSettled() ? null : touch(settleAt(record, running.settlesMillis()));
      }
    }
    if (running.settlesMillis() <= turn.now().toEpochMilli()) {
      return null;
    }
    SeasonRecord.Builder record =
        state.addSeasonsBuilder().setSeasonId(running.id()).setPeriod(running.period());
    return touch(settleAt(record, running.settlesMillis()));
  }

  /** Sees to it that a record is settled at a time. */
  SeasonRecord.Builder settleAt(SeasonRecord.Builder record, long millis) {
    if (record.getSettlesMillis() != millis) {
      record.setSettlesMillis(millis);
      turn.timer(
          "season " + keyOf(record),
          Instant.ofEpochMilli(millis),
          SettleSeason.newBuilder()
              .setSeasonId(record.getSeasonId())
              .setPeriod(record.getPeriod())
              .build());
    }
    return record;
  }

  /** Remembers in which seasons a grant of experience has counted. */
  void count(long grantNumber, List<String> seasons) {
    int last = state.getSpansCount() - 1;
    boolean isSame =
        last < 0 ? seasons.isEmpty() : state.getSpans(last).getSeasonsList().equals(seasons);
    if (!isSame) {
      state.addSpans(
          GrantSpan.newBuilder().setFirst(grantNumber).setLast(grantNumber).addAllSeasons(seasons));
      if (state.getSpansCount() > MAX_SPANS) {
        state.removeSpans(0);
      }
    } else if (!seasons.isEmpty()) {
      state.getSpansBuilder(last).setLast(grantNumber);
    }
  }

  /** Remembers when a privilege was taken back, for what is told late. */
  void noteTakenBack(String privilegeId, long atMillis) {
    long latest = Math.max(atMillis, takenBackMillis(privilegeId));
    List<PrivilegeTakenBack> others =
        state.getTakenBackList().stream()
            .filter(one -> !one.getPrivilegeId().equals(privilegeId))
            .toList();
    state
        .clearTakenBack()
        .addAllTakenBack(
            others.subList(Math.max(0, others.size() - MAX_TAKEN_BACK + 1), others.size()))
        .addTakenBack(
            PrivilegeTakenBack.newBuilder().setPrivilegeId(privilegeId).setAtMillis(latest));
  }

  /** When a privilege was last taken back, in epoch milliseconds; 0: never. */
  long takenBackMillis(String privilegeId) {
    return state.getTakenBackList().stream()
        .filter(one -> one.getPrivilegeId().equals(privilegeId))
        .mapToLong(PrivilegeTakenBack::getAtMillis)
        .max()
        .orElse(0);
  }

  /** The seasons in which a grant of experience has counted and that were not settled. */
  List<SeasonRecord.Builder> countedIn(long grantNumber) {
    List<SeasonRecord.Builder> counted = new ArrayList<>();
    for (GrantSpan span : state.getSpansList()) {
      if (span.getFirst() <= grantNumber && grantNumber <= span.getLast()) {
        for (SeasonRecord.Builder record : state.getSeasonsBuilderList()) {
          if (!record.getSettled() && span.getSeasonsList().contains(keyOf(record))) {
            counted.add(touch(record));
          }
        }
      }
    }
    return counted;
  }

  /** Gives what waits to be claimed. */
  boolean give(
      SeasonRecord.Builder record, BiPredicate<SeasonTierRecordOrBuilder, SeasonTrack> which) {
    int before = gifts.size();
    boolean open = SeasonRules.isOpen(record);
    for (SeasonTierRecord.Builder tier : record.getTiersBuilderList()) {
      for (SeasonTrack track : TRACKS) {
        if (SeasonRules.isClaimable(tier, track, open) && which.test(tier, track)) {
          give(record, tier, track);
        }
      }
    }
    return gifts.size() > before;
  }

  private void give(SeasonRecord.Builder record, SeasonTierRecord.Builder tier, SeasonTrack track) {
    SeasonCause.Builder cause =
        SeasonCause.newBuilder()
            .setSeasonId(record.getSeasonId())
            .setPeriod(record.getPeriod())
            .setTrack(track)
            .setTierId(tier.getTierId())
            .setNumber(tier.getNumber());
    boolean paid = track == SeasonTrack.SEASON_TRACK_PAID;
    gifts.add(
        new Gift(
            Cause.newBuilder()
                .setSeason(cause)
                .setOrderId(SeasonRules.orderOf(record, tier, track))
                .build(),
            List.copyOf(paid ? tier.getPaidOwedList() : tier.getOwedList())));
    if (paid) {
      tier.setPaidGiven(true).clearPaidOwed();
    } else {
      tier.setGiven(true).clearOwed();
    }
  }

  /** Ends a record; what has not been given by now is not given any more. */
  static void settle(SeasonRecord.Builder record) {
    record.setSettled(true).clearTiers().clearOpeners().clearHeld();
  }

  /** Saves what changed, tells it, and gives what is due. */
  void save() {
    List<Message> told = new ArrayList<>();
    touched.forEach((record, before) -> tell(before, record, told));
    forgetOldest();
    SeasonState after = state.build();
    if (!after.equals(turn.get(slice))) {
      turn.set(slice, after);
    }
    told.forEach(turn::emit);
    for (Gift gift : gifts) {
      for (Reward reward : gift.rewards()) {
        Rewards.give(turn, reward, gift.cause());
      }
    }
  }

  private void forgetOldest() {
    int settled = 0;
    for (int i = state.getSeasonsCount() - 1; i >= 0; i--) {
      if (state.getSeasons(i).getSettled() && ++settled > MAX_SETTLED) {
        state.removeSeasons(i);
      }
    }
  }

  private static void tell(SeasonRecord before, SeasonRecord.Builder record, List<Message> told) {
    int former = SeasonRules.number(before);
    boolean ended = record.getSettled();
    int number = ended ? former : SeasonRules.number(record);
    boolean open = ended ? SeasonRules.isOpen(before) : SeasonRules.isOpen(record);
    if (ended || number != former || open != SeasonRules.isOpen(before)) {
      told.add(
          SeasonMoved.newBuilder()
              .setSeasonId(record.getSeasonId())
              .setPeriod(record.getPeriod())
              .setNumber(number)
              .setFormerNumber(former)
              .setPaidOpen(open)
              .setEnded(ended)
              .build());
    }
  }

  private SeasonRecord.Builder touch(SeasonRecord.Builder record) {
    touched.putIfAbsent(record, record.build());
    return record;
  }

  private static boolean isOf(SeasonRecordOrBuilder record, CompiledSeason.Running running) {
    return record.getSeasonId().equals(running.id()) && record.getPeriod().equals(running.period());
  }

  private static String keyOf(SeasonRecordOrBuilder record) {
    return record.getSeasonId() + " " + record.getPeriod();
  }

  /** The name under which a season stands in spans. */
  static String keyOf(CompiledSeason.Running running) {
    return running.id() + " " + running.period();
  }
}
