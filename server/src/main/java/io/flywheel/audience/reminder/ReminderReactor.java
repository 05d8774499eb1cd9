package io.flywheel.audience.reminder;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.CouponExpiring;
import io.flywheel.v1.Event;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.PointsExpiring;
import io.flywheel.v1.RankLost;
import io.flywheel.v1.ReminderAnswered;
import io.flywheel.v1.ReminderReason;
import io.flywheel.v1.ReminderSent;
import io.flywheel.v1.RoomEntered;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The rules of reminders. What there is to remind of comes from facts; one timer a viewer tells it
 * when it is due. A program without reminders costs nothing, and one with them nothing but where
 * such a fact is told, and where a viewer enters a room. Thread-safe.
 */
final class ReminderReactor implements Reactor {
  static final String TIMER = "reminders";

  /** Whoever enters a room so soon after a reminder came back by it. */
  static final Duration BACK_WITHIN = Duration.ofHours(24);

  /** Over how long reminders that are due at one time of the day are spread. */
  static final Duration SPREAD = Duration.ofMinutes(30);

  /** What waits at most for one viewer; of more, the earliest give way. */
  private static final int MAX_WAITING = 10;

  private static final int MAX_SHOWN = 5;

  /** Of what waits for more: there is too little of it to tell. */
  private static final long NEVER = Long.MAX_VALUE;

  private final ReminderSlice slice;
  private final ReminderCountAppender counts;

  @Inject
  ReminderReactor(ReminderSlice slice, ReminderCountAppender counts) {
    this.slice = slice;
    this.counts = counts;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(CheckedIn.class, this::checkedIn);
    reactions.onFact(
        CouponExpiring.class,
        (turn, coupon) ->
            about(
                turn,
                ReminderReason.REMINDER_REASON_COUPON_ENDS,
                daysUntil(turn, Timestamps.toMillis(coupon.getExpiresAt())),
                coupon.getCouponId(),
                Timestamps.toMillis(coupon.getExpiresAt())));
    reactions.onFact(
        PointsExpiring.class,
        (turn, points) ->
            about(
                turn,
                ReminderReason.REMINDER_REASON_POINTS_LAPSE,
                points.getAmount(),
                "",
                Timestamps.toMillis(points.getExpiresAt())));
    reactions.onFact(InviteeEntered.class, this::friendCame);
    reactions.onFact(RankLost.class, this::rankLost);
    reactions.onFact(RoomEntered.class, (turn, unused) -> entered(turn));
    reactions.on(RemindersDue.class, this::due);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    CompiledProgram program = wanted.program();
    Object body = wanted.action().body();
    boolean enters = body instanceof Event event && event.hasEntered();
    if ((enters || body instanceof RemindersDue)
        && program != null
        && !program.get(ReminderSection.class).isEmpty()) {
      wanted.get(slice);
    }
  }

  /** A streak goes on: what there was to remind of it is done, and tomorrow it would end again. */
  private void checkedIn(Turn turn, CheckedIn checkedIn) {
    CompiledReminders reminders = CompiledReminders.of(turn);
    if (reminders.isEmpty() || checkedIn.getMadeUp()) {
      return;
    }
    ReminderState.Builder state = turn.get(slice).toBuilder();
    cameBack(turn, state);
    for (CompiledReminders.Rule rule : reminders.of(ReminderReason.REMINDER_REASON_STREAK_ENDS)) {
      long unused = drop(state, rule.id());
      hide(state, rule.id());
      if (checkedIn.getStreak() >= rule.rule().getLeast()) {
        addStreak(turn, state, rule, checkedIn);
      }
    }
    save(turn, state);
  }

  private static void addStreak(
      Turn turn, ReminderState.Builder state, CompiledReminders.Rule rule, CheckedIn checkedIn) {
    ViewerClock clock = ViewerClock.of(turn);
    LocalDate next = LocalDate.parse(checkedIn.getPeriod()).plusDays(1);
    Instant end = clock.endOf(next);
    Instant wanted = end.minusSeconds(rule.rule().getBefore().getSeconds());
    Instant due =
        CompiledReminders.of(turn)
            .quiet()
            .orBefore(wanted, clock.zone())
            .minusMillis(turn.viewer().spread() % SPREAD.toMillis());
    if (due.isBefore(clock.startOf(next))) {
      return; // the day has no hour for it that is not quiet
    }
    add(
        state,
        WaitingReminder.newBuilder()
            .setRuleId(rule.id())
            .setCount(checkedIn.getStreak())
            .setDueMs(due.toEpochMilli())
            .setEndsMs(end.toEpochMilli())
            .build());
  }

  private void friendCame(Turn turn, InviteeEntered friend) {
    if (isAway(turn)) {
      about(turn, ReminderReason.REMINDER_REASON_FRIEND_CAME, 1, friend.getInviteeId(), 0);
    }
  }

