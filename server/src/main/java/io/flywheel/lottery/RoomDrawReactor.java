package io.flywheel.lottery;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.math.LongMath;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceListener;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.reward.Budgets;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.Cause;
import io.flywheel.v1.DrawCause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.RoomDraw;
import io.flywheel.v1.RoomDrawEntered;
import io.flywheel.v1.RoomDrawMoved;
import io.flywheel.v1.RoomDrawPrize;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RoomDrawView;
import io.flywheel.v1.RoomDrawWinner;
import io.flywheel.v1.RoomDrawWon;
import io.flywheel.v1.StartRoomDrawResponse;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WithdrawRoomDrawResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The rules of draws of rooms. The room starts, ends and draws them; viewers enter by what they do,
 * each in a part of the draw that few share, and winners are given their prizes by follow-ups.
 * Thread-safe.
 */
final class RoomDrawReactor implements Reactor, OccurrenceListener {
  private static final int MAX_OPEN = 5;
  private static final int MAX_PARTS_OF_VIEWER = 16;

  /** Of all parts together 200,000: so many are sorted in memory at the end. */
  private static final long MAX_ENTRANTS_OF_PART = 200_000 / RoomDrawPartSlice.PARTS;

  private final RoomDrawRules rules;
  private final RoomDrawsSlice rooms;
  private final RoomDrawSlice draws;
  private final RoomDrawPartSlice parts;
  private final RoomDrawOwnSlice own;
  private final EntrantAppender appender;
  private final EntrantsSlice entrants;

  @Inject
  RoomDrawReactor(
      RoomDrawRules rules,
      RoomDrawsSlice rooms,
      RoomDrawSlice draws,
      RoomDrawPartSlice parts,
      RoomDrawOwnSlice own,
      EntrantAppender appender,
      EntrantsSlice entrants) {
    this.rules = rules;
    this.rooms = rooms;
    this.draws = draws;
    this.parts = parts;
    this.own = own;
    this.appender = appender;
    this.entrants = entrants;
  }

  /**
   * A draw begins in the room.
   *
   * @param seed by chance
   */
  record Start(String roomDrawId, ByteString seed) {}

  /** A draw of the room is withdrawn. */
  record Withdraw(long number, String reason) {}

  @Override
  public void register(Reactions reactions) {
    reactions.on(Start.class, this::start);
    reactions.on(Withdraw.class, this::withdraw);
    reactions.on(RoomDrawCloses.class, this::close);
    reactions.on(RoomDrawSettles.class, this::settle);
    reactions.on(RoomDrawWins.class, this::win);
  }

  @Override
  public void prefetch(Prefetch wanted) {
    CompiledProgram program = wanted.program();
    if (program != null
        && (wanted.action().body() instanceof Event || wanted.isUsual(rooms))
        && !wanted.action().roomId().isEmpty()
        && !CompiledRoomDraws.of(program).all().isEmpty()) {
      wanted.peek(
          rooms,
          new RoomDrawsSlice.Key(wanted.action().viewer().merchantId(), wanted.action().roomId()));
    }
  }

  @Override
  public Set<String> fieldsAsked(CompiledProgram program, Trigger trigger) {
    return CompiledRoomDraws.of(program).viewerFields(trigger);
  }

  @Override
  public void occurred(Turn turn, List<Occurrence> occurrences) {
    if (!turn.viewer().isViewer() || CompiledRoomDraws.of(turn.program()).all().isEmpty()) {
      return;
    }
    for (Occurrence occurrence : occurrences) {
      if (!occurrence.roomId().isEmpty()) {
        RoomDrawsOfRoom room =
            turn.peek(
                rooms, new RoomDrawsSlice.Key(turn.viewer().merchantId(), occurrence.roomId()));
        for (OpenRoomDraw open : room.getOpenList()) {
          long millis = occurrence.at().toEpochMilli();
          if (open.getOpenedMs() <= millis && millis < open.getClosesMs()) {
            count(turn, open, occurrence);
          }
        }
      }
    }
  }

