package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ReviewState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads invitees, sharers and figures. Thread-safe. */
final class ReferralDao {
  @Inject
  ReferralDao() {}

  /** An invitee's row. */
  record Friend(FriendKey key, FriendState state) {}

  /**
   * Where a page begins: behind this.
   *
   * @param number by which the list is sorted first
   * @param viewerId then by this
   * @param inviteeId and by this; empty in lists of viewers
   */
  record Position(long number, String viewerId, String inviteeId) {}

  /** Those who came by a viewer's own invites, the latest first. */
  List<Friend> friends(Handle handle, ViewerKey viewer, Position behind, int limit) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, viewer_id, level, invitee_id, state FROM referral_friend
            WHERE merchant_id = :merchant AND viewer_id = :viewer AND level = 1
              AND accepted_ms <= :accepted
              AND (accepted_ms < :accepted OR invitee_id < :invitee)
            ORDER BY accepted_ms DESC, invitee_id DESC
            LIMIT :limit\
            """)
        .bind("merchant", viewer.merchantId())
        .bind("viewer", viewer.viewerId())
        .bind("accepted", behind.number())
        .bind("invitee", behind.inviteeId())
        .bind("limit", limit)
        .map((row, context) -> friend(row))
        .list();
  }

  /** Those on whom the merchant decides, the longest waiting first. */
  List<Friend> reviews(
      Handle handle, String merchantId, ReviewState state, Position behind, int limit) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, viewer_id, level, invitee_id, state FROM referral_friend
            WHERE merchant_id = :merchant AND review = :review AND level = 1 AND flagged_ms >= :flagged
              AND (flagged_ms > :flagged OR viewer_id > :viewer
                OR (viewer_id = :viewer AND invitee_id > :invitee))
            ORDER BY flagged_ms, viewer_id, invitee_id
            LIMIT :limit\
            """)
        .bind("merchant", merchantId)
        .bind("review", state.getNumber())
        .bind("flagged", behind.number())
        .bind("viewer", behind.viewerId())
        .bind("invitee", behind.inviteeId())
        .bind("limit", limit)
        .map((row, context) -> friend(row))
        .list();
  }

  /** Who shared a campaign, with what came of it. */
  record SharerRow(String viewerId, SharerSlice.Tally tally) {}

  /** Those who brought most first. */
  List<SharerRow> sharers(
      Handle handle, String merchantId, String campaignId, Position behind, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id, accepted, entered, ordered, points, in_review, shares, opened, stayed
            FROM referral_sharer
            WHERE merchant_id = :merchant AND campaign_id = :campaign AND entered <= :entered
              AND (entered < :entered OR viewer_id < :viewer)
            ORDER BY entered DESC, viewer_id DESC
            LIMIT :limit\
            """)
        .bind("merchant", merchantId)
        .bind("campaign", campaignId)
        .bind("entered", behind.number())
        .bind("viewer", behind.viewerId())
        .bind("limit", limit)
        .map((row, context) ->
            new SharerRow(row.getString("viewer_id"), SharerSlice.Tally.read(row)))
        .list();
  }

  /** A sum of a figure. */
  record Total(long epochDay, String channel, int figure, long amount) {}

  /** The sums of a campaign's figures over some days, both included. */
  List<Total> totals(
      Handle handle, String merchantId, String campaignId, long firstDay, long lastDay) {
    return handle
        .createQuery(
            """
            SELECT epoch_day, channel, figure, SUM(amount) AS amount FROM referral_total
            WHERE merchant_id = :merchant AND campaign_id = :campaign
              AND epoch_day BETWEEN :first AND :last
            GROUP BY epoch_day, channel, figure
            ORDER BY epoch_day, channel, figure\
            """)
        .bind("merchant", merchantId)
        .bind("campaign", campaignId)
        .bind("first", firstDay)
        .bind("last", lastDay)
        .map((row, context) ->
            new Total(
                row.getLong("epoch_day"),
                row.getString("channel"),
                row.getInt("figure"),
                row.getLong("amount")))
        .list();
  }

  /** The merchants that have an invite of a code; nearly always one. */
  List<String> merchantsOf(Handle handle, String code) {
    return handle
        .createQuery("SELECT merchant_id FROM referral_invite WHERE code = :code LIMIT 2")
        .bind("code", code)
        .mapTo(String.class)
        .list();
  }

  private static Friend friend(ResultSet row) throws SQLException {
    return new Friend(
        new FriendKey(
            new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
            row.getInt("level"),
            row.getString("invitee_id")),
        FriendSlice.parse(row));
  }
}
