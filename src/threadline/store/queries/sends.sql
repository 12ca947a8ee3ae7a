-- name: insert
-- A send is accepted.
INSERT INTO sends (account_id, send_id, state, body, composition, channel, group_members, typing, recipient_id,
    thread_id, phase, origin_token, tracking_id, direct, created_at, claimed_at, called_at)
VALUES (:account_id, :send_id, :state, :body, :composition, :channel, :group_members, :typing, :recipient_id,
    :thread_id, :phase, :origin_token, :tracking_id, :direct, :created_at, :claimed_at, :called_at);

-- name: by_id
-- One send.
SELECT account_id, send_id, state, body, composition, channel, group_members, typing, recipient_id, thread_id, phase,
    origin_token, tracking_id, direct, message_id, error_code, error_message, retry_safe, created_at, claimed_at,
    called_at, unknown_at, settled_at, checks, absent_at
FROM sends WHERE account_id = :account_id AND send_id = :send_id;

-- name: by_token
-- The send whose echo carries a token.
SELECT account_id, send_id, state, body, composition, channel, group_members, typing, recipient_id, thread_id, phase,
    origin_token, tracking_id, direct, message_id, error_code, error_message, retry_safe, created_at, claimed_at,
    called_at, unknown_at, settled_at, checks, absent_at
FROM sends WHERE account_id = :account_id AND origin_token = :origin_token;

-- name: by_message
-- The send that a message of LinkedIn's settled.
SELECT account_id, send_id, state, body, composition, channel, group_members, typing, recipient_id, thread_id, phase,
    origin_token, tracking_id, direct, message_id, error_code, error_message, retry_safe, created_at, claimed_at,
    called_at, unknown_at, settled_at, checks, absent_at
FROM sends WHERE account_id = :account_id AND message_id = :message_id;

-- name: open
-- Every send of an account that waits, is on its way, or may have left; oldest first.
SELECT account_id, send_id, state, body, composition, channel, group_members, typing, recipient_id, thread_id, phase,
    origin_token, tracking_id, direct, message_id, error_code, error_message, retry_safe, created_at, claimed_at,
    called_at, unknown_at, settled_at, checks, absent_at
FROM sends WHERE account_id = :account_id AND state IN ('queued', 'sending', 'unknown')
ORDER BY created_at, send_id;

-- name: busy
-- The accounts that have a send on its way or waiting.
SELECT DISTINCT account_id FROM sends WHERE state IN ('queued', 'sending', 'unknown');

-- name: claim
-- A queued send is claimed; touches no row when another has claimed it.
UPDATE sends SET state = 'sending', claimed_at = :now, called_at = NULL
WHERE account_id = :account_id AND send_id = :send_id AND state = 'queued';

-- name: mark_called
-- LinkedIn is about to be called for a claimed send.
UPDATE sends SET called_at = :now, thread_id = :thread_id, phase = :phase
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending';

-- name: mark_refused
-- LinkedIn provably took nothing: a claimed send has not been called, and will carry something else elsewhere.
UPDATE sends SET called_at = NULL, phase = NULL, composition = :composition
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending';

-- name: requeue
-- A claimed send that provably did not leave waits again.
UPDATE sends SET state = 'queued', claimed_at = NULL, called_at = NULL
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending';

-- name: sent
-- LinkedIn's message id is in hand.
UPDATE sends SET state = 'sent', message_id = :message_id, thread_id = :thread_id, settled_at = :now,
    error_code = NULL, error_message = NULL, retry_safe = NULL
WHERE account_id = :account_id AND send_id = :send_id AND state IN ('sending', 'unknown');

-- name: failed
-- It did not leave, and will not.
UPDATE sends SET state = 'failed', error_code = :error_code, error_message = :error_message,
    retry_safe = :retry_safe, settled_at = :now
WHERE account_id = :account_id AND send_id = :send_id AND state IN ('sending', 'unknown');

-- name: unknown
-- The answer was lost after the message may have left.
UPDATE sends SET state = 'unknown', unknown_at = :now, error_message = :error_message
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending';

-- name: checked
-- The thread was read for an unknown send, and did not show it.
UPDATE sends SET checks = checks + 1, absent_at = :absent_at
WHERE account_id = :account_id AND send_id = :send_id AND state = 'unknown';
