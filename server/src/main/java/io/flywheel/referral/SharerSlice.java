package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
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
   */
  record Tally(long accepted, long entered, long ordered, long points, long inReview) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0);

    Tally plusAccepted(int more) {
      return new Tally(accepted + more, entered, ordered, points, inReview);
    }

    Tally plusEntered(int more) {
      return new Tally(accepted, entered + more, ordered, points, inReview);
    }

    Tally plusOrdered(int more) {
      return new Tally(accepted, entered, ordered + more, points, inReview);
    }

    Tally plusPoints(long more) {
      return new Tally(accepted, entered, ordered, points + more, inReview);
    }

    Tally plusInReview(int more) {
      return new Tally(accepted, entered, ordered, points, inReview + more);
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
        SELECT merchant_id, viewer_id, campaign_id, accepted, entered, ordered, points, in_review
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
                new Tally(
                    row.getLong("accepted"),
                    row.getLong("entered"),
                    row.getLong("ordered"),
                    row.getLong("points"),
                    row.getLong("in_review"))));
  }

  @Override
  public void save(Script script, Map<Key, Tally> changed) {
    script.write(
        """
        INSERT INTO referral_sharer
          (merchant_id, viewer_id, campaign_id, accepted, entered, ordered, points, in_review)
        VALUES\
        """,
        8,
        """
        ON DUPLICATE KEY UPDATE accepted = VALUES(accepted), entered = VALUES(entered),
          ordered = VALUES(ordered), points = VALUES(points), in_review = VALUES(in_review)\
        """,
        changed.entrySet(),
        (values, row) -> {
          bindKey(values, row.getKey());
          values.number(row.getValue().accepted);
          values.number(row.getValue().entered);
          values.number(row.getValue().ordered);
          values.number(row.getValue().points);
          values.number(row.getValue().inReview);
        });
  }

  private static void bindKey(Values values, Key key) {
    ViewerRows.bindKey(values, key.viewer);
    values.text(key.campaignId);
  }
}
