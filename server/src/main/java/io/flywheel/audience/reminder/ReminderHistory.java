package io.flywheel.audience.reminder;

import com.google.inject.Inject;
import io.flywheel.platform.db.Database;
import io.flywheel.program.DaySpan;
import io.flywheel.v1.GetReminderReportResponse;

/** What became of a merchant's reminders. Thread-safe. */
public final class ReminderHistory {
  private final Database database;
  private final ReminderDao dao;

  @Inject
  ReminderHistory(Database database, ReminderDao dao) {
    this.database = database;
    this.dao = dao;
  }

  /** Counts those that were sent in some days. */
  public GetReminderReportResponse report(String merchantId, DaySpan days) {
    return database.read(handle ->
        GetReminderReportResponse.newBuilder()
            .addAllCounts(
                dao.counts(handle, merchantId, days.first().toEpochDay(), days.last().toEpochDay()))
            .build());
  }
}
