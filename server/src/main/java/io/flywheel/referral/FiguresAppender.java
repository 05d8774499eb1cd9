package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.Appender;
import io.flywheel.engine.Script;
import io.flywheel.engine.Turn;
import io.flywheel.v1.ReferralFigures;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds up what campaigns bring. Thread-safe. */
final class FiguresAppender implements Appender<FiguresAppender.Row> {
  @Inject
  FiguresAppender() {}

  /**
   * What is added up.
   *
   * @param figure the number of a field of {@link ReferralFigures}
   */
  record Key(String merchantId, String campaignId, long epochDay, String channel, int figure)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparing(Key::campaignId)
            .thenComparingLong(Key::epochDay)
            .thenComparing(Key::channel)
            .thenComparingInt(Key::figure);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** So much more of a figure. */
  record Row(Key key, long amount) {}

  /** Adds to a figure of a campaign on the turn's day. */
  void add(Turn turn, String campaignId, String channel, int figure, long amount) {
    if (amount != 0) {
      long day = turn.program().calendar().dayOf(turn.at()).toEpochDay();
      Key key = new Key(turn.viewer().merchantId(), campaignId, day, channel, figure);
      turn.append(this, new Row(key, amount));
    }
  }

  @Override
  public void append(Script script, List<Row> rows) {
    SortedMap<Key, Long> sums = new TreeMap<>();
    rows.forEach(row -> sums.merge(row.key, row.amount, Long::sum));
    script.write(
        """
        INSERT INTO referral_total
          (merchant_id, campaign_id, epoch_day, channel, figure, shard, amount)
        VALUES\
        """,
        7,
        "ON DUPLICATE KEY UPDATE amount = amount + VALUES(amount)",
        sums.entrySet(),
        (values, row) -> {
          values.text(row.getKey().merchantId);
          values.text(row.getKey().campaignId);
          values.number(row.getKey().epochDay);
          values.text(row.getKey().channel);
          values.number(row.getKey().figure);
          values.number(script.shard());
          values.number(row.getValue());
        });
  }
}