  private void rankLost(Turn turn, RankLost lost) {
    if (isAway(turn)) {
      about(
          turn,
          ReminderReason.REMINDER_REASON_RANK_LOST,
          lost.getPosition(),
          lost.getBoardId(),
          lost.hasEndsAt() ? Timestamps.toMillis(lost.getEndsAt()) : 0);
    }
  }

  /** Somebody who is in the room sees it there. */
  private static boolean isAway(Turn turn) {
    Duration silence =
        Duration.between(
            Instant.ofEpochMilli(Timestamps.toMillis(turn.profile().getPresence().getLastSeenAt())),
            turn.at());
    long longest = Durations.toMillis(turn.program().program().getPresence().getLongestSilence());
    return !turn.profile().hasPresence() || silence.toMillis() > longest;
  }

  /**
   * There is something to remind of, now or when the quiet hours are over.
   *
   * @param count how much of it; of friends it is added up
   * @param endsMillis when it is of no use any more; 0: never
   */
  private void about(
      Turn turn, ReminderReason reason, long count, String subject, long endsMillis) {
    CompiledReminders reminders = CompiledReminders.of(turn);
    List<CompiledReminders.Rule> rules = reminders.of(reason);
    if (rules.isEmpty() || !turn.viewer().isViewer()) {
      return;
    }
    ReminderState.Builder state = turn.get(slice).toBuilder();
    Instant due = reminders.quiet().orAfter(turn.now(), ViewerClock.of(turn).zone());
    for (CompiledReminders.Rule rule : rules) {
      WaitingReminder.Builder waiting =
          WaitingReminder.newBuilder()
              .setRuleId(rule.id())
              .setCount(count)
              .setSubject(subject)
              .setDueMs(due.toEpochMilli())
              .setEndsMs(endsMillis);
      if (reason == ReminderReason.REMINDER_REASON_FRIEND_CAME) {
        waiting.setCount(count + drop(state, rule.id()));
      } else if (reason == ReminderReason.REMINDER_REASON_RANK_LOST) {
        long unused = drop(state, rule.id()); // the latest tells where the viewer stands
      }
      boolean isEnough = waiting.getCount() >= rule.rule().getLeast();
      if (isEnough || reason == ReminderReason.REMINDER_REASON_FRIEND_CAME) {
        add(state, isEnough ? waiting.build() : waiting.setDueMs(NEVER).build());
      }
    }
    sendDue(turn, state);
    save(turn, state);
  }

  private void due(Turn turn, RemindersDue due) {
    ReminderState.Builder state = turn.get(slice).toBuilder();
    if (state.getWakesMs() == due.getDueMs()) {
      state.clearWakesMs();
    }
    sendDue(turn, state);
    save(turn, state);
  }

  /** Sends what is due, in the program's order, as long as the day has room for it. */
  private void sendDue(Turn turn, ReminderState.Builder state) {
    CompiledReminders reminders = CompiledReminders.of(turn);
    ViewerClock clock = ViewerClock.of(turn);
    long now = turn.now().toEpochMilli();
    List<WaitingReminder> due = new ArrayList<>();
    List<WaitingReminder> later = new ArrayList<>();
    Instant notQuiet = reminders.quiet().orAfter(turn.now(), clock.zone());
    for (WaitingReminder waiting : state.getWaitingList()) {
      if (waiting.getDueMs() > now) {
        later.add(waiting);
      } else if (notQuiet.isAfter(turn.now())) { // the service was off when it was due
        later.add(waiting.toBuilder().setDueMs(notQuiet.toEpochMilli()).build());
      } else {
        due.add(waiting);
      }
    }
    state.clearWaiting().addAllWaiting(later);
    due.sort(Comparator.comparingInt(waiting -> reminders.placeOf(waiting.getRuleId())));
    for (WaitingReminder waiting : due) {
      CompiledReminders.Rule rule = reminders.find(waiting.getRuleId());
      boolean isOver = waiting.getEndsMs() != 0 && waiting.getEndsMs() <= now;
      if (rule != null
          && !isOver
          && rule.audience()
              .test(null, null, () -> turn.profileNow(rule.audience().viewerFields()))) {
        send(turn, state, rule, waiting, clock.today(turn.now()));
      }
    }
  }

