package io.flywheel.analytics;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.counting.SmallCells;
import io.flywheel.v1.Cohort;
import io.flywheel.v1.DayReport;
import io.flywheel.v1.Distinct;
import io.flywheel.v1.GetMerchantReportResponse;
import io.flywheel.v1.GetRetentionResponse;
import io.flywheel.v1.RetentionCell;
import io.flywheel.v1.RoomCounts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Answers as those get them who may not see people. Pure functions. */
final class WithoutPeople {
  private static final int FIFTEEN_MINUTES = 2;

  /** A figure of a day that counts people, or what they did. */
  private interface Figure {
    long of(DayReport.Builder day);

    void clear(DayReport.Builder day);
  }

  /** What is told a visit would tell of visits, so it goes with them. */
  private record Whole(FieldDescriptor field) implements Figure {
    @Override
    public long of(DayReport.Builder day) {
      return (long) day.getField(field);
    }

    @Override
    public void clear(DayReport.Builder day) {
      day.clearField(field);
      if (field.getNumber() == DayReport.VISITS_FIELD_NUMBER) {
        day.clearStayMillis().clearInteractionsPerMille();
      }
    }
  }

  private record Count(FieldDescriptor field) implements Figure {
    @Override
    public long of(DayReport.Builder day) {
      return (long) day.getCounts().getField(field);
    }

    @Override
    public void clear(DayReport.Builder day) {
      day.getCountsBuilder().clearField(field);
      if (field.getNumber() == RoomCounts.ORDERS_FIELD_NUMBER) {
        day.getCountsBuilder().clearOrderedMinor();
      }
    }
  }

  /** Visits of at least so much watch time; the longest ones are told as a share too. */
  private record Mark(int place) implements Figure {
    @Override
    public long of(DayReport.Builder day) {
      return day.getWatched3515Minutes(place);
    }

    @Override
    public void clear(DayReport.Builder day) {
      day.setWatched3515Minutes(place, 0);
      if (place == FIFTEEN_MINUTES) {
        day.clearHighRetentionPerMille();
      }
    }
  }

  private static final List<Figure> FIGURES = figures();

  private WithoutPeople() {}

  static GetMerchantReportResponse report(GetMerchantReportResponse report) {
    GetMerchantReportResponse.Builder answer = report.toBuilder();
    hideSmall(answer.getTotalBuilder());
    hideSmall(answer.getBeforeBuilder());
    List<DayReport.Builder> days = answer.getDaysBuilderList();
    BitSet rows = new BitSet();
    for (int i = 0; i < days.size(); i++) {
      rows.set(i, SmallCells.isSmall(days.get(i).getViewers().getCount()));
    }
    for (Figure figure : FIGURES) {
      long[] parts = days.stream().mapToLong(figure::of).toArray();
      SmallCells.leftOut(parts, rows).stream().forEach(i -> hide(days.get(i), figure));
    }
    days.forEach(WithoutPeople::hideSmall);
    return answer
        .clearWatchCurve()
        .addAllWatchCurve(
            report.getWatchCurveList().stream()
                .filter(point -> !SmallCells.isSmall(point.getViewers()))
                .toList())
        .build();
  }

  static GetRetentionResponse retention(GetRetentionResponse retention) {
    GetRetentionResponse.Builder answer = retention.toBuilder();
    List<Cohort.Builder> cohorts = answer.getCohortsBuilderList();
    long[] viewers = cohorts.stream().mapToLong(Cohort.Builder::getViewers).toArray();
    BitSet rows = SmallCells.leftOut(viewers, new BitSet());
    for (int later = 1; later <= RetentionReactor.LAST_DAY; later++) {
      hideCells(cohorts, rows, later);
    }
    rows.stream().forEach(i -> cohorts.get(i).clearCells().clearViewers().setSuppressed(true));
    answer
        .getOverallBuilderList()
        .forEach(cell -> {
          if (SmallCells.isSmall(cell.getActive())) {
            cell.clearActive().setSuppressed(true);
          }
          if (SmallCells.isSmall(cell.getOf())) {
            cell.clearOf();
          }
        });
    return answer.build();
  }

  private static void hideCells(List<Cohort.Builder> cohorts, BitSet rows, int later) {
    List<RetentionCell.Builder> cells = new ArrayList<>();
    BitSet anyway = new BitSet();
    for (int i = 0; i < cohorts.size(); i++) {
      if (cohorts.get(i).getCellsCount() >= later) { // they are by rising days, from 1 on
        anyway.set(cells.size(), rows.get(i));
        cells.add(cohorts.get(i).getCellsBuilder(later - 1));
      }
    }
    long[] parts = cells.stream().mapToLong(RetentionCell.Builder::getActive).toArray();
    SmallCells.leftOut(parts, anyway).stream()
        .forEach(i -> cells.get(i).clearActive().setSuppressed(true));
  }

  /** A day on which few came has no figures at all; of the others those that are small go. */
  private static void hideSmall(DayReport.Builder day) {
    if (SmallCells.isSmall(day.getViewers().getCount())) {
      String date = day.getDay();
      day.clear()
          .setDay(date)
          .setViewers(Distinct.newBuilder().setExact(true))
          .addAllWatched3515Minutes(List.of(0L, 0L, 0L))
          .setSuppressed(true);
      return;
    }
    for (Figure figure : FIGURES) {
      if (SmallCells.isSmall(figure.of(day))) {
        hide(day, figure);
      }
    }
    if (SmallCells.isSmall(day.getFollowPerMille() * day.getVisits() / 1_000)) {
      day.clearFollowPerMille().setSuppressed(true);
    }
  }

  private static void hide(DayReport.Builder day, Figure figure) {
    figure.clear(day);
    day.setSuppressed(true);
  }

  private static List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    for (int number : List.of(DayReport.VISITS_FIELD_NUMBER, DayReport.FIRST_VISITS_FIELD_NUMBER)) {
      figures.add(new Whole(DayReport.getDescriptor().findFieldByNumber(number)));
    }
    for (int place = 0; place <= FIFTEEN_MINUTES; place++) {
      figures.add(new Mark(place));
    }
    for (FieldDescriptor field : RoomCounts.getDescriptor().getFields()) {
      if (field.getNumber() != RoomCounts.ORDERED_MINOR_FIELD_NUMBER) {
        figures.add(new Count(field));
      }
    }
    return List.copyOf(figures);
  }
}
