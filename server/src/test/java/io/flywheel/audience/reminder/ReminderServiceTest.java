package io.flywheel.audience.reminder;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalReader;
import io.flywheel.fulfillment.Outbound;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.Fulfillment;
import io.flywheel.v1.FulfillmentKind;
import io.flywheel.v1.GetReminderReportRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.ReminderCount;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerServiceGrpc;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reminders from the check-in to the platform, the panel and the report, through a real server. */
final class ReminderServiceTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  private static final String PROGRAM =
      """
      check_in: {outside_rooms: true}
      reminders:
        quiet_hours: {from: 0s, to: 0s}
        rules:
          - {id: streak, reason: streak_ends, least: 1, before: 1h, text: "{count} 天"}
      """;

  @Test
  void aReminderIsHandedOverShownAndCounted() throws Exception {
    try (TestServer server = TestServer.start()) {
      TestMerchant merchant = new TestMerchant(server, "reminders", PROGRAM);
      checkIn(merchant, "r1");
      LocalDate today = LocalDate.ofInstant(server.clock().instant(), SHANGHAI);
      server
          .clock()
          .advance(
              Duration.between(
                  server.clock().instant(),
                  today.plusDays(2).atStartOfDay(SHANGHAI).toInstant().minusSeconds(60)));
      merchant.settle();

      assertThat(viewer(merchant).getRemindersList())
          .singleElement()
          .satisfies(sent -> assertThat(sent.getText().getZh()).isEqualTo("1 天"));
      JournalReader journal = server.instance(JournalReader.class);
      List<JournalEntry> entries = journal.next(journal.first(merchant.id()), 100).entries();
      assertThat(sent(entries, List.of(FulfillmentKind.FULFILLMENT_KIND_REMINDER_SENT)))
          .extracting(one -> one.getReminderSent().getRuleId())
          .containsExactly("streak");
      assertThat(sent(entries, List.of()))
          .as("only those who name the kind are sent it")
          .noneMatch(Fulfillment::hasReminderSent);

      checkIn(merchant, "r2");
      assertThat(viewer(merchant).getRemindersList()).as("it is done").isEmpty();
      assertThat(report(merchant, today, today.plusDays(1)))
          .containsExactly(
              ReminderCount.newBuilder().setRuleId("streak").setSent(1).setCameBack(1).build());
      assertThat(report(merchant, today.plusDays(2), today.plusDays(9))).isEmpty();

      assertRefused("INVALID_FIELD", () -> report(merchant, today, today.minusDays(1)));
      assertRefused(
          "NOT_ALLOWED",
          () ->
              AudienceServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "mei"))
                  .getReminderReport(request(today, today)));
    }
  }

  private static Stream<Fulfillment> sent(List<JournalEntry> entries, List<FulfillmentKind> kinds) {
    return entries.stream().flatMap(entry -> Outbound.of(entry, kinds).stream());
  }

  private static void checkIn(TestMerchant merchant, String requestId) {
    var unused =
        CheckInServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "mei"))
            .checkIn(CheckInRequest.newBuilder().setRequestId(requestId).build());
  }

  private static Viewer viewer(TestMerchant merchant) {
    return ViewerServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, "mei"))
        .getViewer(GetViewerRequest.getDefaultInstance())
        .getViewer();
  }

  private static List<ReminderCount> report(
      TestMerchant merchant, LocalDate first, LocalDate last) {
    return AudienceServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "boss"))
        .getReminderReport(request(first, last))
        .getCountsList();
  }

  private static GetReminderReportRequest request(LocalDate first, LocalDate last) {
    return GetReminderReportRequest.newBuilder()
        .setFirstDay(first.toString())
        .setLastDay(last.toString())
        .build();
  }
}