  private void send(
      Turn turn,
      ReminderState.Builder state,
      CompiledReminders.Rule rule,
      WaitingReminder waiting,
      long day) {
    if (state.getDay() < day) {
      state.setDay(day).setSentOnDay(0);
    }
    if (state.getSentOnDay() >= CompiledReminders.of(turn).perDay()) {
      count(turn, rule.id(), turn.now(), ReminderCountAppender.Step.HELD_BACK);
      return;
    }
    state.setSentOnDay(state.getSentOnDay() + 1).setSent(state.getSent() + 1);
    ReminderSent.Builder sent =
        ReminderSent.newBuilder()
            .setReminderNumber(state.getSent())
            .setRuleId(rule.id())
            .setReason(rule.rule().getReason())
            .setText(ReminderText.of(rule.rule().getText(), waiting.getCount()))
            .setCount(waiting.getCount())
            .setSubject(waiting.getSubject())
            .setSentAt(Timestamps.fromMillis(turn.now().toEpochMilli()));
    if (waiting.getEndsMs() != 0) {
      sent.setEndsAt(Timestamps.fromMillis(waiting.getEndsMs()));
    }
    state.addShown(ShownReminder.newBuilder().setSent(sent));
    if (state.getShownCount() > MAX_SHOWN) {
      state.removeShown(0);
    }
    count(turn, rule.id(), turn.now(), ReminderCountAppender.Step.SENT);
    turn.emit(sent.build());
  }

  /** Whoever is there sees the boards: what waited to be told of them is done. */
  private void entered(Turn turn) {
    CompiledReminders reminders = CompiledReminders.of(turn);
    if (!reminders.isEmpty()) {
      ReminderState.Builder state = turn.get(slice).toBuilder();
      cameBack(turn, state);
      for (CompiledReminders.Rule rule : reminders.of(ReminderReason.REMINDER_REASON_RANK_LOST)) {
        long unused = drop(state, rule.id());
      }
      save(turn, state);
    }
  }

  /** Notes that the latest reminder brought the viewer back; those before it count for nothing. */
  private void cameBack(Turn turn, ReminderState.Builder state) {
    int last = state.getShownCount() - 1;
    if (last < 0 || state.getShown(last).getCameBack()) {
      return;
    }
    ReminderSent sent = state.getShown(last).getSent();
    Instant sentAt = Instant.ofEpochMilli(Timestamps.toMillis(sent.getSentAt()));
    if (!turn.at().isBefore(sentAt) && turn.at().isBefore(sentAt.plus(BACK_WITHIN))) {
      state.getShownBuilder(last).setCameBack(true);
      count(turn, sent.getRuleId(), sentAt, ReminderCountAppender.Step.CAME_BACK);
      turn.emit(
          ReminderAnswered.newBuilder()
              .setReminderNumber(sent.getReminderNumber())
              .setRuleId(sent.getRuleId())
              .setSentAt(sent.getSentAt())
              .build());
    }
  }

  private void count(Turn turn, String ruleId, Instant at, ReminderCountAppender.Step step) {
    long day = turn.program().calendar().dayOf(at).toEpochDay();
    turn.append(
        counts, new ReminderCountAppender.Row(turn.viewer().merchantId(), ruleId, day, step));
  }

  /** A timer that is set for earlier stays: it looks, and sets itself to what is next by then. */
  private void save(Turn turn, ReminderState.Builder state) {
    long next =
        state.getWaitingList().stream().mapToLong(WaitingReminder::getDueMs).min().orElse(NEVER);
    if (next != NEVER && (state.getWakesMs() == 0 || next < state.getWakesMs())) {
      state.setWakesMs(next);
      turn.timer(
          TIMER, Instant.ofEpochMilli(next), RemindersDue.newBuilder().setDueMs(next).build());
    }
    ReminderState after = state.build();
    if (!after.equals(turn.get(slice))) {
      turn.set(slice, after);
    }
  }

  private static void add(ReminderState.Builder state, WaitingReminder waiting) {
    if (state.getWaitingCount() == MAX_WAITING) {
      state.removeWaiting(0);
    }
    state.addWaiting(waiting);
  }

  /** Shows a rule's reminders no more. */
  private static void hide(ReminderState.Builder state, String ruleId) {
    List<ShownReminder> shown =
        state.getShownList().stream()
            .filter(each -> !each.getSent().getRuleId().equals(ruleId))
            .toList();
    state.clearShown().addAllShown(shown);
  }

  /** Drops what waits of a rule, and says how much of it there was. */
  private static long drop(ReminderState.Builder state, String ruleId) {
    long count = 0;
    List<WaitingReminder> waiting = new ArrayList<>();
    for (WaitingReminder each : state.getWaitingList()) {
      if (each.getRuleId().equals(ruleId)) {
        count += each.getCount();
      } else {
        waiting.add(each);
      }
    }
    state.clearWaiting().addAllWaiting(waiting);
    return count;
  }

  private static long daysUntil(Turn turn, long endsMillis) {
    return Math.max(1, (endsMillis - turn.now().toEpochMilli()) / Duration.ofDays(1).toMillis());
  }
}
