package io.flywheel.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.BaseEncoding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What waits to be folded comes to the same as the marks themselves. */
class FiguresDeltaTest {
  private static final long NOON = 1_764_504_000_000L;

  /** What the version that came first wrote; it is read for ever. */
  private static final String OF_THE_FIRST_VERSION =
      "01130180AC89A5AD3304726F6F6D07746F6E69676874018F4ED00F0100FFFF1F0102030405060708090A"
          + "0B0C0D0E0F101112130103616E6E078F4ED00FA01FFFFF1F0102030405060708090A0B0C0D0E0F101112"
          + "13";

  private static final List<Figure> FIGURES = List.of(Figure.values());
  private static final Place PLACE = new Place("m", "room", "tonight");

  @Property(tries = 300)
  void deltasComeToTheSameInAnyOrderAndInParts(@ForAll long seed) {
    Random random = new Random(seed);
    List<Mark> marks = new ArrayList<>();
    List<Map.Entry<String, byte[]>> packed = new ArrayList<>();
    for (int batch = 0; batch < 1 + random.nextInt(8); batch++) {
      List<Mark> ofBatch = new ArrayList<>();
      for (int i = 0; i < random.nextInt(60); i++) {
        ofBatch.add(mark(random));
      }
      marks.addAll(ofBatch);
      FiguresDelta.pack(Tally.of(ofBatch), NOON + random.nextInt(1_000_000))
          .forEach((merchantId, delta) -> packed.add(Map.entry(merchantId, delta)));
    }
    Collections.shuffle(packed, random);
    int parts = 1 + random.nextInt(4);
    Tally folded = new Tally();
    for (int part = 0; part < parts; part++) {
      for (Map.Entry<String, byte[]> each : packed) {
        FiguresDelta.addTo(folded, each.getKey(), each.getValue(), part, parts);
      }
    }
    assertThat(told(folded)).isEqualTo(told(Tally.of(marks)));
    assertThat(packed).allMatch(each -> FiguresDelta.isKnown(each.getValue()));
  }

  @Property(tries = 50)
  void aPartHasItsOwnVisitsAndTheFirstAllElse(@ForAll long seed) {
    Random random = new Random(seed);
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      marks.add(mark(random));
    }
    Map<String, byte[]> deltas = FiguresDelta.pack(Tally.of(marks), NOON);
    int visits = 0;
    for (int part = 0; part < 3; part++) {
      Tally tally = new Tally();
      for (Map.Entry<String, byte[]> delta : deltas.entrySet()) {
        FiguresDelta.addTo(tally, delta.getKey(), delta.getValue(), part, 3);
      }
      visits += tally.visits().size();
      assertThat(tally.minutes().isEmpty()).isEqualTo(part > 0);
      assertThat(tally.begun().isEmpty()).isEqualTo(part > 0);
      assertThat(tally.lastSeen().isEmpty()).isEqualTo(part > 0);
    }
    assertThat(visits)
        .isEqualTo(Tally.of(marks).visits().size())
        .isEqualTo(deltas.values().stream().mapToInt(FiguresDelta::visits).sum());
  }

  @Example
  void whatTheFirstVersionWroteStaysReadable() {
    byte[] delta = BaseEncoding.base16().decode(OF_THE_FIRST_VERSION);
    Tally tally = new Tally();
    FiguresDelta.addTo(tally, "m", delta);
    assertThat(told(tally)).isEqualTo(told(Tally.of(everyFigure())));
    assertThat(pack(everyFigure())).isEqualTo(delta);
  }

  @Example
  void whatALaterVersionWroteIsLeftToIt() {
    byte[] delta = pack(everyFigure());
    assertThat(FiguresDelta.isKnown(delta)).isTrue();
    byte[] ofLaterForm = delta.clone();
    ofLaterForm[0]++;
    assertThat(FiguresDelta.isKnown(ofLaterForm)).isFalse();
    byte[] ofMoreFigures = delta.clone();
    ofMoreFigures[1]++;
    assertThat(FiguresDelta.isKnown(ofMoreFigures)).isFalse();
    assertThat(FiguresDelta.isKnown(new byte[0])).isFalse();
  }

  @Example
  void aVisitTakesAboutTwentyBytes() {
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      VisitKey visit = new VisitKey(PLACE, "viewer-%05d".formatted(i));
      marks.add(new Mark.Seen(visit, NOON + i, NOON + i, false));
      marks.add(new Mark.Counted(visit, NOON + i, Figure.LIKES, 3));
    }
    assertThat(pack(marks).length).isLessThan(25_000);
  }

  private static byte[] pack(List<Mark> marks) {
    return FiguresDelta.pack(Tally.of(marks), NOON).values().iterator().next();
  }

  /** An amount of its own for each figure. */
  private static List<Mark> everyFigure() {
    VisitKey visit = new VisitKey(PLACE, "ann");
    List<Mark> marks = new ArrayList<>();
    marks.add(new Mark.Seen(visit, NOON - 5_000, NOON + 1_000, true));
    marks.add(new Mark.Gone(visit, NOON + 2_000));
    for (Figure figure : Figure.values()) {
      marks.add(new Mark.Counted(visit, NOON, figure, 1 + figure.bit()));
    }
    return marks;
  }

  private static Mark mark(Random random) {
    Place place =
        new Place("m" + random.nextInt(2), "room" + random.nextInt(2), "b" + random.nextInt(2));
    VisitKey visit = new VisitKey(place, "v" + random.nextInt(15));
    long at = NOON + random.nextLong(-200_000, 2_000_000);
    return switch (random.nextInt(4)) {
      case 0 -> new Mark.Seen(visit, at, at + random.nextInt(90_000), random.nextInt(9) == 0);
      case 1 -> new Mark.Gone(visit, at);
      case 2 -> new Mark.Watched(visit, at, random.nextInt(300_000));
      default -> {
        Figure figure = FIGURES.get(random.nextInt(Figure.COUNT));
        long amount = random.nextInt(20) == 0 ? Long.MAX_VALUE / 2 : random.nextInt(1_000);
        yield new Mark.Counted(visit, at, figure, amount);
      }
    };
  }

  /** All that is written of a tally. */
  private static Map<String, String> told(Tally tally) {
    Map<String, String> told = new TreeMap<>();
    tally
        .visits()
        .forEach(visit ->
            told.put(
                visit.key.toString(),
                "%d %d %d %s %s"
                    .formatted(
                        visit.enteredMillis,
                        visit.lastSeenMillis,
                        visit.leftMillis,
                        visit.firstVisit,
                        visit.counts.toProto())));
    tally.minutes().forEach((key, counts) -> told.put(key.toString(), counts.toProto().toString()));
    tally.begun().forEach((place, millis) -> told.put("begun " + place, millis.toString()));
    tally.lastSeen().forEach((room, millis) -> told.put("seen " + room, millis.toString()));
    return told;
  }
}
