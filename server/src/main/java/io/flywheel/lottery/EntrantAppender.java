package io.flywheel.lottery;

import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import jakarta.inject.Inject;
import java.util.List;

/** Adds entrants of draws of rooms. Thread-safe. */
final class EntrantAppender implements Appender<EntrantAppender.Row> {
  @Inject
  EntrantAppender() {}

  /** An entrant. */
  record Row(RoomDrawKey draw, String viewerId, String tag, long enteredMillis) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO room_draw_entrant
          (merchant_id, room_id, draw_number, viewer_id, tag, entered_ms)
        VALUES\
        """,
        6,
        "",
        rows,
        (values, row) -> {
          values.text(row.draw().merchantId());
          values.text(row.draw().roomId());
          values.number(row.draw().number());
          values.text(row.viewerId());
          values.text(row.tag());
          values.number(row.enteredMillis());
        });
  }
}
