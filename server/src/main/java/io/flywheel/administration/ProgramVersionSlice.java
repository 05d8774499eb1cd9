package io.flywheel.administration;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.program.ProgramStore;
import io.flywheel.program.StoredVersion;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramVersion;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** The versions of merchants' programs, which are only ever added. Thread-safe. */
final class ProgramVersionSlice implements Slice<VersionKey, StoredVersion> {
  private static final StoredVersion NONE =
      new StoredVersion(ProgramVersion.getDefaultInstance(), "", Program.getDefaultInstance());

  private final ProgramStore programs;

  @Inject
  ProgramVersionSlice(ProgramStore programs) {
    this.programs = programs;
  }

  @Override
  public StoredVersion initial(VersionKey key) {
    return NONE;
  }

  @Override
  public void load(
      Script script,
      SortedSet<VersionKey> keys,
      boolean lock,
      BiConsumer<VersionKey, StoredVersion> found) {
    for (VersionKey key : keys) {
      programs
          .version(script.handle(), key.viewer().merchantId(), key.version())
          .ifPresent(version -> found.accept(key, version));
    }
  }

  @Override
  public void save(Script script, Map<VersionKey, StoredVersion> added) {
    script.write(
        """
        INSERT INTO program_version
          (merchant_id, version, document, program, name, note, applied_by, applied_at_ms)
        VALUES\
        """,
        8,
        "",
        added.entrySet(),
        (values, row) -> {
          ProgramVersion version = row.getValue().version();
          values.text(row.getKey().viewer().merchantId());
          values.number(version.getVersion());
          values.text(row.getValue().document());
          values.bytes(row.getValue().program().toByteArray());
          values.text(version.getName());
          values.text(version.getNote());
          values.text(version.getAppliedBy());
          values.number(Timestamps.toMillis(version.getAppliedAt()));
        });
  }
}
