-- name: insert
-- A new account.
INSERT INTO accounts (account_id, tenant_id, user_id, state, created_at)
VALUES (:account_id, :tenant_id, :user_id, :state, :created_at);

-- name: all
-- Every account, oldest first.
SELECT account_id, tenant_id, user_id, state, state_reason, state_until, profile_id, full_name, vanity, headline,
    premium, proven_at, caught_up_at, created_at, revision, sales_seat
FROM accounts ORDER BY created_at, account_id;

-- name: ids
-- The ids of some accounts, in their order.
SELECT account_id FROM accounts WHERE account_id > :above ORDER BY account_id LIMIT :count;

-- name: of_tenant
-- The accounts of a tenant, oldest first.
SELECT account_id, tenant_id, user_id, state, state_reason, state_until, profile_id, full_name, vanity, headline,
    premium, proven_at, caught_up_at, created_at, revision, sales_seat
FROM accounts WHERE tenant_id = :tenant_id ORDER BY created_at, account_id;

-- name: by_id
-- One account.
SELECT account_id, tenant_id, user_id, state, state_reason, state_until, profile_id, full_name, vanity, headline,
    premium, proven_at, caught_up_at, created_at, revision, sales_seat
FROM accounts WHERE account_id = :account_id;

-- name: by_user
-- The account of a user.
SELECT account_id, tenant_id, user_id, state, state_reason, state_until, profile_id, full_name, vanity, headline,
    premium, proven_at, caught_up_at, created_at, revision, sales_seat
FROM accounts WHERE tenant_id = :tenant_id AND user_id = :user_id;

-- name: set_state
-- An account enters a state.
UPDATE accounts SET state = :state, state_reason = :state_reason, state_until = :state_until
WHERE account_id = :account_id;

-- name: set_owner
-- Who the account's owner is, as LinkedIn said.
UPDATE accounts SET profile_id = :profile_id, full_name = :full_name, vanity = :vanity, headline = :headline,
    premium = :premium
WHERE account_id = :account_id;

-- name: set_proven
-- When LinkedIn last answered for the account.
UPDATE accounts SET proven_at = :proven_at
WHERE account_id = :account_id AND (proven_at IS NULL OR proven_at < :proven_at);

-- name: set_caught_up
-- The first backfill ended.
UPDATE accounts SET caught_up_at = :caught_up_at WHERE account_id = :account_id;

-- name: session
-- The sealed session.
SELECT sealed_session FROM accounts WHERE account_id = :account_id;

-- name: set_session
-- The session was linked, changed by LinkedIn, or taken out.
UPDATE accounts SET sealed_session = :sealed_session WHERE account_id = :account_id;

-- name: take_sequences
-- The next numbers of the account's log; the row stays locked, so that they commit in order.
UPDATE accounts SET event_sequence = event_sequence + :count WHERE account_id = :account_id
RETURNING event_sequence, tenant_id;

-- name: raise_revision
-- What reads of the account show is about to change.
UPDATE accounts SET revision = revision + 1 WHERE account_id = :account_id;

-- name: revision
-- The account's revision as it is stored now.
SELECT revision FROM accounts WHERE account_id = :account_id;

-- name: set_sales_seat
-- Whether the account has a Sales Navigator seat.
UPDATE accounts SET sales_seat = :sales_seat WHERE account_id = :account_id;
