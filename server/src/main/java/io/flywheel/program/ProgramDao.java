package io.flywheel.program;

import com.google.common.hash.HashCode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The SQL of programs, within the transaction of the handle. Not thread-safe. */
@SuppressWarnings("ArrayRecordComponent") // rows as they are stored, which nobody compares
final class ProgramDao {

  /** A version as it is stored. */
  record StoredVersion(ProgramVersion version, String document, Program program) {}

  /** What a request was answered. */
  record StoredAnswer(HashCode contentHash, ApplyProgramResponse answer) {}

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

  /** Locks the merchant's programs until the transaction ends, and tells the version in force. */
  long lockHead(String merchantId) {
    handle
        .createUpdate(
            """
            INSERT INTO program_head (merchant_id, version) VALUES (:merchantId, 0)
            ON DUPLICATE KEY UPDATE version = version
            """)
        .bind("merchantId", merchantId)
        .execute();
    return handle
        .createQuery("SELECT version FROM program_head WHERE merchant_id = :merchantId FOR UPDATE")
        .bind("merchantId", merchantId)
        .mapTo(Long.class)
        .one();
  }

  void moveHead(String merchantId, long version) {
    handle
        .createUpdate("UPDATE program_head SET version = :version WHERE merchant_id = :merchantId")
        .bind("merchantId", merchantId)
        .bind("version", version)
        .execute();
  }

  void insertVersion(String merchantId, StoredVersion stored) {
    ProgramVersion version = stored.version();
    handle
        .createUpdate(
            """
            INSERT INTO program_version
              (merchant_id, version, document, program, name, note, applied_by, applied_at_ms)
            VALUES
              (:merchantId, :version, :document, :program, :name, :note, :appliedBy, :appliedAtMs)
            """)
        .bind("merchantId", merchantId)
        .bind("version", version.getVersion())
        .bind("document", stored.document())
        .bind("program", stored.program().toByteArray())
        .bind("name", version.getName())
        .bind("note", version.getNote())
        .bind("appliedBy", version.getAppliedBy())
        .bind("appliedAtMs", Timestamps.toMillis(version.getAppliedAt()))
        .execute();
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

  Optional<StoredAnswer> findAnswer(String merchantId, String requestId) {
    return handle
        .createQuery(
            """
            SELECT content_hash, answer FROM program_request
            WHERE merchant_id = :merchantId AND request_id = :requestId
            """)
        .bind("merchantId", merchantId)
        .bind("requestId", requestId)
        .map((row, context) -> answer(row))
        .findOne();
  }

  void insertAnswer(String merchantId, String requestId, StoredAnswer stored, long nowMillis) {
    handle
        .createUpdate(
            """
            INSERT INTO program_request
              (merchant_id, request_id, content_hash, answer, created_at_ms)
            VALUES
              (:merchantId, :requestId, :contentHash, :answer, :createdAtMs)
            """)
        .bind("merchantId", merchantId)
        .bind("requestId", requestId)
        .bind("contentHash", stored.contentHash().asBytes())
        .bind("answer", stored.answer().toByteArray())
        .bind("createdAtMs", nowMillis)
        .execute();
  }

  private static Program program(ResultSet row) throws SQLException {
    return parse(Program.parser(), row.getBytes("program"));
  }

  private static StoredAnswer answer(ResultSet row) throws SQLException {
    return new StoredAnswer(
        HashCode.fromBytes(row.getBytes("content_hash")),
        parse(ApplyProgramResponse.parser(), row.getBytes("answer")));
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
