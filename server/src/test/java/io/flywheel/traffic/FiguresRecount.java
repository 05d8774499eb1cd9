package io.flywheel.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.flywheel.v1.AnalyticsServiceGrpc.AnalyticsServiceBlockingStub;
import io.flywheel.v1.Cohort;
import io.flywheel.v1.DayReport;
import io.flywheel.v1.GetMerchantReportRequest;
import io.flywheel.v1.GetReferralReportResponse;
import io.flywheel.v1.GetRetentionRequest;
import io.flywheel.v1.GetRetentionResponse;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.RetentionCell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;

/** What {@code recount_figures.py} counts in a recording, which knows nothing of the service. */
final class FiguresRecount {
  private final JsonObject counted;

  private FiguresRecount(JsonObject counted) {
    this.counted = counted;
  }

  /** Recounts a recording. */
  static FiguresRecount of(Path folder, String recording) throws InterruptedException {
    try (InputStream script =
        FiguresRecount.class.getResourceAsStream("/traffic/recount_figures.py")) {
      Process python =
          new ProcessBuilder("python3", "-", folder.toString(), recording)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (var to = python.getOutputStream()) {
        to.write(script.readAllBytes());
      }
      String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(python.waitFor()).as("python3 recount_figures.py").isZero();
      return new FiguresRecount(JsonParser.parseString(printed).getAsJsonObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many visits there were. */
  long visits() {
    return number("visits");
  }

  /** Fails unless the service's figures are the same. */
  void assertSame(AnalyticsServiceBlockingStub figures) {
    String first = LocalDate.ofEpochDay(number("first_day")).toString();
    String last = LocalDate.ofEpochDay(number("last_day")).toString();
    DayReport total =
        figures
            .getMerchantReport(
                GetMerchantReportRequest.newBuilder().setFirstDay(first).setLastDay(last).build())
            .getTotal();
    assertThat(total.getVisits()).isEqualTo(number("visits"));
    assertThat(total.getViewers().getExact()).isTrue();
    assertThat(total.getViewers().getCount()).isEqualTo(number("viewers"));
    assertThat(total.getFirstVisits()).isEqualTo(number("viewers"));
    assertThat(total.getCounts().getComments()).isEqualTo(number("comments"));
    assertThat(total.getCounts().getFollows()).isEqualTo(number("follows"));
    assertThat(total.getCounts().getNewFollowers()).isEqualTo(number("new_followers"));
    assertThat(total.getCounts().getReferred()).isEqualTo(number("referred"));
    assertThat(total.getCounts().getReferredFollowers()).isEqualTo(number("referred_followers"));
    assertThat(total.getCounts().getOrders()).isEqualTo(number("orders"));
    assertThat(total.getCounts().getOrderedMinor()).isEqualTo(number("ordered_minor"));
    assertThat(total.getCounts().getRepurchases()).isEqualTo(number("repurchases"));
    assertThat(total.getCounts().getWatchedMillis()).isEqualTo(number("watched_seconds") * 1_000);
    assertThat(total.getStayMillis())
        .isEqualTo(number("watched_seconds") * 1_000 / number("visits"));
    for (int mark = 0; mark < 3; mark++) {
      assertThat(total.getWatched3515Minutes(mark))
          .as("mark %s", mark)
          .isEqualTo(counted.getAsJsonArray("marks").get(mark).getAsLong());
    }
    assertThat(total.getWatchQuantiles().getMedianMinutes()).isEqualTo((int) number("median"));
    assertThat(total.getWatchQuantiles().getTopTenthMinutes()).isEqualTo((int) number("top_tenth"));
    assertSameCohorts(
        figures.getRetention(
            GetRetentionRequest.newBuilder().setFirstDay(first).setLastDay(last).build()));
  }

  /** Fails unless the funnel of invites is the same, on each of its days. */
  void assertSame(GetReferralReportResponse funnel) {
    Map<String, JsonElement> days = counted.getAsJsonObject("referral_days").asMap();
    assertThat(days).isNotEmpty();
    assertThat(funnel.getTotal().getAccepted()).isEqualTo(number("accepted"));
    days.forEach((epochDay, counts) -> {
      String day = LocalDate.ofEpochDay(Long.parseLong(epochDay)).toString();
      ReferralFigures told =
          funnel.getDaysList().stream()
              .filter(each -> each.getDay().equals(day))
              .findFirst()
              .orElse(ReferralFigures.getDefaultInstance());
      JsonObject expected = counts.getAsJsonObject();
      assertThat(told.getEntered()).as(day).isEqualTo(expected.get("entered").getAsLong());
      assertThat(told.getFollowed()).as(day).isEqualTo(expected.get("followed").getAsLong());
    });
  }

  private void assertSameCohorts(GetRetentionResponse retention) {
    JsonObject cohorts = counted.getAsJsonObject("cohorts");
    assertThat(retention.getCohortsCount()).isEqualTo(cohorts.size());
    for (Cohort cohort : retention.getCohortsList()) {
      Map<String, JsonElement> cells =
          cohorts
              .getAsJsonObject(Long.toString(LocalDate.parse(cohort.getDay()).toEpochDay()))
              .asMap();
      assertThat(cohort.getViewers())
          .as(cohort.getDay())
          .isEqualTo(Objects.requireNonNull(cells.get("0")).getAsLong());
      assertThat(cohort.getCellsCount()).as(cohort.getDay()).isEqualTo(30);
      for (RetentionCell cell : cohort.getCellsList()) {
        JsonElement expected = cells.get(Integer.toString(cell.getDaysLater()));
        assertThat(cell.getActive())
            .as("%s, %s days later", cohort.getDay(), cell.getDaysLater())
            .isEqualTo(expected == null ? 0 : expected.getAsLong());
      }
    }
  }

  private long number(String name) {
    return counted.get(name).getAsLong();
  }
}
