-- name: make
-- An account is paced from now on, by a seed of its own.
INSERT INTO pacing (account_id, rules, seed) VALUES (:account_id, :rules, :seed) ON CONFLICT (account_id) DO NOTHING;

-- name: read
-- How an account is paced, and how its sending stands.
SELECT a.account_id, a.state, a.state_until, a.created_at, t.sandbox, p.rules, p.seed, p.openings, p.slot_at,
    p.opened_at, p.inmail_credits, p.inmail_credits_at
FROM accounts a JOIN tenants t ON t.tenant_id = a.tenant_id LEFT JOIN pacing p ON p.account_id = a.account_id
WHERE a.account_id = :account_id;

-- name: metered
-- The same, with what was charged of one kind on one day.
SELECT a.account_id, a.state, a.state_until, a.created_at, t.sandbox, p.rules, p.seed, p.openings, p.slot_at,
    p.opened_at, p.inmail_credits, p.inmail_credits_at, u.used
FROM accounts a JOIN tenants t ON t.tenant_id = a.tenant_id LEFT JOIN pacing p ON p.account_id = a.account_id
LEFT JOIN budget_usage u ON u.account_id = a.account_id AND u.day = :day AND u.kind = :kind
WHERE a.account_id = :account_id;

-- name: set_rules
-- The owner changed the rules.
UPDATE pacing SET rules = :rules WHERE account_id = :account_id;

-- name: opened
-- An opening message leaves.
UPDATE pacing SET openings = openings + 1, slot_at = :slot_at, opened_at = :opened_at WHERE account_id = :account_id;

-- name: set_credits
-- LinkedIn said how many InMail credits are left.
UPDATE pacing SET inmail_credits = :inmail_credits, inmail_credits_at = :now WHERE account_id = :account_id;
