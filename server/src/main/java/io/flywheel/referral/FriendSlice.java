package io.flywheel.referral;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Those who came by viewers' invites. Thread-safe. */
final class FriendSlice implements Slice<FriendKey, FriendState> {
  @Inject
  FriendSlice() {}

  @Override
  public FriendState initial(FriendKey key) {
    return FriendState.getDefaultInstance();
  }

  @Override
  public void load(
      Script script,
      SortedSet<FriendKey> keys,
      boolean lock,
      BiConsumer<FriendKey, FriendState> found) {
    script.readRows(
        """
        SELECT merchant_id, viewer_id, level, invitee_id, state FROM referral_friend
        WHERE (merchant_id, viewer_id, level, invitee_id) IN\
        """,
        4,
        "",
        keys,
        FriendSlice::bindKey,
        row ->
            found.accept(
                new FriendKey(
                    new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
                    row.getInt("level"),
                    row.getString("invitee_id")),
                parse(row)));
  }

  @Override
  public void save(Script script, Map<FriendKey, FriendState> changed) {
    script.write(
        """
        INSERT INTO referral_friend
          (merchant_id, viewer_id, level, invitee_id, accepted_ms, review, flagged_ms, state)
        VALUES\
        """,
        8,
        """
        ON DUPLICATE KEY UPDATE accepted_ms = VALUES(accepted_ms), review = VALUES(review), flagged_ms = VALUES(flagged_ms), state = VALUES(state)\
        """,
        changed.entrySet(),
        (values, row) -> {
          FriendState state = row.getValue();
          bindKey(values, row.getKey());
          values.number(state.getAcceptedMs());
          values.number(state.getReviewValue());
          values.number(state.getFlaggedMs());
          values.bytes(state.toByteArray());
        });
  }

  /** The state of the row that the result stands at. */
  static FriendState parse(ResultSet row) throws SQLException {
    try {
      return FriendState.parseFrom(row.getBytes("state"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("referral_friend.state can't be read", e);
    }
  }

  private static void bindKey(Values values, FriendKey key) {
    ViewerRows.bindKey(values, key.viewer());
    values.number(key.level());
    values.text(key.inviteeId());
  }
}
