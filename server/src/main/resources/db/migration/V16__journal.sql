-- The journal: every action that took effect, with the facts that it set off, in the transaction that made it so. A log
-- is written by one lane of one node for one merchant, and its rows are numbered from 1 without a gap. order_us puts the
-- rows of all logs of a merchant in order: it is the time in microseconds, and greater than that of every row that was
-- there when the transaction had taken its locks. head is the last number of a log, whose lock the transaction holds;
-- the log 0 has no rows, and its order_us is the greatest of logs that are gone.
CREATE TABLE journal_log (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  log_id BIGINT NOT NULL,
  head BIGINT NOT NULL,
  order_us BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, log_id)
);

-- What a transaction carried out for a merchant: a flywheel.state.v1.JournalBatch, deflated.
CREATE TABLE journal_batch (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  log_id BIGINT NOT NULL,
  batch_number BIGINT NOT NULL,
  order_us BIGINT NOT NULL,
  records INT NOT NULL,
  body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, log_id, batch_number)
);

-- How far somebody has read a merchant's journal (flywheel.state.v1.JournalPosition); what was not read yet is kept.
CREATE TABLE journal_reader (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reader_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  position MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, reader_id)
);

-- What the texts of a merchant's viewers are hashed with before they are written into the journal.
CREATE TABLE journal_salt (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  salt BINARY(32) NOT NULL,
  PRIMARY KEY (merchant_id)
);
