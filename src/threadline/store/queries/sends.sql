-- name: insert
-- A send is accepted.
INSERT INTO sends (account_id, send_id, state, body, composition, channel, group_members, typing, recipient_id, target,
    thread_id, phase, origin_token, tracking_id, direct, priority, send_at, ready_at, if_last, inmail,
    idempotency_key, batch_id, created_at, claimed_at, lease_token, lease_until, charged_on, charged, called_at)
VALUES (:account_id, :send_id, :state, :body, :composition, :channel, :group_members, :typing, :recipient_id, :target,
    :thread_id, :phase, :origin_token, :tracking_id, :direct, :priority, :send_at, :ready_at, :if_last, :inmail,
    :idempotency_key, :batch_id, :created_at, :claimed_at, :lease_token, :lease_until, :charged_on, :charged,
    :called_at);

-- name: by_id
-- One send.
SELECT * FROM sends WHERE account_id = :account_id AND send_id = :send_id;

-- name: by_token
-- The send whose echo carries a token.
SELECT * FROM sends WHERE account_id = :account_id AND origin_token = :origin_token;

-- name: by_message
-- The send that a message of LinkedIn's settled.
SELECT * FROM sends WHERE account_id = :account_id AND message_id = :message_id;

-- name: in_state
-- The sends of an account in one state, oldest first.
SELECT * FROM sends WHERE account_id = :account_id AND state = :state ORDER BY send_id;

-- name: waiting
-- What pacing asks of the sends that wait, are on their way, or may have left; they_wrote_last: 1 or 0, or NULL.
SELECT s.send_id, s.state, s.priority, s.ready_at, s.direct, s.thread_id, s.recipient_id, s.target, s.group_members,
    s.inmail, s.channel, s.created_at, s.lease_until, 1 - c.last_from_me AS they_wrote_last
FROM sends s LEFT JOIN conversations c ON c.account_id = s.account_id AND c.thread_id = s.thread_id
WHERE s.account_id = :account_id AND s.state IN ('queued', 'sending', 'unknown')
ORDER BY s.created_at, s.send_id;

-- name: any_queued
-- Whether anything waits.
SELECT 1 AS found FROM sends WHERE account_id = :account_id AND state = 'queued' LIMIT 1;

-- name: leaving
-- The sends of every account that are on their way.
SELECT * FROM sends WHERE state = 'sending' ORDER BY account_id;

-- name: claim
-- A queued send is claimed, if none of its account is on its way; no row when another was quicker.
UPDATE sends SET state = 'sending', claimed_at = :now, called_at = :called_at, lease_token = :lease_token,
    lease_until = :lease_until, charged_on = :charged_on, charged = :charged
WHERE account_id = :account_id AND send_id = :send_id AND state = 'queued'
    AND NOT EXISTS (SELECT 1 FROM sends other WHERE other.account_id = :account_id AND other.state = 'sending')
RETURNING *;

-- name: renew
-- The task that lets a send leave goes on.
UPDATE sends SET lease_until = :lease_until
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending' AND lease_token = :lease_token;

-- name: aimed
-- The recipient of a claimed send is known now.
UPDATE sends SET recipient_id = :recipient_id, thread_id = :thread_id
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending' AND lease_token = :lease_token;

-- name: mark_called
-- LinkedIn is about to be called for a claimed send; touches no row when the lease was taken over.
UPDATE sends SET called_at = :now, thread_id = :thread_id, phase = :phase, lease_until = :lease_until,
    composition = :composition, inmail = :inmail, charged = :charged
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending' AND lease_token = :lease_token;

-- name: mark_refused
-- LinkedIn provably took nothing: a claimed send has not been called, and will carry something else elsewhere.
UPDATE sends SET called_at = NULL, phase = NULL, composition = :composition
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending' AND lease_token = :lease_token;

-- name: requeue
-- A claimed send that provably did not leave waits again, in its old place.
UPDATE sends SET state = 'queued', claimed_at = NULL, called_at = NULL, lease_token = NULL, lease_until = NULL,
    charged_on = NULL, charged = NULL
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending' AND lease_token = :lease_token;

