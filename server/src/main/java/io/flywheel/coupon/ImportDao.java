package io.flywheel.coupon;

import com.google.inject.Inject;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.CodePool;
import io.flywheel.v1.ImportCodesResponse;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Takes in codes of lists. Thread-safe. */
final class ImportDao {
  private final Database database;

  @Inject
  ImportDao(Database database) {
    this.database = database;
  }

  /**
   * Takes in what is new of some codes.
   *
   * @throws ServiceException INVALID_FIELD if one of them is another coupon's
   */
  ImportCodesResponse take(String merchantId, String couponId, List<String> codes) {
    create(merchantId, couponId);
    return database.inInsertingTransaction(handle -> {
      long imported = lock(handle, merchantId, couponId);
      Set<String> fresh = new LinkedHashSet<>(codes);
      Map<String, String> known = known(handle, merchantId, codes);
      known.forEach((code, owner) -> {
        if (!owner.equals(couponId)) {
          throw ServiceException.invalidField(
              "codes[%d]".formatted(codes.indexOf(code)),
              "the code of another coupon, %s (expected: one that no other coupon has)"
                  .formatted(owner));
        }
      });
      fresh.removeAll(known.keySet());
      if (!fresh.isEmpty()) {
        insert(handle, merchantId, couponId, imported, fresh);
      }
      long given =
          handle
              .createQuery(
                  """
                  SELECT given FROM coupon_pool
                  WHERE merchant_id = :merchant AND coupon_id = :coupon\
                  """)
              .bind("merchant", merchantId)
              .bind("coupon", couponId)
              .mapTo(Long.class)
              .findOne()
              .orElse(0L);
      return ImportCodesResponse.newBuilder()
          .setImported(fresh.size())
          .setPool(
              CodePool.newBuilder()
                  .setCouponId(couponId)
                  .setImported(imported + fresh.size())
                  .setGiven(given))
          .build();
    });
  }

  /** Commits the row before anybody locks it, so that nobody waits for its insertion. */
  private void create(String merchantId, String couponId) {
    database
        .jdbi()
        .useHandle(handle ->
            handle
                .createUpdate(
                    """
                    INSERT IGNORE INTO coupon_import (merchant_id, coupon_id, imported)
                    VALUES (:merchant, :coupon, 0)\
                    """)
                .bind("merchant", merchantId)
                .bind("coupon", couponId)
                .execute());
  }

  /** How many codes the list has; nobody else takes in more until the transaction ends. */
  private static long lock(Handle handle, String merchantId, String couponId) {
    return handle
        .createQuery(
            """
            SELECT imported FROM coupon_import
            WHERE merchant_id = :merchant AND coupon_id = :coupon FOR UPDATE\
            """)
        .bind("merchant", merchantId)
        .bind("coupon", couponId)
        .mapTo(Long.class)
        .one();
  }

  /** Whose those of some codes are that were taken in before. */
  private static Map<String, String> known(Handle handle, String merchantId, List<String> codes) {
    Map<String, String> known = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT code, coupon_id FROM coupon_code
            WHERE merchant_id = :merchant AND code IN (<codes>)\
            """)
        .bind("merchant", merchantId)
        .bindList("codes", codes)
        .map((row, context) -> known.put(row.getString("code"), row.getString("coupon_id")))
        .list();
    return known;
  }

  private static void insert(
      Handle handle, String merchantId, String couponId, long imported, Set<String> fresh) {
    PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT INTO coupon_code (merchant_id, coupon_id, code_number, code)
            VALUES (:merchant, :coupon, :number, :code)\
            """);
    long number = imported;
    for (String code : fresh) {
      number++;
      batch
          .bind("merchant", merchantId)
          .bind("coupon", couponId)
          .bind("number", number)
          .bind("code", code)
          .add();
    }
    batch.execute();
    handle
        .createUpdate(
            """
            UPDATE coupon_import SET imported = :imported
            WHERE merchant_id = :merchant AND coupon_id = :coupon\
            """)
        .bind("imported", number)
        .bind("merchant", merchantId)
        .bind("coupon", couponId)
        .execute();
  }
}
