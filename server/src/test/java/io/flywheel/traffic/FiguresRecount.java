package io.flywheel.traffic;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.flywheel.v1.AnalyticsServiceGrpc.AnalyticsServiceBlockingStub;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.AudienceOrder;
import io.flywheel.v1.AudienceServiceGrpc.AudienceServiceBlockingStub;
import io.flywheel.v1.Cohort;
import io.flywheel.v1.DayReport;
import io.flywheel.v1.FunnelStep;
import io.flywheel.v1.GetFunnelRequest;
import io.flywheel.v1.GetFunnelResponse;
import io.flywheel.v1.GetMerchantReportRequest;
import io.flywheel.v1.GetMerchantReportResponse;
import io.flywheel.v1.GetReferralReportResponse;
import io.flywheel.v1.GetRetentionRequest;
import io.flywheel.v1.GetRetentionResponse;
import io.flywheel.v1.ListAudienceRequest;
import io.flywheel.v1.ReferralFigures;
import io.flywheel.v1.RetentionCell;
import io.flywheel.v1.RoomCounts;
import io.flywheel.v1.WatchTimePoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code recount_figures.py} counts in a recording, which knows nothing of the service. */
final class FiguresRecount {
  private final JsonObject counted;

  private FiguresRecount(JsonObject counted) {
    this.counted = counted;
  }

