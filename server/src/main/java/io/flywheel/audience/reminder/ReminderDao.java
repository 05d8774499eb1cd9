package io.flywheel.audience.reminder;

import com.google.inject.Inject;
import io.flywheel.v1.ReminderCount;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads what became of reminders. Thread-safe. */
final class ReminderDao {
  @Inject
  ReminderDao() {}

  /** What became of each rule's reminders that were sent from one day to another, both included. */
  List<ReminderCount> counts(Handle handle, String merchantId, long firstDay, long lastDay) {
    return handle
        .createQuery(
            """
            SELECT rule_id, SUM(sent) AS sent, SUM(came_back) AS came_back,
              SUM(held_back) AS held_back
            FROM reminder_day
            WHERE merchant_id = :merchantId AND day >= :firstDay AND day <= :lastDay
            GROUP BY rule_id ORDER BY rule_id\
            """)
        .bind("merchantId", merchantId)
        .bind("firstDay", firstDay)
        .bind("lastDay", lastDay)
        .map((row, context) ->
            ReminderCount.newBuilder()
                .setRuleId(row.getString("rule_id"))
                .setSent(row.getLong("sent"))
                .setCameBack(row.getLong("came_back"))
                .setHeldBack(row.getLong("held_back"))
                .build())
        .list();
  }
}
