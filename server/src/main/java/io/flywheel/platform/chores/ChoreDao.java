package io.flywheel.platform.chores;

import com.google.inject.Inject;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who does which chore, and how far it has come. Thread-safe. */
final class ChoreDao {
  @Inject
  ChoreDao() {}

  /** Makes a chore known, due at once. */
  void create(Handle handle, String name) {
    handle
        .createUpdate(
            """
            INSERT IGNORE INTO chore (chore_name, owner, lease_ms, due_ms, progress)
            VALUES (:name, '', 0, 0, '')\
            """)
        .bind("name", name)
        .execute();
  }

  /**
   * Takes a chore that is due and that nobody else does.
   *
   * @return whether it was taken
   */
  boolean take(Handle handle, String name, String owner, long nowMillis, long leaseMillis) {
    return handle
            .createUpdate(
                """
                UPDATE chore SET owner = :owner, lease_ms = :lease
                WHERE chore_name = :name AND due_ms <= :now AND (owner = :owner OR lease_ms <= :now)\
                """)
            .bind("name", name)
            .bind("owner", owner)
            .bind("now", nowMillis)
            .bind("lease", leaseMillis)
            .execute()
        == 1;
  }

  /** How far a chore has come, and locks it; empty: it is somebody else's by now. */
  Optional<byte[]> progress(Handle handle, String name, String owner) {
    return handle
        .createQuery(
            """
            SELECT progress FROM chore WHERE chore_name = :name AND owner = :owner FOR UPDATE\
            """)
        .bind("name", name)
        .bind("owner", owner)
        .mapTo(byte[].class)
        .findOne();
  }

  /** Notes how far it has come, and keeps it for longer. */
  void advance(Handle handle, String name, byte[] progress, long leaseMillis) {
    handle
        .createUpdate(
            "UPDATE chore SET progress = :progress, lease_ms = :lease WHERE chore_name = :name")
        .bind("name", name)
        .bind("progress", progress)
        .bind("lease", leaseMillis)
        .execute();
  }

  /** Ends it until it is due again. */
  void end(Handle handle, String name, long dueMillis) {
    handle
        .createUpdate(
            """
            UPDATE chore SET owner = '', lease_ms = 0, due_ms = :due, progress = ''
            WHERE chore_name = :name\
            """)
        .bind("name", name)
        .bind("due", dueMillis)
        .execute();
  }
}
