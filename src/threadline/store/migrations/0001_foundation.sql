-- Tenants, keys, accounts; people, conversations, messages; sends; events; work that is due.
-- Times are epoch milliseconds, UTC. Flags are 0 or 1. Columns that hold JSON say so.

CREATE TABLE tenants (
    tenant_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    sandbox INTEGER NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE api_keys (
    key_id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (tenant_id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE,
    rights TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);

CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id, created_at);

-- revision: grows with every change of what reads of the account show, in the transaction that makes it.
CREATE TABLE accounts (
    account_id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (tenant_id),
    user_id TEXT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT,
    state_until BIGINT,
    profile_id TEXT,
    full_name TEXT,
    vanity TEXT,
    headline TEXT,
    premium INTEGER NOT NULL DEFAULT 0,
    proven_at BIGINT,
    caught_up_at BIGINT,
    created_at BIGINT NOT NULL,
    sealed_session TEXT,
    event_sequence BIGINT NOT NULL DEFAULT 0,
    revision BIGINT NOT NULL DEFAULT 0,
    UNIQUE (tenant_id, user_id)
);

-- How far the inbox of an account has been read from LinkedIn.
CREATE TABLE sync_positions (
    account_id TEXT PRIMARY KEY,
    sync_token TEXT,
    baseline_at BIGINT,
    followed_until BIGINT,
    listed_at BIGINT,
    walks TEXT NOT NULL
);

CREATE TABLE people (
    account_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    headline TEXT,
    distance TEXT,
    member_number BIGINT,
    vanity TEXT,
    page_url TEXT,
    picture_url TEXT,
    location TEXT,
    premium INTEGER,
    profile_read_at BIGINT,
    PRIMARY KEY (account_id, person_id)
);

-- Every name by which a person was ever known: vanity names in lower case.
CREATE TABLE people_aliases (
    account_id TEXT NOT NULL,
    alias TEXT NOT NULL,
    person_id TEXT NOT NULL,
    PRIMARY KEY (account_id, alias)
);

-- participants: JSON list of the others in short form, as an inbox list shows them.
-- history_from: messages delivered at or after it are all stored. history_complete: there are no older ones.
CREATE TABLE conversations (
    account_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    folder TEXT NOT NULL,
    kind TEXT NOT NULL,
    categories TEXT NOT NULL,
    group_chat INTEGER NOT NULL,
    title TEXT,
    state TEXT,
    type_text TEXT,
    created_at BIGINT,
    last_activity_at BIGINT NOT NULL,
    last_read_at BIGINT,
    is_read INTEGER NOT NULL,
    unread_count INTEGER NOT NULL,
    notification_status TEXT,
    disabled_features TEXT NOT NULL,
    direct_peer TEXT,
    participants TEXT NOT NULL,
    last_message_id TEXT,
    last_message_at BIGINT,
    last_text TEXT,
    last_from_me INTEGER,
    last_sender_id TEXT,
    history_from BIGINT,
    history_complete INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, thread_id)
);

CREATE INDEX conversations_by_activity ON conversations (account_id, last_activity_at, thread_id);
CREATE INDEX conversations_by_folder ON conversations (account_id, folder, last_activity_at, thread_id);
CREATE INDEX conversations_by_peer ON conversations (account_id, direct_peer, last_activity_at, thread_id)
    WHERE direct_peer IS NOT NULL;

CREATE TABLE conversation_participants (
    account_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    PRIMARY KEY (account_id, person_id, thread_id)
);

CREATE INDEX conversation_participants_by_thread ON conversation_participants (account_id, thread_id, person_id);

-- attributes, content, reactions: JSON lists.
CREATE TABLE messages (
    account_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    delivered_at BIGINT NOT NULL,
    from_me INTEGER NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    subject TEXT,
    origin_token TEXT,
    render_format TEXT NOT NULL,
    content TEXT NOT NULL,
    reactions TEXT NOT NULL,
    fallback_text TEXT,
    PRIMARY KEY (account_id, message_id)
);

CREATE INDEX messages_by_thread ON messages (account_id, thread_id, delivered_at, message_id);

CREATE TABLE sends (
    account_id TEXT NOT NULL,
    send_id TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    recipient_id TEXT,
    thread_id TEXT,
    phase TEXT,
    origin_token TEXT NOT NULL,
    tracking_id TEXT NOT NULL,
    direct INTEGER NOT NULL,
    message_id TEXT,
    error_code TEXT,
    error_message TEXT,
    retry_safe INTEGER,
    created_at BIGINT NOT NULL,
    claimed_at BIGINT,
    called_at BIGINT,
    unknown_at BIGINT,
    settled_at BIGINT,
    checks INTEGER NOT NULL DEFAULT 0,
    absent_at BIGINT,
    PRIMARY KEY (account_id, send_id)
);

CREATE UNIQUE INDEX sends_by_token ON sends (account_id, origin_token);
CREATE INDEX sends_open ON sends (account_id, created_at, send_id)
    WHERE state IN ('queued', 'sending', 'unknown');

-- data: JSON object.
CREATE TABLE events (
    account_id TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    tenant_id TEXT NOT NULL,
    thread_id TEXT,
    occurred_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    from_me INTEGER,
    origin TEXT,
    backfilled INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (account_id, sequence)
);

CREATE UNIQUE INDEX events_by_id ON events (account_id, event_id);

-- The truth about work that is due; a wake only says look now. version grows with every wake.
CREATE TABLE due_work (
    kind TEXT NOT NULL,
    work_key TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (kind, work_key)
);

CREATE INDEX due_work_by_time ON due_work (due_at);
