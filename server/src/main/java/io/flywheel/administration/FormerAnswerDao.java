package io.flywheel.administration;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ApplyProgramResponse;
import io.flywheel.v1.ErrorReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The answers to ApplyProgram that were given before it was an action: the action log has those
 * since. Thread-safe.
 */
final class FormerAnswerDao {
  private final Database database;

  @Inject
  FormerAnswerDao(Database database) {
    this.database = database;
  }

  private record Answer(HashCode contentHash, ApplyProgramResponse response) {}

  /**
   * The answer to a request; empty: none was given then.
   *
   * @throws ServiceException REQUEST_ID_REUSED if the id was used for another content
   */
  Optional<ApplyProgramResponse> find(String merchantId, ApplyProgramRequest request) {
    HashCode contentHash = Hashing.sha256().hashBytes(request.toByteArray());
    return database
        .read(handle ->
            handle
                .createQuery(
                    """
                    SELECT content_hash, answer FROM program_request
                    WHERE merchant_id = :merchantId AND request_id = :requestId
                    """)
                .bind("merchantId", merchantId)
                .bind("requestId", request.getRequestId())
                .map((row, context) -> answer(row))
                .findOne())
        .map(answer -> {
          if (!answer.contentHash.equals(contentHash)) {
            throw ServiceException.of(
                ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
                "this id was used before with another content; use a new id for a new request");
          }
          return answer.response;
        });
  }

  private static Answer answer(ResultSet row) throws SQLException {
    try {
      return new Answer(
          HashCode.fromBytes(row.getBytes("content_hash")),
          ApplyProgramResponse.parseFrom(row.getBytes("answer")));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("program_request.answer can't be read", e);
    }
  }
}
