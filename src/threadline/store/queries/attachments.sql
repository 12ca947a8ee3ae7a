-- name: insert
-- A file that LinkedIn has taken.
INSERT INTO uploads (account_id, attachment_id, asset_urn, kind, name, media_type, byte_size, duration,
    created_at, expires_at)
VALUES (:account_id, :attachment_id, :asset_urn, :kind, :name, :media_type, :byte_size, :duration,
    :created_at, :expires_at);

-- name: by_id
-- One uploaded file.
SELECT account_id, attachment_id, asset_urn, kind, name, media_type, byte_size, duration, created_at,
    expires_at, send_id
FROM uploads WHERE account_id = :account_id AND attachment_id = :attachment_id;

-- name: attach
-- A send carries a file.
UPDATE uploads SET send_id = :send_id WHERE account_id = :account_id AND asset_urn = :asset_urn;

-- name: remove_expired
-- The files that nobody attached to a message in time.
DELETE FROM uploads WHERE account_id = :account_id AND send_id IS NULL AND expires_at <= :now;
