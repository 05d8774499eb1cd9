-- The version in force; 0 until the first is stored. Its lock puts a merchant's changes in order.
CREATE TABLE program_head (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (merchant_id)
);

-- Every version that was ever applied: the document as it was written and the program (flywheel.v1.Program) that was
-- read from it, with all defaults filled in. Rows are never changed.
CREATE TABLE program_version (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  document MEDIUMTEXT CHARACTER SET utf8mb4 NOT NULL,
  program MEDIUMBLOB NOT NULL,
  name VARCHAR(100) CHARACTER SET utf8mb4 NOT NULL,
  note VARCHAR(500) CHARACTER SET utf8mb4 NOT NULL,
  applied_by VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  applied_at_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, version)
);

-- The requests that applied a version, with what they were answered (flywheel.v1.ApplyProgramResponse). Every version
-- has one, so that the rows are few and stay.
CREATE TABLE program_request (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_hash BINARY(32) NOT NULL,
  answer BLOB NOT NULL,
  created_at_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, request_id)
);
