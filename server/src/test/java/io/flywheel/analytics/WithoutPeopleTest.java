package io.flywheel.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.flywheel.v1.Cohort;
import io.flywheel.v1.DayReport;
import io.flywheel.v1.Distinct;
import io.flywheel.v1.GetMerchantReportResponse;
import io.flywheel.v1.GetRetentionResponse;
import io.flywheel.v1.RetentionCell;
import io.flywheel.v1.RoomCounts;
import io.flywheel.v1.WatchTimePoint;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reports as those get them who may not see people. */
final class WithoutPeopleTest {
  @Test
  void aDayOfFewHasNoFiguresAndNoDayTellsTheOthersFew() {
    GetMerchantReportResponse report =
        GetMerchantReportResponse.newBuilder()
            .setTotal(day("", 930, 200))
            .setBefore(day("", 49, 49))
            .addDays(day("2026-03-02", 30, 20))
            .addDays(day("2026-03-03", 100, 80))
            .addDays(day("2026-03-04", 800, 100))
            .addWatchCurve(WatchTimePoint.newBuilder().setSeconds(0).setViewers(930))
            .addWatchCurve(WatchTimePoint.newBuilder().setSeconds(60).setViewers(49))
            .build();
    GetMerchantReportResponse told = WithoutPeople.report(report);
    assertThat(told.getTotal())
        .as("the figures of nobody are few as well")
        .isEqualTo(report.getTotal().toBuilder().setSuppressed(true).build());
    assertThat(told.getBefore())
        .isEqualTo(
            DayReport.newBuilder()
                .setViewers(Distinct.newBuilder().setExact(true))
                .addAllWatched3515Minutes(List.of(0L, 0L, 0L))
                .setSuppressed(true)
                .build());
    assertThat(told.getDays(0).getVisits()).isZero();
    assertThat(told.getDays(0).getDay()).isEqualTo("2026-03-02");
    assertThat(told.getDays(1).getSuppressed()).isTrue();
    assertThat(told.getDays(1).getVisits()).as("or 930 less the others tells 30").isZero();
    assertThat(told.getDays(1).getStayMillis()).as("or it tells the visits").isZero();
    assertThat(told.getDays(2))
        .isEqualTo(report.getDays(2).toBuilder().setSuppressed(true).build());
    assertThat(told.getWatchCurveList())
        .extracting(WatchTimePoint::getViewers)
        .containsExactly(930);
  }

  @Test
  void ofADayOfManyWhatFewDidIsLeftOut() {
    DayReport.Builder many = day("", 1_000, 60).toBuilder();
    many.setFollowPerMille(49).setHighRetentionPerMille(12).setWatched3515Minutes(2, 12);
    many.getCountsBuilder().setLeads(3).setOrders(7).setOrderedMinor(99_000);
    DayReport told =
        WithoutPeople.report(
                GetMerchantReportResponse.newBuilder().setTotal(many).setBefore(many).build())
            .getTotal();
    assertThat(told.getSuppressed()).isTrue();
    assertThat(told.getVisits()).isEqualTo(1_000);
    assertThat(told.getCounts()).isEqualTo(RoomCounts.newBuilder().setLikes(60).build());
    assertThat(told.getFollowPerMille()).isZero();
    assertThat(told.getHighRetentionPerMille()).isZero();
    assertThat(told.getWatched3515MinutesList()).containsExactly(1_000L, 1_000L, 0L);
  }

  @Test
  void aCohortOfFewIsLeftOutWithAnother() {
    GetRetentionResponse told =
        WithoutPeople.retention(
            GetRetentionResponse.newBuilder()
                .addCohorts(cohort("2026-03-02", 30, 5))
                .addCohorts(cohort("2026-03-03", 90, 60))
                .addCohorts(cohort("2026-03-04", 900, 70))
                .addCohorts(cohort("2026-03-05", 800, 49))
                .addOverall(RetentionCell.newBuilder().setDaysLater(1).setActive(184).setOf(1_820))
                .build());
    assertThat(told.getCohortsList())
        .extracting(Cohort::getViewers, Cohort::getSuppressed, Cohort::getCellsCount)
        .containsExactly(
            tuple(0L, true, 0), tuple(0L, true, 0), tuple(900L, false, 1), tuple(800L, false, 1));
    assertThat(told.getCohorts(2).getCells(0).getActive()).isEqualTo(70);
    assertThat(told.getCohorts(3).getCells(0))
        .isEqualTo(
            RetentionCell.newBuilder().setDaysLater(1).setOf(800).setSuppressed(true).build());
    assertThat(told.getOverall(0).getActive()).isEqualTo(184);
  }

  private static Cohort cohort(String day, long viewers, long active) {
    return Cohort.newBuilder()
        .setDay(day)
        .setViewers(viewers)
        .addCells(RetentionCell.newBuilder().setDaysLater(1).setActive(active).setOf(viewers))
        .build();
  }

  private static DayReport day(String day, long visits, long likes) {
    return DayReport.newBuilder()
        .setDay(day)
        .setVisits(visits)
        .setViewers(Distinct.newBuilder().setCount(visits).setExact(true))
        .setFirstVisits(visits)
        .addAllWatched3515Minutes(List.of(visits, visits, visits))
        .setHighRetentionPerMille(1_000)
        .setStayMillis(60_000)
        .setFollowPerMille(500)
        .setCounts(RoomCounts.newBuilder().setLikes(likes))
        .build();
  }
}
