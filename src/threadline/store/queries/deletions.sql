-- name: put
-- A conversation or a message was deleted at LinkedIn.
INSERT INTO deletions (account_id, item_id, changed_revision)
VALUES (:account_id, :item_id, COALESCE((SELECT revision FROM accounts WHERE account_id = :account_id), 0))
ON CONFLICT (account_id, item_id) DO UPDATE SET changed_revision = excluded.changed_revision;
