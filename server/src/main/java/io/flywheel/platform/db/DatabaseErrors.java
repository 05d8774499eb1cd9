package io.flywheel.platform.db;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import com.google.common.base.Throwables;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a failure of the database means for whoever met it. */
public final class DatabaseErrors {
  /**
   * The transaction lost against another: lock wait timeout, deadlock, a record changed since it
   * was read (MariaDB), and three write conflicts of TiDB.
   */
  private static final Set<Integer> CONFLICTS = Set.of(1205, 1213, 1020, 8002, 8022, 9007);

  /**
   * Too many connections, shutting down, killed, idle for too long, read-only after a failover,
   * region unavailable (TiDB).
   */
  private static final Set<Integer> UNAVAILABLE =
      Set.of(1040, 1053, 1077, 1152, 1290, 1836, 1927, 4031, 9005);

  /** Disk full, a file can't be written, the table is full. */
  private static final Set<Integer> FULL = Set.of(3, 1021, 1026, 1114);

  /** An error of the storage engine, of a commit, of a file: the message has the number of it. */
  private static final Set<Integer> MAY_BE_FULL = Set.of(1030, 1180, 1296, 1105);

  private static final Pattern SAYS_FULL =
      Pattern.compile(
          "no space left|disk.{0,9} full|table.{0,70} full|error:? (28|135|136)\\b",
          CASE_INSENSITIVE);

  private static final int DUPLICATE_KEY = 1062;

  private DatabaseErrors() {}

  /** Whether the same transaction may well succeed if it is tried again as a whole. */
  public static boolean isTransient(Throwable failure) {
    return isConflict(failure) || isUnavailable(failure) || isFull(failure);
  }

  /** Whether the transaction lost against another one. */
  public static boolean isConflict(Throwable failure) {
    return any(failure, e -> CONFLICTS.contains(e.getErrorCode()) || hasState(e, "40"));
  }

  /** Whether a row of the same key was there already. */
  public static boolean isDuplicateKey(Throwable failure) {
    return any(failure, e -> e.getErrorCode() == DUPLICATE_KEY);
  }

  /**
   * Whether the database could not be reached, or was lost on the way. A commit that fails like
   * this may or may not have taken effect.
   */
  public static boolean isUnavailable(Throwable failure) {
    return any(
        failure,
        e ->
            UNAVAILABLE.contains(e.getErrorCode())
                || hasState(e, "08")
                || e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException);
  }

  /** Whether the database has no room left for what was to be written. */
  public static boolean isFull(Throwable failure) {
    return any(
        failure,
        e ->
            FULL.contains(e.getErrorCode())
                || (MAY_BE_FULL.contains(e.getErrorCode())
                    && SAYS_FULL.matcher(String.valueOf(e.getMessage())).find()));
  }

  private static boolean hasState(SQLException e, String sqlStateClass) {
    return e.getSQLState() != null && e.getSQLState().startsWith(sqlStateClass);
  }

  private static boolean any(Throwable failure, Predicate<SQLException> test) {
    return Throwables.getCausalChain(failure).stream()
        .anyMatch(cause -> cause instanceof SQLException e && test.test(e));
  }
}
