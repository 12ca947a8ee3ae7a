-- name: put
-- Everything that changed in a conversation before the token is stored.
INSERT INTO thread_positions (account_id, thread_id, sync_token) VALUES (:account_id, :thread_id, :sync_token)
ON CONFLICT (account_id, thread_id) DO UPDATE SET sync_token = excluded.sync_token;

-- name: remove_thread
-- A conversation is gone.
DELETE FROM thread_positions WHERE account_id = :account_id AND thread_id = :thread_id;
