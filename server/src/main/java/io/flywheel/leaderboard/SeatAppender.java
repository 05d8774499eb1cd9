package io.flywheel.leaderboard;

import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import jakarta.inject.Inject;
import java.util.List;

/** Notes who plays in which cohort. Thread-safe. */
final class SeatAppender implements Appender<SeatAppender.Seat> {
  @Inject
  SeatAppender() {}

  /** A viewer's seat, which is taken once a period. */
  record Seat(DivisionKey division, int cohort, String viewerId) {}

  @Override
  public void append(Script script, List<Seat> rows) {
    script.write(
        "INSERT INTO league_seat (merchant_id, board_id, period, division_id, cohort, viewer_id) VALUES",
        6,
        "",
        rows,
        (values, row) -> {
          values.text(row.division.board().merchantId());
          values.text(row.division.board().boardId());
          values.text(row.division.board().period());
          values.text(row.division.divisionId());
          values.number(row.cohort);
          values.text(row.viewerId);
        });
  }
}
