package io.flywheel.promises;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.StringValue;
import io.flywheel.engine.Action;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Turn;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ErrorReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** A feature of tests alone: shelves and pools that everybody takes from, in every order. */
final class Warehouse extends AbstractModule {
  /** The rows of the two slices that a turn takes one from each of, one after the other. */
  record Take(List<Row> rows) {}

  /** One piece of a shelf, as long as there are fewer than so many taken. */
  record Buy(String shelf, long stock) {}

  /** As Buy, and looks first. */
  record LookAndBuy(String shelf, long stock) {}

  /** Looks at a shelf, then sets what was seen, with one more. */
  record WriteWhatWasSeen(String shelf) {}

  /** Wants to change another viewer's things. */
  record Meddle(ViewerKey other) {}

  /** A row of either slice. */
  record Row(boolean pool, String name) {}

  /** Where rows are kept. */
  record Key(String merchantId, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byMerchant = merchantId.compareTo(other.merchantId);
      return byMerchant != 0 ? byMerchant : name.compareTo(other.name);
    }
  }

  static void createTables(TestServer server) {
    try (Handle handle = server.instance(Database.class).jdbi().open()) {
      for (String table : List.of("test_shelf", "test_pool")) {
        handle.execute(
            """
            CREATE TABLE %s (
              merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
              name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
              taken BIGINT NOT NULL,
              PRIMARY KEY (merchant_id, name)
            )\
            """
                .formatted(table));
      }
    }
  }

  /** What was taken of all rows of a merchant. */
  static long taken(TestServer server, String table, String merchantId) {
    return server
        .instance(Database.class)
        .read(handle ->
            handle
                .createQuery("SELECT COALESCE(SUM(taken), 0) FROM <table> WHERE merchant_id = :m")
                .define("table", table)
                .bind("m", merchantId)
                .mapTo(Long.class)
                .one());
  }

  static Action action(ViewerKey viewer, String requestId, Object body) {
    return new Action(
        viewer,
        "room",
        "",
        Instant.parse("2026-03-02T08:00:00Z"),
        body,
        Action.request(viewer, false, requestId, StringValue.of(body.toString())));
  }

  @Override
  protected void configure() {
    SharedSlice.bind(binder(), Shelves.class);
    SharedSlice.bind(binder(), Pools.class);
    bind(Drawers.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class)
        .addBinding()
        .to(Keeper.class)
        .in(Scopes.SINGLETON);
  }

  private abstract static class Taken extends SharedSlice<Key, Long> {
    Taken(int rank, String table) {
      super(rank, table, List.of("merchant_id", "name"), List.of("taken"));
    }

    @Override
    public Long initial(Key key) {
      return 0L;
    }

    @Override
    protected void bindKey(Values values, Key key) {
      values.text(key.merchantId);
      values.text(key.name);
    }

    @Override
    protected void bindState(Values values, Long taken) {
      values.number(taken);
    }

    @Override
    protected Key readKey(ResultSet row) throws SQLException {
      return new Key(row.getString("merchant_id"), row.getString("name"));
    }

    @Override
    protected Long readState(ResultSet row, int first) throws SQLException {
      return row.getLong(first);
    }
  }

  static final class Shelves extends Taken {
    static final int RANK = 9_001;

    @Inject
    Shelves() {
      super(RANK, "test_shelf");
    }
  }

  static final class Pools extends Taken {
    @Inject
    Pools() {
      super(9_002, "test_pool");
    }
  }

  /** Of a viewer each. */
  static final class Drawers extends PackedSlice<StringValue> {
    @Inject
    Drawers() {
      super("test_drawer", StringValue.getDefaultInstance());
    }
  }

  static final class Keeper implements Reactor {
    private final Shelves shelves;
    private final Pools pools;
    private final Drawers drawers;

    @Inject
    Keeper(Shelves shelves, Pools pools, Drawers drawers) {
      this.shelves = shelves;
      this.pools = pools;
      this.drawers = drawers;
    }

    @Override
    public void register(Reactions reactions) {
      reactions.on(Take.class, this::take);
      reactions.on(Buy.class, (turn, buy) -> buy(turn, buy.shelf, buy.stock));
      reactions.on(
          LookAndBuy.class,
          (turn, buy) -> {
            if (turn.peek(shelves, key(turn, buy.shelf)) >= buy.stock) {
              throw soldOut();
            }
            buy(turn, buy.shelf, buy.stock);
          });
      reactions.on(
          WriteWhatWasSeen.class,
          (turn, write) -> {
            Key key = key(turn, write.shelf);
            long before = turn.peek(shelves, key);
            turn.set(shelves, key, turn.peek(shelves, key) + 1);
            if (turn.peek(shelves, key) != before + 1) {
              throw new IllegalStateException("seen " + before + " before, and not one more now");
            }
          });
      reactions.on(
          Meddle.class,
          (turn, meddle) -> turn.set(drawers, meddle.other, StringValue.of("meddled")));
    }

    private void take(Turn turn, Take take) {
      for (Row row : take.rows) {
        Taken slice = row.pool ? pools : shelves;
        Key key = key(turn, row.name);
        turn.set(slice, key, turn.get(slice, key) + 1);
      }
    }

    private void buy(Turn turn, String shelf, long stock) {
      Key key = key(turn, shelf);
      long taken = turn.get(shelves, key);
      if (taken >= stock) {
        throw soldOut();
      }
      turn.set(shelves, key, taken + 1);
    }

    private static ServiceException soldOut() {
      return ServiceException.of(ErrorReason.ERROR_REASON_BUDGET_EXHAUSTED, "nothing is left");
    }

    private static Key key(Turn turn, String name) {
      return new Key(turn.viewer().merchantId(), name);
    }
  }
}
