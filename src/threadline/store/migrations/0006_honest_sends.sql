-- The outbox: order, times and conditions of sends, leases of those that leave, idempotency keys, pacing, budgets.
-- ready_at: from when on a send may leave, and its age in the order. send_at: the time the caller asked for.
-- target: the recipient's name or address, where LinkedIn is asked who that is only when the send leaves.
-- if_last: the newest message that the caller had seen. lease_token, lease_until: who lets a claimed send leave.
-- inmail: 1 where it may cost an InMail credit.
-- charged_on, charged: the day (YYYY-MM-DD, UTC) and the kinds of budget (JSON list) that it was charged to.
-- error_details: the facts of a failure (JSON object).

ALTER TABLE sends ADD COLUMN idempotency_key TEXT;
ALTER TABLE sends ADD COLUMN batch_id TEXT;
ALTER TABLE sends ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sends ADD COLUMN send_at BIGINT;
ALTER TABLE sends ADD COLUMN ready_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sends ADD COLUMN target TEXT;
ALTER TABLE sends ADD COLUMN if_last TEXT;
ALTER TABLE sends ADD COLUMN inmail INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sends ADD COLUMN lease_token TEXT;
ALTER TABLE sends ADD COLUMN lease_until BIGINT;
ALTER TABLE sends ADD COLUMN charged_on TEXT;
ALTER TABLE sends ADD COLUMN charged TEXT;
ALTER TABLE sends ADD COLUMN credits_left INTEGER;
ALTER TABLE sends ADD COLUMN error_next_step TEXT;
ALTER TABLE sends ADD COLUMN error_details TEXT;

UPDATE sends SET ready_at = created_at;

-- One send of an account leaves at a time, whatever the processes believe.
CREATE UNIQUE INDEX sends_leaving ON sends (account_id) WHERE state = 'sending';
CREATE INDEX sends_by_state ON sends (account_id, state, send_id);
CREATE INDEX sends_by_batch ON sends (account_id, batch_id, send_id) WHERE batch_id IS NOT NULL;

-- The engine asks for the soonest work of each kind.
DROP INDEX due_work_by_time;
CREATE INDEX due_work_by_kind ON due_work (kind, due_at, work_key);

-- request_hash: of what was asked, so that another request under the same key is known for one.
CREATE TABLE idempotency_keys (
    account_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    send_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, idempotency_key)
);

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

-- How an account is paced. rules: JSON object of what its owner set. openings, slot_at, opened_at: how many opening
-- messages have left, and the planned and the true time of the last one. inmail_credits: as LinkedIn last said.
CREATE TABLE pacing (
    account_id TEXT PRIMARY KEY,
    rules TEXT NOT NULL,
    seed BIGINT NOT NULL,
    openings BIGINT NOT NULL DEFAULT 0,
    slot_at BIGINT,
    opened_at BIGINT,
    inmail_credits INTEGER,
    inmail_credits_at BIGINT
);

-- What was charged to the budgets of an account; day: YYYY-MM-DD, UTC.
CREATE TABLE budget_usage (
    account_id TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, kind)
);
