-- The points ledger: one row is one transfer between two accounts, and rows are never changed. Accounts are 1 issuance,
-- 2 viewer, 3 pending, 4 spent, 5 expired; kind is the number of a flywheel.v1.PointsEntryKind, which says the same.
-- balance and pending are the viewer's own after the transfer, cause is a flywheel.v1.Cause, occurred_ms the time of
-- the action.
CREATE TABLE ledger_entry (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  entry_number BIGINT NOT NULL,
  kind TINYINT NOT NULL,
  debit_account TINYINT NOT NULL,
  credit_account TINYINT NOT NULL,
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  cause BLOB NOT NULL,
  occurred_ms BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id, entry_number)
);

-- A viewer's points as rules need them: flywheel.state.v1.PointsState.
CREATE TABLE points_state (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state MEDIUMBLOB NOT NULL,
  PRIMARY KEY (merchant_id, viewer_id)
);

-- What each account of a merchant's ledger comes to, over all viewers. An account's balance is the sum of its shards.
CREATE TABLE ledger_account (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account TINYINT NOT NULL,
  shard SMALLINT NOT NULL,
  balance BIGINT NOT NULL,
  PRIMARY KEY (merchant_id, account, shard)
);
