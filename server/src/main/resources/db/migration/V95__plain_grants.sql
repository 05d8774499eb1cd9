-- Field 4 of a grant_state.state, plain, is true for viewers of whose grants none was a privilege, was taken back, not even
-- in part, or had its delivery told. To add a field to a message is to append it: 0x20 is its number, 0x01 its value.
UPDATE grant_state
SET state = CONCAT(state, X'2001')
WHERE NOT EXISTS (
    SELECT 1 FROM viewer_privilege p
    WHERE p.merchant_id = grant_state.merchant_id AND p.viewer_id = grant_state.viewer_id)
  AND NOT EXISTS (
    SELECT 1 FROM grant_revocation r
    WHERE r.merchant_id = grant_state.merchant_id AND r.viewer_id = grant_state.viewer_id)
  AND NOT EXISTS (
    SELECT 1 FROM grant_delivery d
    WHERE d.merchant_id = grant_state.merchant_id AND d.viewer_id = grant_state.viewer_id);
