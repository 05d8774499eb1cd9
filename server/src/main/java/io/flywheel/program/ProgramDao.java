package io.flywheel.program;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Reading programs, within the transaction of the handle. Not thread-safe. */
final class ProgramDao {
  private final Handle handle;

  ProgramDao(Handle handle) {
    this.handle = handle;
  }

  /** The versions in force; merchants without a program are absent. */
  Map<String, Long> heads(Collection<String> merchantIds) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, version FROM program_head
            WHERE merchant_id IN (<merchantIds>) AND version > 0
            """)
        .bindList("merchantIds", List.copyOf(merchantIds))
        .map((row, context) -> Map.entry(row.getString("merchant_id"), row.getLong("version")))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** The versions in force of some merchants, the highest first. */
  Map<String, Long> mostChanged(int limit) {
    Map<String, Long> versions = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            SELECT merchant_id, version FROM program_head
            WHERE version > 0
            ORDER BY version DESC
            LIMIT :limit
            """)
        .bind("limit", limit)
        .map((row, context) -> Map.entry(row.getString("merchant_id"), row.getLong("version")))
        .forEach(head -> versions.put(head.getKey(), head.getValue()));
    return versions;
  }

  Optional<Program> findProgram(String merchantId, long version) {
    return handle
        .createQuery(
            """
            SELECT program FROM program_version
            WHERE merchant_id = :merchantId AND version = :version
            """)
        .bind("merchantId", merchantId)
        .bind("version", version)
        .map((row, context) -> program(row))
        .findOne();
  }

  Optional<StoredVersion> findVersion(String merchantId, long version) {
    return handle
        .createQuery(
            """
            SELECT version, name, note, applied_by, applied_at_ms, document, program
            FROM program_version
            WHERE merchant_id = :merchantId AND version = :version
            """)
        .bind("merchantId", merchantId)
        .bind("version", version)
        .map((row, context) ->
            new StoredVersion(description(row), row.getString("document"), program(row)))
        .findOne();
  }

  /** The versions before one, newest first. */
  List<ProgramVersion> listVersions(String merchantId, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT version, name, note, applied_by, applied_at_ms
            FROM program_version
            WHERE merchant_id = :merchantId AND version < :before
            ORDER BY version DESC
            LIMIT :limit
            """)
        .bind("merchantId", merchantId)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> description(row))
        .list();
  }

  private static Program program(ResultSet row) throws SQLException {
    return parse(Program.parser(), row.getBytes("program"));
  }

  private static <T> T parse(Parser<T> parser, byte[] stored) {
    try {
      return parser.parseFrom(stored);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("A stored message is damaged", e);
    }
  }

  private static ProgramVersion description(ResultSet row) throws SQLException {
    return ProgramVersion.newBuilder()
        .setVersion(row.getLong("version"))
        .setName(row.getString("name"))
        .setNote(row.getString("note"))
        .setAppliedBy(row.getString("applied_by"))
        .setAppliedAt(Timestamps.fromMillis(row.getLong("applied_at_ms")))
        .build();
  }
}
