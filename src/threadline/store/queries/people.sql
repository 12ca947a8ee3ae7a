-- name: put
-- What LinkedIn shows of a person; what it did not show this time stays.
INSERT INTO people (account_id, person_id, kind, first_name, last_name, headline, distance, member_number, vanity,
    page_url, picture_url, location, premium)
VALUES (:account_id, :person_id, :kind, :first_name, :last_name, :headline, :distance, :member_number, :vanity,
    :page_url, :picture_url, :location, :premium)
ON CONFLICT (account_id, person_id) DO UPDATE SET
    kind = excluded.kind,
    first_name = CASE WHEN excluded.first_name = '' THEN people.first_name ELSE excluded.first_name END,
    last_name = CASE WHEN excluded.first_name = '' THEN people.last_name ELSE excluded.last_name END,
    headline = COALESCE(excluded.headline, people.headline),
    distance = COALESCE(excluded.distance, people.distance),
    member_number = COALESCE(excluded.member_number, people.member_number),
    vanity = COALESCE(excluded.vanity, people.vanity),
    page_url = COALESCE(excluded.page_url, people.page_url),
    picture_url = COALESCE(excluded.picture_url, people.picture_url),
    location = COALESCE(excluded.location, people.location),
    premium = COALESCE(excluded.premium, people.premium);

-- name: profile_read
-- When a person's profile was last read.
UPDATE people SET profile_read_at = :profile_read_at WHERE account_id = :account_id AND person_id = :person_id;

-- name: by_id
-- One person.
SELECT person_id, kind, first_name, last_name, headline, distance, member_number, vanity, page_url, picture_url,
    location, premium
FROM people WHERE account_id = :account_id AND person_id = :person_id;

-- name: by_alias
-- One person, by any name that was ever known.
SELECT p.person_id, p.kind, p.first_name, p.last_name, p.headline, p.distance, p.member_number, p.vanity,
    p.page_url, p.picture_url, p.location, p.premium
FROM people_aliases a JOIN people p ON p.account_id = a.account_id AND p.person_id = a.person_id
WHERE a.account_id = :account_id AND a.alias = :alias;

-- name: put_alias
-- A name by which a person is known; a name that moved to another person follows.
INSERT INTO people_aliases (account_id, alias, person_id) VALUES (:account_id, :alias, :person_id)
ON CONFLICT (account_id, alias) DO UPDATE SET person_id = excluded.person_id;

-- name: forget_vanity
-- Nobody else bears a vanity name any more.
UPDATE people SET vanity = NULL
WHERE account_id = :account_id AND vanity = :vanity AND person_id <> :person_id;

-- name: set_vanity
-- The vanity name of a person.
UPDATE people SET vanity = :vanity WHERE account_id = :account_id AND person_id = :person_id;