  private void count(Turn turn, OpenRoomDraw open, Occurrence occurrence) {
    RoomDrawKey key =
        new RoomDrawKey(turn.viewer().merchantId(), occurrence.roomId(), open.getNumber());
    RoomDrawView view = turn.peek(draws, key).getView();
    CompiledRoomDraw draw = rules.of(view.getRules());
    if (draw.counter().trigger() != occurrence.trigger()
        || !draw.counter().matches(turn, occurrence)) {
      return;
    }
    long more =
        draw.counter()
            .measure(occurrence, occurrence.times(), turn.program().calendar(), unused -> false);
    RoomDrawsOfViewer mine = turn.get(own);
    RoomDrawPart part = OwnParts.find(mine, key);
    if (part.getEntered() || more <= 0) {
      return;
    }
    long progress = LongMath.saturatedAdd(part.getProgress(), more);
    boolean enters =
        progress >= draw.threshold() && draw.isFor(turn::profileNow) && enter(turn, key, view);
    turn.set(
        own,
        OwnParts.with(
            mine,
            RoomDrawPart.newBuilder()
                .setRoomId(key.roomId())
                .setNumber(key.number())
                .setProgress(Math.min(progress, draw.threshold()))
                .setEntered(enters)
                .build(),
            MAX_PARTS_OF_VIEWER,
            other -> isOpen(turn, other)));
  }

  private boolean isOpen(Turn turn, RoomDrawPart part) {
    RoomDrawsSlice.Key room = new RoomDrawsSlice.Key(turn.viewer().merchantId(), part.getRoomId());
    return turn.peek(rooms, room).getOpenList().stream()
        .anyMatch(open -> open.getNumber() == part.getNumber());
  }

  /**
   * Whether the viewer is among the entrants now: under the part's lock, the draw is still open.
   */
  private boolean enter(Turn turn, RoomDrawKey key, RoomDrawView view) {
    RoomDrawPartSlice.Key partKey = RoomDrawPartSlice.Key.of(key, turn.viewer());
    RoomDrawPartSlice.Part part = turn.get(parts, partKey);
    if (part.closed() || part.entrants() >= MAX_ENTRANTS_OF_PART) {
      return false;
    }
    turn.set(parts, partKey, new RoomDrawPartSlice.Part(part.entrants() + 1, false));
    String viewerId = turn.viewer().viewerId();
    turn.append(
        appender,
        new EntrantAppender.Row(
            key, viewerId, RoomDrawProofs.tag(view.getCommitment(), viewerId), millis(turn)));
    turn.emit(
        RoomDrawEntered.newBuilder()
            .setRoomId(key.roomId())
            .setNumber(key.number())
            .setRoomDrawId(view.getRules().getId())
            .build());
    return true;
  }

