package io.flywheel.lottery;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.name;
import static io.flywheel.program.Expectations.show;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.counting.Triggers;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Program;
import io.flywheel.v1.RoomDraw;
import io.flywheel.v1.RoomDrawPrize;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;

/**
 * What a program says of draws of rooms. A person starts each, so that no chain goes on through
 * them. Thread-safe.
 */
final class RoomDrawSection implements ProgramSection<CompiledRoomDraws> {
  static final Names.Kind ROOM_DRAW = new Names.Kind("a room draw");

  private static final Duration OPEN_FOR = Durations.fromMinutes(3);

  private final Triggers triggers;

  @Inject
  RoomDrawSection(Triggers triggers) {
    this.triggers = triggers;
  }

  @Override
  public void fill(Program.Builder program) {
    for (RoomDraw.Builder draw : program.getRoomDrawsBuilderList()) {
      if (!draw.hasOpenFor()) {
        draw.setOpenFor(OPEN_FOR);
      }
      if (draw.getThreshold() == 0) {
        draw.setThreshold(1);
      }
      if (draw.getEntry().getCount() == CountBy.COUNT_BY_UNSPECIFIED) {
        draw.getEntryBuilder().setCount(triggers.defaultCount(draw.getEntry().getTrigger()));
      }
      for (RoomDrawPrize.Builder prize : draw.getPrizesBuilderList()) {
        prize.setWinners(Math.max(1, prize.getWinners()));
      }
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getRoomDrawsCount(); i++) {
      names.declare(ROOM_DRAW, program.getRoomDraws(i).getId(), "room_draws[" + i + "]");
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getRoomDrawsCount(); i++) {
      String path = "room_draws[" + i + "].";
      RoomDraw draw = program.getRoomDraws(i);
      triggers.check(draw.getEntry(), path + "entry.", program, names, findings);
      check(draw, path, findings);
    }
  }

  @Override
  public CompiledRoomDraws compile(Program filled) {
    return new CompiledRoomDraws(
        filled.getRoomDrawsList().stream()
            .map(draw ->
                new CompiledRoomDraw(
                    draw, triggers.compile(draw.getEntry(), "", "Room draw " + draw.getId())))
            .collect(ImmutableList.toImmutableList()));
  }

  private static void check(RoomDraw draw, String path, Findings findings) {
    Texts.check(draw.hasTitle(), draw.getTitle(), path + "title", findings);
    Texts.check(draw.hasOrganizer(), draw.getOrganizer(), path + "organizer", findings);
    Texts.check(draw.hasDelivery(), draw.getDelivery(), path + "delivery", findings);
    Condition.check(Subject.VIEWER_ONLY, draw.getAudience(), path + "audience", findings);
    checkCount(draw.getEntry().getCount(), path + "entry.count", findings);
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < draw.getPrizesCount(); i++) {
      RoomDrawPrize prize = draw.getPrizes(i);
      String at = path + "prizes[" + i + "].";
      Texts.check(prize.hasTitle(), prize.getTitle(), at + "title", findings);
      Integer earlier = prize.getId().isEmpty() ? null : places.putIfAbsent(prize.getId(), i);
      if (earlier != null) {
        findings.broken(
            at + "id",
            expected(
                show(prize.getId()),
                "an id of its own; %sprizes[%d] has this one".formatted(path, earlier)));
      }
    }
  }

  /** What is told apart would have to be remembered for everyone. */
  private static void checkCount(CountBy count, String path, Findings findings) {
    switch (count) {
      case COUNT_BY_UNSPECIFIED, COUNT_BY_TIMES, COUNT_BY_AMOUNT, COUNT_BY_SECONDS -> {}
      default ->
          findings.broken(
              path, expected(name(count.getValueDescriptor()), "times, amount or seconds"));
    }
  }
}
