-- name: charge
-- An action is charged, or given back (amount -1); never below nothing.
INSERT INTO budget_usage (account_id, day, kind, used) VALUES (:account_id, :day, :kind, :amount)
ON CONFLICT (account_id, day, kind) DO UPDATE SET
    used = CASE WHEN budget_usage.used + excluded.used < 0 THEN 0 ELSE budget_usage.used + excluded.used END;

-- name: used
-- What an account was charged on one day.
SELECT kind, used FROM budget_usage WHERE account_id = :account_id AND day = :day;

-- name: forget
-- Days long past, of some accounts at a time.
DELETE FROM budget_usage WHERE account_id > :above AND account_id <= :up_to AND day < :day;
