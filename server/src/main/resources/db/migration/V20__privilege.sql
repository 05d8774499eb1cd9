-- The privileges that viewers were granted, by their grants. ends_ms: when one ends, also by being taken back; null: it
-- does not.
CREATE TABLE viewer_privilege (
  merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  viewer_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  grant_number BIGINT NOT NULL,
  privilege_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ends_ms BIGINT NULL,
  PRIMARY KEY (merchant_id, viewer_id, grant_number)
);

-- Kind 5 is a privilege. What was taken back has ended then.
INSERT INTO viewer_privilege (merchant_id, viewer_id, grant_number, privilege_id, ends_ms)
SELECT g.merchant_id, g.viewer_id, g.grant_number, g.subject_id,
  CASE
    WHEN r.revoked_ms IS NULL THEN g.expires_ms
    WHEN g.expires_ms IS NULL OR r.revoked_ms < g.expires_ms THEN r.revoked_ms
    ELSE g.expires_ms
  END
FROM viewer_grant g
LEFT JOIN grant_revocation r
  ON r.merchant_id = g.merchant_id AND r.viewer_id = g.viewer_id AND r.grant_number = g.grant_number
WHERE g.kind = 5;