  /**
   * Recounts a recording.
   *
   * @param applied when the program came into force, each time
   * @param nows when retention is read
   */
  static FiguresRecount of(
      Path folder,
      RecordedTrafficTest.Recording recording,
      List<Instant> applied,
      List<Instant> nows)
      throws InterruptedException {
    try (InputStream script =
        FiguresRecount.class.getResourceAsStream("/traffic/recount_figures.py")) {
      Process python =
          new ProcessBuilder(
                  "python3",
                  "-",
                  folder.toString(),
                  recording.file(),
                  Integer.toString(recording.oneOf()),
                  seconds(applied),
                  seconds(nows))
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

  private static String seconds(List<Instant> times) {
    return times.stream().map(at -> Long.toString(at.getEpochSecond())).collect(joining(","));
  }

  /** How many visits there were. */
  long visits() {
    return counted.get("visits").getAsLong();
  }

  /** Fails unless the reports of the service say the same. */
  void assertSameReports(AnalyticsServiceBlockingStub figures) {
    for (JsonObject expected : objects(counted.getAsJsonArray("reports"))) {
      String of =
          "%s to %s of room '%s'"
              .formatted(
                  text(expected, "first_day"), text(expected, "last_day"), text(expected, "room"));
      GetMerchantReportResponse report =
          figures.getMerchantReport(
              GetMerchantReportRequest.newBuilder()
                  .setFirstDay(text(expected, "first_day"))
                  .setLastDay(text(expected, "last_day"))
                  .setRoomId(text(expected, "room"))
                  .build());
      assertThat(report.getTimeZone()).isEqualTo(text(counted, "time_zone"));
      assertSame(of, report.getTotal(), expected.getAsJsonObject("total"));
      assertSame("before " + of, report.getBefore(), expected.getAsJsonObject("before"));
      assertThat(report.getWatchCurveList().stream().map(WatchTimePoint::getViewers).toList())
          .as("curve, " + of)
          .isEqualTo(ints(expected.getAsJsonObject("total"), "curve"));
      assertThat(report.getProgramAppliedAtCount())
          .as("versions, " + of)
          .isEqualTo(expected.get("applied").getAsInt());
      List<JsonObject> days = objects(expected.getAsJsonArray("days"));
      assertThat(report.getDaysCount()).isEqualTo(days.size());
      for (int i = 0; i < days.size(); i++) {
        assertSame(report.getDays(i).getDay() + ", " + of, report.getDays(i), days.get(i));
      }
    }
  }

  private static void assertSame(String of, DayReport told, JsonObject expected) {
    assertThat(figures(told)).as(of).isEqualTo(figures(expected));
    JsonObject counts = expected.getAsJsonObject("counts");
    Map<String, Long> toldCounts = new TreeMap<>();
    Map<String, Long> expectedCounts = new TreeMap<>();
    for (FieldDescriptor count : RoomCounts.getDescriptor().getFields()) {
      toldCounts.put(count.getName(), (Long) told.getCounts().getField(count));
      expectedCounts.put(
          count.getName(), counts.has(count.getName()) ? number(counts, count.getName()) : 0L);
    }
    assertThat(toldCounts).as(of).isEqualTo(expectedCounts);
  }

  private static Map<String, List<Long>> figures(DayReport told) {
    Map<String, List<Long>> figures = new TreeMap<>();
    figures.put("visits", List.of(told.getVisits()));
    figures.put("viewers", List.of(told.getViewers().getCount()));
    figures.put("first_visits", List.of(told.getFirstVisits()));
    figures.put("stay_millis", List.of(told.getStayMillis()));
    figures.put("interactions_per_mille", List.of(told.getInteractionsPerMille()));
    figures.put("follow_per_mille", List.of((long) told.getFollowPerMille()));
    figures.put("watched", told.getWatched3515MinutesList());
    figures.put("high_retention_per_mille", List.of((long) told.getHighRetentionPerMille()));
    figures.put("median_minutes", List.of((long) told.getWatchQuantiles().getMedianMinutes()));
    figures.put("top_tenth_minutes", List.of((long) told.getWatchQuantiles().getTopTenthMinutes()));
    assertThat(told.getViewers().getExact()).isTrue();
    return figures;
  }

  private static Map<String, List<Long>> figures(JsonObject expected) {
    Map<String, List<Long>> figures = new TreeMap<>();
    expected
        .asMap()
        .forEach((name, value) -> {
          if (!name.equals("counts") && !name.equals("curve")) {
            figures.put(
                name,
                value.isJsonArray() ? longs(value.getAsJsonArray()) : List.of(value.getAsLong()));
          }
        });
    return figures;
  }

  /** Fails unless the cohorts are the same, read at the time that the recount was told. */
  void assertSameRetention(AnalyticsServiceBlockingStub figures, Instant now) {
    JsonObject expected =
        objects(counted.getAsJsonArray("retention")).stream()
            .filter(each -> number(each, "now") == now.getEpochSecond())
            .findFirst()
            .orElseThrow();
    GetRetentionResponse told =
        figures.getRetention(
            GetRetentionRequest.newBuilder()
                .setFirstDay(text(expected, "first_day"))
                .setLastDay(text(expected, "last_day"))
                .build());
    assertThat(told.getTimeZone()).isEqualTo(text(counted, "time_zone"));
    Map<String, List<Long>> toldCohorts = new TreeMap<>();
    for (Cohort cohort : told.getCohortsList()) {
      List<Long> cells = new ArrayList<>(List.of(cohort.getViewers()));
      cohort.getCellsList().forEach(cell -> cells.add(cell.getActive()));
      toldCohorts.put(cohort.getDay(), cells);
    }
    Map<String, List<Long>> cohorts = new TreeMap<>();
    expected
        .getAsJsonObject("cohorts")
        .asMap()
        .forEach((day, cells) -> cohorts.put(day, longs(cells.getAsJsonArray())));
    assertThat(toldCohorts).as("cohorts as of " + now).isEqualTo(cohorts);
    assertThat(told.getOverallList().stream().map(FiguresRecount::cell).toList())
        .as("all cohorts as of " + now)
        .isEqualTo(
            expected.getAsJsonArray("overall").asList().stream()
                .map(cell -> longs(cell.getAsJsonArray()))
                .toList());
  }

  private static List<Long> cell(RetentionCell cell) {
    return List.of((long) cell.getDaysLater(), cell.getActive(), cell.getOf());
  }

  /** Fails unless the funnel of tasks is the same, and who has spent most. */
  void assertSameAudience(AudienceServiceBlockingStub audience) {
    JsonObject expected = counted.getAsJsonObject("funnel");
    GetFunnelResponse funnel =
        audience.getFunnel(
            GetFunnelRequest.newBuilder()
                .addAllTaskIds(
                    expected.getAsJsonArray("tasks").asList().stream()
                        .map(JsonElement::getAsString)
                        .toList())
                .build());
    assertThat(funnel.getExact()).isTrue();
    assertThat(funnel.getViewers()).isEqualTo(number(expected, "viewers"));
    assertThat(funnel.getStepsList().stream().map(FunnelStep::getViewers).toList())
        .isEqualTo(longs(expected.getAsJsonArray("steps")));
    List<String> spenders =
        counted.getAsJsonArray("spenders").asList().stream()
            .map(JsonElement::getAsJsonArray)
            .map(each -> each.get(1).getAsString() + " " + each.get(0) + " " + each.get(2))
            .toList();
    assertThat(
            audience
                .listAudience(
                    ListAudienceRequest.newBuilder()
                        .setOrder(AudienceOrder.AUDIENCE_ORDER_SPENT)
                        .setPageSize(spenders.size())
                        .build())
                .getMembersList())
        .extracting(FiguresRecount::spent)
        .isEqualTo(spenders);
  }

  private static String spent(AudienceMember member) {
    return member.getViewerId() + " " + member.getOrderedMinor() + " " + member.getOrders();
  }

  /** Fails unless the funnel of invites is the same, on each of its days. */
  void assertSame(GetReferralReportResponse funnel) {
    Map<String, JsonElement> days = counted.getAsJsonObject("referral_days").asMap();
    assertThat(days).isNotEmpty();
    assertThat(funnel.getTotal().getAccepted()).isEqualTo(number(counted, "accepted"));
    days.forEach((day, counts) -> {
      ReferralFigures told =
          funnel.getDaysList().stream()
              .filter(each -> each.getDay().equals(day))
              .findFirst()
              .orElse(ReferralFigures.getDefaultInstance());
      JsonObject expected = counts.getAsJsonObject();
      assertThat(told.getEntered()).as(day).isEqualTo(orZero(expected, "entered"));
      assertThat(told.getFollowed()).as(day).isEqualTo(orZero(expected, "followed"));
    });
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsJsonObject).toList();
  }

  private static List<Integer> ints(JsonObject in, String name) {
    return in.getAsJsonArray(name).asList().stream().map(JsonElement::getAsInt).toList();
  }

  private static List<Long> longs(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsLong).toList();
  }

  private static String text(JsonObject in, String name) {
    return in.get(name).getAsString();
  }

  private static long number(JsonObject in, String name) {
    return in.get(name).getAsLong();
  }

  private static long orZero(JsonObject in, String name) {
    return in.has(name) ? number(in, name) : 0;
  }
}
