package io.flywheel.program;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.base.Throwables;
import com.google.inject.Inject;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;

/**
 * The programs in force, compiled. Which version is in force is asked anew each time.
 *
 * <p>To compile one may take long, so lanes, which serve many merchants, leave it to threads of its
 * own; whoever reads compiles for itself. Thread-safe.
 */
public final class ProgramStore {
  /** How the threads are named that compile for lanes. */
  static final String COMPILER_THREAD = "program-compiler-";

  private static final int COMPILERS = 4;

  private static final int MAX_PREPARED = 16;

  /** How long readings may see a program that another node has replaced. */
  private static final Duration RECENT = Duration.ofSeconds(1);

  private final Database database;
  private final Programs programs;
  private final Cache<Key, CompiledProgram> compiled;

  /** What is about to be applied here, under a version that nobody knows yet. */
  private final Cache<Program, CompiledProgram> prepared =
      Caffeine.newBuilder().maximumSize(MAX_PREPARED).build();

  /** What was in force a moment ago, by merchant. */
  private final Cache<String, Recent> recent;

  /** How many programs were applied by this node. */
  private final AtomicLong applied = new AtomicLong();

  private final ConcurrentMap<Key, CompletableFuture<CompiledProgram>> underWay =
      new ConcurrentHashMap<>();
  private final Executor compiler =
      Executors.newFixedThreadPool(
          COMPILERS, Thread.ofPlatform().daemon().name(COMPILER_THREAD, 1).factory());

  private record Key(String merchantId, long version) {}

  /**
   * A program that was in force.
   *
   * @param applied how many this node had applied before it was read
   */
  private record Recent(CompiledProgram program, long applied) {}

  /**
   * Thrown where programs are in force that are being compiled; asked for again, they are there.
   */
  public static final class NotCompiled extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Map<String, CompletableFuture<?>> merchants;

    private NotCompiled(Map<String, CompletableFuture<?>> merchants) {
      super("a signal within the service", null, false, false);
      this.merchants = merchants;
    }

    /** The merchants whose programs they are, with what ends when it is worth asking again. */
    public Map<String, CompletableFuture<?>> merchants() {
      return merchants;
    }
  }

  @Inject
  ProgramStore(Database database, Programs programs, ProgramConfig config) {
    this.programs = programs;
    this.database = database;
    this.compiled = Caffeine.newBuilder().maximumSize(config.cacheSize()).build();
    this.recent =
        Caffeine.newBuilder().maximumSize(config.cacheSize()).expireAfterWrite(RECENT).build();
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

  /**
   * The programs of merchants, without waiting for one to be compiled.
   *
   * @param versions those in force
   * @throws NotCompiled if any is not compiled yet
   */
  public Map<String, CompiledProgram> compiled(Map<String, Long> versions) {
    Map<String, CompiledProgram> found = new HashMap<>();
    Map<String, CompletableFuture<?>> waiting = new TreeMap<>();
    versions.forEach((merchantId, version) -> {
      Key key = new Key(merchantId, version);
      CompiledProgram program = compiled.getIfPresent(key);
      CompletableFuture<CompiledProgram> coming = program == null ? coming(key) : null;
      if (coming == null) {
        found.put(merchantId, Objects.requireNonNull(program));
      } else if (coming.isDone()) {
        underWay.remove(key, coming);
        found.put(merchantId, result(coming));
      } else {
        waiting.put(merchantId, coming);
      }
    });
    if (!waiting.isEmpty()) {
      throw new NotCompiled(waiting);
    }
    return found;
  }

  /**
   * Compiles programs that are in force, one after the other, of those merchants first who changed
   * theirs most often.
   */
  void compileSome(int most) {
    database
        .read(handle -> new ProgramDao(handle).mostChanged(most))
        .forEach((merchantId, version) -> {
          Key key = new Key(merchantId, version);
          CompletableFuture<CompiledProgram> coming = coming(key);
          var unused = coming.handle((program, failure) -> true).join(); // whoever asks hears of it
          underWay.remove(key, coming);
        });
  }

  /** Compiles what is about to be applied, so that nobody waits for it once it is in force. */
  public void prepare(Program filled) {
    prepared.put(filled, programs.compile(0, filled));
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
      throw nothingApplied();
    }
    return program;
  }

  /** Says that the merchant has no program. */
  public static ServiceException nothingApplied() {
    return notFound("the merchant has not applied a program yet");
  }

  /** The program of a version that is stored. */
  public CompiledProgram ofVersion(String merchantId, long version) {
    CompiledProgram known = compiled.getIfPresent(new Key(merchantId, version));
    return known == null
        ? database.read(handle -> load(new ProgramDao(handle), merchantId, version))
        : known;
  }

  /**
   * The merchant's program for readings that are asked for thousands of times a second, without a
   * look into the database each time: what this node has applied counts at once, what another one
   * has within a second.
   *
   * @throws ServiceException PROGRAM_NOT_FOUND
   */
  public CompiledProgram recent(String merchantId) {
    long before = applied.get();
    Recent known = recent.getIfPresent(merchantId);
    if (known == null || known.applied != before) {
      known = new Recent(current(merchantId), before);
      recent.put(merchantId, known);
    }
    return known.program;
  }

  /** This node has applied a program, so that nothing counts as recent that was read before. */
  public void applied() {
    applied.incrementAndGet();
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

  private CompletableFuture<CompiledProgram> coming(Key key) {
    return underWay.computeIfAbsent(
        key,
        unused ->
            CompletableFuture.supplyAsync(
                () ->
                    database.read(
                        handle -> load(new ProgramDao(handle), key.merchantId, key.version)),
                compiler));
  }

  private static CompiledProgram result(CompletableFuture<CompiledProgram> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() != null) {
        Throwables.throwIfUnchecked(e.getCause());
      }
      throw e;
    }
  }

  /** Versions never change, so that two threads that load the same one do no harm. */
  private CompiledProgram load(ProgramDao dao, String merchantId, long version) {
    Key key = new Key(merchantId, version);
    CompiledProgram program = compiled.getIfPresent(key);
    if (program == null) {
      Program stored =
          dao.findProgram(merchantId, version)
              .orElseThrow(() -> new IllegalStateException("No " + key + " for the head"));
      CompiledProgram ready = prepared.getIfPresent(stored);
      program = ready == null ? programs.compile(version, stored) : ready.as(version);
      compiled.put(key, program);
    }
    return program;
  }
}
