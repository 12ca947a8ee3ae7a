-- Receipts, typing, sync tokens of threads, what was deleted; inboxes beside the main one.
-- changed_revision: the revision of the account when the row last changed. A copy that was read from LinkedIn
-- before that may be older than the row, and does not replace it.

-- sales_seat: whether the account has a Sales Navigator seat, 0 or 1; NULL until that is known.
ALTER TABLE accounts ADD COLUMN sales_seat INTEGER;

-- source: the inbox that a conversation belongs to, `linkedin_inbox` or `sales_navigator`.
ALTER TABLE conversations ADD COLUMN source TEXT NOT NULL DEFAULT 'linkedin_inbox';
ALTER TABLE conversations ADD COLUMN changed_revision BIGINT NOT NULL DEFAULT 0;

ALTER TABLE messages ADD COLUMN changed_revision BIGINT NOT NULL DEFAULT 0;

-- How far each of the others has seen a conversation: message_at is when the message was delivered.
CREATE TABLE receipts (
    account_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    message_at BIGINT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread_id, person_id)
);

-- Who types where; a row that is past until_at means nothing any more.
CREATE TABLE typing (
    account_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread_id, person_id)
);

-- Everything that changed in a conversation before its token is stored.
CREATE TABLE thread_positions (
    account_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    sync_token TEXT NOT NULL,
    PRIMARY KEY (account_id, thread_id)
);

-- Conversations and messages that were deleted at LinkedIn: a copy that was read before that brings none back.
CREATE TABLE deletions (
    account_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    changed_revision BIGINT NOT NULL,
    PRIMARY KEY (account_id, item_id)
);
