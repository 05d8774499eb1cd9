package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.TagEntered;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds to the history of viewers' tags, and to how many came to have each in which hour, by which
 * it is known how many had it at any time. Thread-safe.
 */
final class TagChangeAppender implements Appender<TagChangeAppender.Row> {
  static final long HOUR_MILLIS = 3_600_000;

  @Inject
  TagChangeAppender() {}

  /**
   * A change.
   *
   * @param number 1, 2, 3 … for each viewer
   * @param entered whether the viewer came to have the tag, or lost it
   * @param change what is told of it, of a tag that was lost too
   */
  record Row(ViewerKey viewer, long number, long atMillis, boolean entered, TagEntered change) {}

  private record Hour(String merchantId, String tagId, long hour) implements Comparable<Hour> {
    private static final Comparator<Hour> ORDER =
        Comparator.comparing(Hour::merchantId)
            .thenComparing(Hour::tagId)
            .thenComparingLong(Hour::hour);

    @Override
    public int compareTo(Hour other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class Flow {
    private long entered;
    private long gone;
  }

  @Override
  public void append(Script script, List<Row> rows) {
    script.write(
        """
        INSERT INTO tag_change
          (merchant_id, viewer_id, change_number, tag_id, entered, at_ms, detail)
        VALUES\
        """,
        7,
        "",
        rows,
        (values, row) -> {
          ViewerRows.bindKey(values, row.viewer);
          values.number(row.number);
          values.text(row.change.getTagId());
          values.number(row.entered ? 1 : 0);
          values.number(row.atMillis);
          values.bytes(row.change.toByteArray());
        });
    int shard = script.shard();
    script.write(
        "INSERT INTO tag_flow (merchant_id, tag_id, hour, shard, entered, gone) VALUES",
        6,
        "ON DUPLICATE KEY UPDATE entered = entered + VALUES(entered), gone = gone + VALUES(gone)",
        flows(rows).entrySet(),
        (values, flow) -> {
          values.text(flow.getKey().merchantId);
          values.text(flow.getKey().tagId);
          values.number(flow.getKey().hour);
          values.number(shard);
          values.number(flow.getValue().entered);
          values.number(flow.getValue().gone);
        });
  }

  private static SortedMap<Hour, Flow> flows(List<Row> rows) {
    SortedMap<Hour, Flow> flows = new TreeMap<>();
    for (Row row : rows) {
      long hour = Math.floorDiv(row.atMillis, HOUR_MILLIS);
      Flow flow =
          flows.computeIfAbsent(
              new Hour(row.viewer.merchantId(), row.change.getTagId(), hour), unused -> new Flow());
      if (row.entered) {
        flow.entered++;
      } else {
        flow.gone++;
      }
    }
    return flows;
  }
}
