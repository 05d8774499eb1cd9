package io.flywheel.lottery;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.Draw;
import jakarta.inject.Inject;
import java.util.List;

/** Adds draws, which are never changed. Thread-safe. */
final class DrawAppender implements Appender<DrawAppender.Row> {
  @Inject
  DrawAppender() {}

  /** A draw, and its number among the viewer's draws of the lottery. */
  record Row(ViewerKey viewer, long number, Draw draw) {}

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO lottery_draw
          (merchant_id, viewer_id, lottery_id, draw_number, draw, drawn_ms)
        VALUES\
        """,
        6,
        "",
        rows,
        (values, row) -> {
          ViewerRows.bindKey(values, row.viewer());
          values.text(row.draw().getLotteryId());
          values.number(row.number());
          values.bytes(row.draw().toByteArray());
          values.number(Timestamps.toMillis(row.draw().getDrawnAt()));
        });
  }
}
