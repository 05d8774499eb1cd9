-- Whether a lottery is open: state is a flywheel.state.v1.LotteryGate, the same in each part. Who draws locks the
-- viewer's part and finds it open; who withdraws the lottery locks all of them. Shared.
CREATE TABLE lottery_gate (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lottery_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  part TINYINT NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (merchant_id, lottery_id, part)
);
