-- name: position
-- How far the Sales Navigator inbox of an account has been read.
SELECT account_id, baseline_at, followed_until, listed_at FROM sales_positions WHERE account_id = :account_id;

-- name: put_position
-- How far the Sales Navigator inbox of an account has been read.
INSERT INTO sales_positions (account_id, baseline_at, followed_until, listed_at)
VALUES (:account_id, :baseline_at, :followed_until, :listed_at)
ON CONFLICT (account_id) DO UPDATE SET baseline_at = excluded.baseline_at,
    followed_until = excluded.followed_until, listed_at = excluded.listed_at;

-- name: person_by_number
-- The person who bears a member number, where Sales Navigator names them by another id than the main inbox.
SELECT account_id, person_id FROM people
WHERE account_id = :account_id AND member_number = :member_number AND person_id LIKE 'ACoAA%'
LIMIT 1;