-- name: put_off
-- A queued send may leave only later.
UPDATE sends SET ready_at = :ready_at
WHERE account_id = :account_id AND send_id = :send_id AND state = 'queued' AND ready_at < :ready_at;

-- name: sent
-- LinkedIn's message id is in hand.
UPDATE sends SET state = 'sent', message_id = :message_id, thread_id = :thread_id, settled_at = :now,
    lease_token = NULL, lease_until = NULL, error_code = NULL, error_message = NULL, error_next_step = NULL,
    error_details = NULL, retry_safe = NULL
WHERE account_id = :account_id AND send_id = :send_id AND state IN ('sending', 'unknown');

-- name: failed
-- A claimed or unknown send did not leave, and will not; lease_token: of the task that had claimed it.
UPDATE sends SET state = 'failed', error_code = :error_code, error_message = :error_message,
    error_next_step = :error_next_step, error_details = :error_details, retry_safe = :retry_safe, settled_at = :now,
    lease_token = NULL, lease_until = NULL, charged_on = NULL, charged = NULL
WHERE account_id = :account_id AND send_id = :send_id AND state = :state
    AND (state = 'unknown' OR state = 'sending' AND lease_token = :lease_token);

-- name: unknown
-- The answer was lost after the message may have left.
UPDATE sends SET state = 'unknown', unknown_at = :now, error_message = :error_message, lease_token = NULL,
    lease_until = NULL
WHERE account_id = :account_id AND send_id = :send_id AND state = 'sending' AND lease_token = :lease_token;

-- name: checked
-- The thread was read for an unknown send, and did not show it.
UPDATE sends SET checks = checks + 1, absent_at = :absent_at
WHERE account_id = :account_id AND send_id = :send_id AND state = 'unknown';

-- name: left_alone
-- Its caller waits no longer: what passes makes it wait, and no longer fail.
UPDATE sends SET direct = 0
WHERE account_id = :account_id AND send_id = :send_id AND direct = 1 AND state IN ('queued', 'sending', 'unknown');

-- name: edit
-- A send that has not been claimed is changed.
UPDATE sends SET body = :body, composition = :composition, send_at = :send_at, ready_at = :ready_at,
    priority = :priority
WHERE account_id = :account_id AND send_id = :send_id AND state IN ('draft', 'queued');

-- name: cancel
-- A send that has not been claimed is taken back.
UPDATE sends SET state = 'cancelled', settled_at = :now
WHERE account_id = :account_id AND send_id = :send_id AND state IN ('draft', 'queued');

-- name: release
-- A draft may leave.
UPDATE sends SET state = 'queued', ready_at = :ready_at
WHERE account_id = :account_id AND send_id = :send_id AND state = 'draft';

-- name: credits_left
-- How many InMail credits LinkedIn said were left after a send.
UPDATE sends SET credits_left = :credits_left WHERE account_id = :account_id AND send_id = :send_id;

-- name: page
-- A page of the sends of an account, newest first.
SELECT * FROM sends WHERE account_id = :account_id AND send_id < :before_id ORDER BY send_id DESC LIMIT :count;

-- name: page_in_state
-- The same, of those in one state.
SELECT * FROM sends WHERE account_id = :account_id AND state = :state AND send_id < :before_id
ORDER BY send_id DESC LIMIT :count;

-- name: page_of_batch
-- The same, of those of one batch; state, thread_id: of those alone, where they are not empty.
SELECT * FROM sends WHERE account_id = :account_id AND batch_id = :batch_id AND send_id < :before_id
    AND (:state = '' OR state = :state) AND (:thread_id = '' OR thread_id = :thread_id)
ORDER BY send_id DESC LIMIT :count;

-- name: page_of_conversation
-- The same, of those to one conversation; state: of that alone, where it is not empty.
SELECT * FROM sends WHERE account_id = :account_id AND thread_id = :thread_id AND send_id < :before_id
    AND (:state = '' OR state = :state)
ORDER BY send_id DESC LIMIT :count;

-- name: counted
-- How many sends of an account are in each state that they can still leave.
SELECT state, COUNT(*) AS found FROM sends
WHERE account_id = :account_id AND state IN ('draft', 'queued', 'sending', 'unknown') GROUP BY state;
