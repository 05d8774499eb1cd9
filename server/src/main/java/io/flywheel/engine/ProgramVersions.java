package io.flywheel.engine;

import java.util.Collection;
import java.util.List;
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
}
