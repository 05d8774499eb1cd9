package io.flywheel.analytics;

import com.google.common.math.LongMath;
import io.flywheel.engine.Values;
import io.flywheel.v1.RoomCounts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** How often what happened. Used by one thread. */
@SuppressWarnings("EnumOrdinal") // one is made for every row of a batch, so it is an array
final class Counts {
  private final long[] amounts = new long[Figure.COUNT];

  /** Reads the columns of a row. */
  static Counts read(ResultSet row) throws SQLException {
    Counts counts = new Counts();
    for (Figure figure : Figure.values()) {
      counts.add(figure, row.getLong(figure.column()));
    }
    return counts;
  }

  void add(Figure figure, long amount) {
    amounts[figure.ordinal()] = LongMath.saturatedAdd(amounts[figure.ordinal()], amount);
  }

  void addAll(Counts other) {
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] = LongMath.saturatedAdd(amounts[i], other.amounts[i]);
    }
  }

  /** The figures that are not zero, a bit each, by their order. */
  int figures() {
    int figures = 0;
    for (int i = 0; i < amounts.length; i++) {
      figures |= amounts[i] == 0 ? 0 : 1 << i;
    }
    return figures;
  }

  /** Writes the values of some figures, in their order. */
  void bind(Values values, List<Figure> figures) {
    for (Figure figure : figures) {
      values.number(of(figure));
    }
  }

  RoomCounts toProto() {
    return RoomCounts.newBuilder()
        .setEntered(of(Figure.ENTERED))
        .setLikes(of(Figure.LIKES))
        .setComments(of(Figure.COMMENTS))
        .setShares(of(Figure.SHARES))
        .setFollows(of(Figure.FOLLOWS))
        .setClicks(of(Figure.CLICKS))
        .setOrders(of(Figure.ORDERS))
        .setOrderedMinor(of(Figure.ORDERED_MINOR))
        .setCheckIns(of(Figure.CHECK_INS))
        .setTiersReached(of(Figure.TIERS_REACHED))
        .setRewards(of(Figure.REWARDS))
        .setPoints(of(Figure.POINTS))
        .setWatchedMillis(of(Figure.WATCHED_MILLIS))
        .setLeads(of(Figure.LEADS))
        .setGroupJoins(of(Figure.GROUP_JOINS))
        .setRepurchases(of(Figure.REPURCHASES))
        .setNewFollowers(of(Figure.NEW_FOLLOWERS))
        .setReferred(of(Figure.REFERRED))
        .setReferredFollowers(of(Figure.REFERRED_FOLLOWERS))
        .build();
  }

  /** How often viewers took part, in whichever way. */
  long interactions() {
    return of(Figure.LIKES)
        + of(Figure.COMMENTS)
        + of(Figure.SHARES)
        + of(Figure.FOLLOWS)
        + of(Figure.CLICKS);
  }

  long of(Figure figure) {
    return amounts[figure.ordinal()];
  }
}
