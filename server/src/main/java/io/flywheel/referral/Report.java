package io.flywheel.referral;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.v1.GetReferralReportResponse;
import io.flywheel.v1.ReferralFigures;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A campaign's figures, put together from their sums. Pure functions; not to be instantiated. */
final class Report {
  private Report() {}

  static GetReferralReportResponse of(List<ReferralDao.Total> totals) {
    ReferralFigures.Builder total = ReferralFigures.newBuilder();
    Map<String, ReferralFigures.Builder> channels = new TreeMap<>();
    Map<Long, ReferralFigures.Builder> days = new TreeMap<>();
    for (ReferralDao.Total sum : totals) {
      add(total, sum);
      add(
          channels.computeIfAbsent(
              sum.channel(), channel -> ReferralFigures.newBuilder().setChannel(channel)),
          sum);
      add(
          days.computeIfAbsent(
              sum.epochDay(),
              day -> ReferralFigures.newBuilder().setDay(LocalDate.ofEpochDay(day).toString())),
          sum);
    }
    GetReferralReportResponse.Builder report =
        GetReferralReportResponse.newBuilder()
            .setTotal(total)
            .setKFactor(ratio(total.getEntered(), total.getSharers()))
            .setPointsPerNewcomer(ratio(total.getPoints(), total.getEntered()));
    channels.values().stream()
        .sorted(Comparator.comparingLong(ReferralFigures.Builder::getEntered).reversed())
        .forEach(report::addChannels);
    days.values().forEach(report::addDays);
    return report.build();
  }

  private static void add(ReferralFigures.Builder figures, ReferralDao.Total sum) {
    FieldDescriptor field = ReferralFigures.getDescriptor().findFieldByNumber(sum.figure());
    figures.setField(field, (long) figures.getField(field) + sum.amount());
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
