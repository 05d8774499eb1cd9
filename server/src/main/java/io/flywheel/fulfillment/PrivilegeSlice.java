package io.flywheel.fulfillment;

import com.google.common.collect.ImmutableList;
import com.google.inject.Inject;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.fulfillment.Privileges.Held;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** The privileges that viewers were granted. Thread-safe. */
final class PrivilegeSlice implements Slice<ViewerKey, Privileges> {
  @Inject
  PrivilegeSlice() {}

  @Override
  public Privileges initial(ViewerKey key) {
    return Privileges.NONE;
  }

  @Override
  public void load(
      Script script,
      SortedSet<ViewerKey> keys,
      boolean lock,
      BiConsumer<ViewerKey, Privileges> found) {
    Map<ViewerKey, Privileges> sofar = new HashMap<>();
    ViewerRows.read(
        script,
        """
        SELECT viewer_id, grant_number, privilege_id, ends_ms FROM viewer_privilege
        WHERE merchant_id = ? AND viewer_id IN\
        """,
        "ORDER BY viewer_id, grant_number",
        keys,
        (key, row) ->
            found.accept(
                key,
                sofar.merge(
                    key,
                    new Privileges(ImmutableList.of(held(row))),
                    (before, one) -> before.with(one.held().get(0)))));
  }

  @Override
  public void save(Script script, Map<ViewerKey, Privileges> changed) {
    List<Map.Entry<ViewerKey, Held>> rows = new ArrayList<>();
    changed.forEach((key, state) -> state.held().forEach(one -> rows.add(Map.entry(key, one))));
    script.write(
        """
        INSERT INTO viewer_privilege
          (merchant_id, viewer_id, grant_number, privilege_id, ends_ms)
        VALUES\
        """,
        5,
        "ON DUPLICATE KEY UPDATE ends_ms = VALUES(ends_ms)",
        rows,
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey());
          Held one = row.getValue();
          values.number(one.grantNumber());
          values.text(one.privilegeId());
          if (one.endsMillis() == Long.MAX_VALUE) {
            values.nothing();
          } else {
            values.number(one.endsMillis());
          }
        });
  }

  private static Held held(ResultSet row) throws SQLException {
    long endsMillis = row.getLong("ends_ms");
    boolean endless = row.wasNull();
    return new Held(
        row.getLong("grant_number"),
        row.getString("privilege_id"),
        endless ? Long.MAX_VALUE : endsMillis);
  }
}
