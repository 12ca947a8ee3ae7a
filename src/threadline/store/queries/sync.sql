-- name: by_account
-- How far an account has been read.
SELECT account_id, sync_token, baseline_at, listed_at, walks FROM sync_positions WHERE account_id = :account_id;

-- name: put
-- How far an account has been read.
INSERT INTO sync_positions (account_id, sync_token, baseline_at, listed_at, walks)
VALUES (:account_id, :sync_token, :baseline_at, :listed_at, :walks)
ON CONFLICT (account_id) DO UPDATE SET sync_token = excluded.sync_token, baseline_at = excluded.baseline_at,
    listed_at = excluded.listed_at, walks = excluded.walks;

-- name: set_token
-- Everything up to this token has been stored.
UPDATE sync_positions SET sync_token = :sync_token WHERE account_id = :account_id;
