package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** What came of viewers' invites, campaign by campaign. Thread-safe. */
final class SharerSlice implements Slice<SharerSlice.Key, SharerSlice.Tally> {
  @Inject
  SharerSlice() {}

  /** A viewer's part in a campaign. */
  record Key(ViewerKey viewer, String campaignId) implements OfViewer, Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer).thenComparing(Key::campaignId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What came of it.
   *
   * @param accepted how many came and signed in
   * @param entered how many of them entered and counted
   * @param ordered how many of those have ordered
   * @param points how many points the viewer was given, less what was taken back
   * @param inReview how many wait for the merchant's decision
   * @param shares how often the viewer has shared
   * @param opened how often the viewer's links were opened
   * @param stayed how many of those who entered have reached their first step of staying
   */
  record Tally(
      long accepted,
      long entered,
      long ordered,
      long points,
      long inReview,
      long shares,
      long opened,
      long stayed) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

    Tally plusAccepted(int more) {
      return new Tally(accepted + more, entered, ordered, points, inReview, shares, opened, stayed);
    }

    Tally plusEntered(int more) {
      return new Tally(accepted, entered + more, ordered, points, inReview, shares, opened, stayed);
    }

    Tally plusOrdered(int more) {
      return new Tally(accepted, entered, ordered + more, points, inReview, shares, opened, stayed);
    }

    Tally plusPoints(long more) {
      return new Tally(accepted, entered, ordered, points + more, inReview, shares, opened, stayed);
    }

    Tally plusInReview(int more) {
      return new Tally(accepted, entered, ordered, points, inReview + more, shares, opened, stayed);
    }

    Tally plusShares(int more) {
      return new Tally(accepted, entered, ordered, points, inReview, shares + more, opened, stayed);
    }

    Tally plusOpened(long more) {
      return new Tally(accepted, entered, ordered, points, inReview, shares, opened + more, stayed);
    }

    Tally plusStayed(int more) {
      return new Tally(accepted, entered, ordered, points, inReview, shares, opened, stayed + more);
    }

    /** Of the row that the result stands at. */
    static Tally read(ResultSet row) throws SQLException {
      return new Tally(
          row.getLong("accepted"),
          row.getLong("entered"),
          row.getLong("ordered"),
          row.getLong("points"),
          row.getLong("in_review"),
          row.getLong("shares"),
          row.getLong("opened"),
          row.getLong("stayed"));
    }
  }

  @Override
  public Tally initial(Key key) {
    return Tally.NONE;
  }

  @Override
  public void load(Script script, SortedSet<Key> keys, boolean lock, BiConsumer<Key, Tally> found) {
    script.readRows(
        """
        SELECT merchant_id, viewer_id, campaign_id, accepted, entered, ordered, points, in_review,
          shares, opened, stayed
        FROM referral_sharer
        WHERE (merchant_id, viewer_id, campaign_id) IN\
        """,
        3,
        "",
        keys,
        SharerSlice::bindKey,
        row ->
            found.accept(
                new Key(
                    new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
                    row.getString("campaign_id")),
                Tally.read(row)));
  }

  @Override
  public void save(Script script, Map<Key, Tally> changed) {
    script.write(
        """
        INSERT INTO referral_sharer
          (merchant_id, viewer_id, campaign_id, accepted, entered, ordered, points, in_review,
            shares, opened, stayed)
        VALUES\
        """,
        11,
        """
        ON DUPLICATE KEY UPDATE accepted = VALUES(accepted), entered = VALUES(entered),
          ordered = VALUES(ordered), points = VALUES(points), in_review = VALUES(in_review),
          shares = VALUES(shares), opened = VALUES(opened), stayed = VALUES(stayed)\
        """,
        changed.entrySet(),
        (values, row) -> {
          bindKey(values, row.getKey());
          values.number(row.getValue().accepted);
          values.number(row.getValue().entered);
          values.number(row.getValue().ordered);
          values.number(row.getValue().points);
          values.number(row.getValue().inReview);
          values.number(row.getValue().shares);
          values.number(row.getValue().opened);
          values.number(row.getValue().stayed);
        });
  }

  private static void bindKey(Values values, Key key) {
    ViewerRows.bindKey(values, key.viewer);
    values.text(key.campaignId);
  }
}
