-- What an account comes to over all of a merchant's viewers has no bound that eight bytes hold: each viewer can have
-- 10^15 points.
ALTER TABLE ledger_account MODIFY COLUMN balance DECIMAL(38, 0) NOT NULL;
