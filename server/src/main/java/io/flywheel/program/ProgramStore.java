package io.flywheel.program;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.inject.Inject;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramVersion;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The programs in force, compiled. Which version is in force is asked anew each time. Thread-safe.
 */
public final class ProgramStore {
  private final Database database;
  private final Programs programs;
  private final Cache<Key, CompiledProgram> compiled;

  private record Key(String merchantId, long version) {}

  @Inject
  ProgramStore(Database database, Programs programs, ProgramConfig config) {
    this.programs = programs;
    this.database = database;
    this.compiled = Caffeine.newBuilder().maximumSize(config.cacheSize()).build();
  }

  /** The programs in force in the caller's transaction; merchants without a program are absent. */
  public Map<String, CompiledProgram> current(Handle handle, Collection<String> merchantIds) {
    Map<String, CompiledProgram> found = new HashMap<>();
    if (!merchantIds.isEmpty()) {
      ProgramDao dao = new ProgramDao(handle);
      dao.heads(merchantIds)
          .forEach((merchantId, version) -> found.put(merchantId, load(dao, merchantId, version)));
    }
    return found;
  }

  /** The versions in force; merchants without a program are absent. */
  public Map<String, Long> versions(Collection<String> merchantIds) {
    return merchantIds.isEmpty()
        ? Map.of()
        : database.read(handle -> new ProgramDao(handle).heads(merchantIds));
  }

  /** The merchant's program in force; fails with PROGRAM_NOT_FOUND where there is none. */
  public CompiledProgram current(String merchantId) {
    CompiledProgram program =
        database.read(handle -> current(handle, List.of(merchantId)).get(merchantId));
    if (program == null) {
      throw notFound("the merchant has not applied a program yet");
    }
    return program;
  }

  /** A version as it was stored. */
  public Optional<StoredVersion> version(Handle handle, String merchantId, long version) {
    return new ProgramDao(handle).findVersion(merchantId, version);
  }

  /**
   * The versions before one, newest first.
   *
   * @param limit at most how many
   */
  public List<ProgramVersion> versionsBefore(String merchantId, long before, int limit) {
    return database.read(handle -> new ProgramDao(handle).listVersions(merchantId, before, limit));
  }

  /** Says that there is no such program. */
  public static ServiceException notFound(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_PROGRAM_NOT_FOUND, message);
  }

  /** Versions never change, so that two threads that load the same one do no harm. */
  private CompiledProgram load(ProgramDao dao, String merchantId, long version) {
    Key key = new Key(merchantId, version);
    CompiledProgram program = compiled.getIfPresent(key);
    if (program == null) {
      Program stored =
          dao.findProgram(merchantId, version)
              .orElseThrow(() -> new IllegalStateException("No " + key + " for the head"));
      program = programs.compile(version, stored);
      compiled.put(key, program);
    }
    return program;
  }
}
