package io.flywheel.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Collection;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;

/** Which versions of merchants' programs are in force, as it is read with other things. */
final class ProgramVersions {
  private ProgramVersions() {}

  /** Adds to a script the reading of the versions; merchants without a program have none. */
  static void find(Script script, Collection<String> merchantIds, ObjLongConsumer<String> found) {
    script.read(
        "SELECT merchant_id, version FROM program_head WHERE merchant_id IN",
        List.of(),
        "AND version > 0",
        merchantIds,
        (values, merchantId) -> values.text(merchantId),
        row -> found.accept(row.getString("merchant_id"), row.getLong("version")));
  }

  /** Adds to a script the reading of one merchant's, as a part of a statement that reads states. */
  static void findWithStates(Script script, String merchantId, LongConsumer found) {
    script.readState(
        """
        SELECT merchant_id AS viewer_id, CAST(version AS BINARY) AS state FROM program_head
        WHERE version > 0 AND merchant_id = ? AND merchant_id IN\
        """,
        merchantId,
        List.of(merchantId),
        (values, id) -> values.text(id),
        row -> found.accept(Long.parseLong(new String(row.getBytes("state"), US_ASCII))));
  }
}