  private void start(Turn turn, Start request) {
    RoomDraw draw = CompiledRoomDraws.of(turn.program()).require(request.roomDrawId()).rules();
    RoomDrawsSlice.Key roomKey = roomOf(turn);
    RoomDrawsOfRoom room = turn.get(rooms, roomKey);
    boolean isOpen =
        room.getOpenList().stream().anyMatch(open -> open.getRoomDrawId().equals(draw.getId()));
    if (isOpen || room.getOpenCount() >= MAX_OPEN) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_ROOM_DRAW_OPEN,
          isOpen
              ? "room_draw_id: %s is open in the room (expected: one that is not)"
                  .formatted(draw.getId())
              : "room_id: the room has %d open (expected: fewer)".formatted(MAX_OPEN));
    }
    long number = room.getDraws() + 1;
    long closesMillis = millis(turn) + Durations.toMillis(draw.getOpenFor());
    RoomDrawView view =
        RoomDrawView.newBuilder()
            .setRoomId(roomKey.roomId())
            .setNumber(number)
            .setRules(draw)
            .setState(RoomDrawState.ROOM_DRAW_STATE_OPEN)
            .setOpenedAt(Timestamps.fromMillis(millis(turn)))
            .setClosesAt(Timestamps.fromMillis(closesMillis))
            .setCommitment(FairNumber.commitment(request.seed().toByteArray()))
            .setConfigurationHash(Proofs.configurationHash(draw))
            .build();
    turn.set(
        rooms,
        roomKey,
        room.toBuilder()
            .setDraws(number)
            .addOpen(
                OpenRoomDraw.newBuilder()
                    .setRoomDrawId(draw.getId())
                    .setNumber(number)
                    .setOpenedMs(millis(turn))
                    .setClosesMs(closesMillis))
            .build());
    turn.set(
        draws,
        keyOf(turn, number),
        RoomDrawRecord.newBuilder().setView(view).setSeed(request.seed()).build());
    turn.followUp(
        turn.viewer(),
        Instant.ofEpochMilli(closesMillis),
        RoomDrawCloses.newBuilder().setNumber(number).build());
    tell(turn, view);
    turn.respond(() -> StartRoomDrawResponse.newBuilder().setDraw(view).build());
  }

  private void withdraw(Turn turn, Withdraw request) {
    // Peeked at, for a row is created for whatever is locked.
    if (request.number() > turn.peek(rooms, roomOf(turn)).getDraws()) {
      throw notFound(request.number());
    }
    RoomDrawKey key = keyOf(turn, request.number());
    RoomDrawRecord record = turn.get(draws, key);
    RoomDrawView view = record.getView();
    if (view.getState() == RoomDrawState.ROOM_DRAW_STATE_UNSPECIFIED) {
      throw notFound(request.number()); // its record is kept no more
    }
    if (view.getState() != RoomDrawState.ROOM_DRAW_STATE_OPEN) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_ROOM_DRAW_ENDED,
          "number: %d has ended (expected: a draw that is open)".formatted(request.number()));
    }
    RoomDrawView after =
        view.toBuilder()
            .setState(RoomDrawState.ROOM_DRAW_STATE_WITHDRAWN)
            .setClosesAt(Timestamps.fromMillis(millis(turn)))
            .setEntrants(closeParts(turn, key))
            .setServerSeed(hex(record.getSeed()))
            .setReason(request.reason())
            .build();
    turn.set(draws, key, record.toBuilder().setView(after).build());
    tell(turn, after);
    turn.respond(() -> WithdrawRoomDrawResponse.newBuilder().setDraw(after).build());
  }

  private void close(Turn turn, RoomDrawCloses due) {
    RoomDrawKey key = keyOf(turn, due.getNumber());
    RoomDrawRecord record = turn.get(draws, key);
    if (record.getView().getState() != RoomDrawState.ROOM_DRAW_STATE_OPEN) {
      return;
    }
    RoomDrawView after =
        record.getView().toBuilder()
            .setState(RoomDrawState.ROOM_DRAW_STATE_CLOSED)
            .setEntrants(closeParts(turn, key))
            .build();
    turn.set(draws, key, record.toBuilder().setView(after).build());
    // What entered before is committed by then, and nothing more comes.
    turn.followUpNow(
        turn.viewer(), RoomDrawSettles.newBuilder().setNumber(due.getNumber()).build());
  }

  /** Lets nobody enter any more, and returns how many have. */
  private long closeParts(Turn turn, RoomDrawKey key) {
    RoomDrawsSlice.Key roomKey = roomOf(turn);
    RoomDrawsOfRoom.Builder room = turn.get(rooms, roomKey).toBuilder();
    for (int i = room.getOpenCount() - 1; i >= 0; i--) {
      if (room.getOpen(i).getNumber() == key.number()) {
        room.removeOpen(i);
      }
    }
    turn.set(rooms, roomKey, room.build());
    long entered = 0;
    for (int i = 0; i < RoomDrawPartSlice.PARTS; i++) {
      RoomDrawPartSlice.Key partKey = new RoomDrawPartSlice.Key(key, i);
      long inPart = turn.get(parts, partKey).entrants();
      turn.set(parts, partKey, new RoomDrawPartSlice.Part(inPart, true));
      entered += inPart;
    }
    return entered;
  }

  private void settle(Turn turn, RoomDrawSettles due) {
    RoomDrawKey key = keyOf(turn, due.getNumber());
    RoomDrawRecord record = turn.get(draws, key);
    if (record.getView().getState() != RoomDrawState.ROOM_DRAW_STATE_CLOSED) {
      return;
    }
    ImmutableSortedMap<String, String> all = turn.peek(entrants, key);
    List<RoomDrawWinner> winners =
        RoomDrawProofs.winners(record.getSeed().toByteArray(), all, record.getView().getRules());
    RoomDrawView after =
        record.getView().toBuilder()
            .setState(RoomDrawState.ROOM_DRAW_STATE_DRAWN)
            .setEntrants(all.size())
            .setServerSeed(hex(record.getSeed()))
            .setEntrantsHash(RoomDrawProofs.entrantsHash(all.keySet()))
            .addAllWinners(winners)
            .build();
    turn.set(draws, key, record.toBuilder().setView(after).build());
    for (RoomDrawWinner winner : winners) {
      turn.followUpNow(
          new ViewerKey(key.merchantId(), winner.getViewerId()),
          RoomDrawWins.newBuilder()
              .setRoomId(key.roomId())
              .setNumber(key.number())
              .setPrizeId(winner.getPrizeId())
              .build());
    }
    tell(turn, after);
  }

  private void win(Turn turn, RoomDrawWins won) {
    RoomDrawKey key = new RoomDrawKey(turn.viewer().merchantId(), won.getRoomId(), won.getNumber());
    RoomDraw draw = turn.peek(draws, key).getView().getRules();
    turn.happenedIn(won.getRoomId());
    turn.emit(
        RoomDrawWon.newBuilder()
            .setRoomId(won.getRoomId())
            .setNumber(won.getNumber())
            .setRoomDrawId(draw.getId())
            .setPrizeId(won.getPrizeId())
            .build());
    Cause cause =
        Cause.newBuilder()
            .setDraw(
                DrawCause.newBuilder()
                    .setLotteryId(draw.getId())
                    .setDrawId(Long.toString(won.getNumber()))
                    .setRoomId(won.getRoomId()))
            .build();
    for (RoomDrawPrize prize : draw.getPrizesList()) {
      if (prize.getId().equals(won.getPrizeId())) {
        Budgets.Cost cost = Budgets.Cost.ofPrize(prize.getRewardsList(), prize.getValueMinor());
        if (Budgets.of(turn).take(turn, BudgetSource.BUDGET_SOURCE_DRAW, cost, 1) == 1) {
          prize.getRewardsList().forEach(reward -> Rewards.giveBudgeted(turn, reward, cause));
        } else {
          Rewards.withhold(turn, cause, 1);
        }
      }
    }
  }

  static ServiceException notFound(long number) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_ROOM_DRAW_NOT_FOUND,
        "number: %d (expected: the number of a draw of the room)".formatted(number));
  }

  private static void tell(Turn turn, RoomDrawView view) {
    turn.happenedIn(view.getRoomId());
    turn.emit(
        RoomDrawMoved.newBuilder()
            .setNumber(view.getNumber())
            .setRoomDrawId(view.getRules().getId())
            .setState(view.getState())
            .setClosesAt(view.getClosesAt())
            .setEntrants(view.getEntrants())
            .setWinners(view.getWinnersCount())
            .build());
  }

  private static RoomDrawsSlice.Key roomOf(Turn turn) {
    return new RoomDrawsSlice.Key(turn.viewer().merchantId(), turn.viewer().roomId());
  }

  private static RoomDrawKey keyOf(Turn turn, long number) {
    return new RoomDrawKey(turn.viewer().merchantId(), turn.viewer().roomId(), number);
  }

  private static String hex(ByteString seed) {
    return HexFormat.of().formatHex(seed.toByteArray());
  }

  private static long millis(Turn turn) {
    return turn.at().toEpochMilli();
  }
}
