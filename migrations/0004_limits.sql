-- 2026-11-21: a guild's own limits, below the host's: what its admins set for everybody, for a role or for one member. What
-- was used of them is not kept here: the rows of `jobs` say it.

CREATE TABLE limits (
    guild_id INTEGER NOT NULL,
    -- Whom: everybody in the guild (then subject_id is the guild's own), whoever has a role, or one member.
    subject TEXT NOT NULL CHECK (subject IN ('everyone', 'role', 'member')),
    subject_id INTEGER NOT NULL,

    -- Null where this entry says nothing.
    waiting INTEGER CHECK (waiting > 0),
    per_minute INTEGER CHECK (per_minute > 0),
    per_day INTEGER CHECK (per_day > 0),
    -- Of one job: millions of pixels times steps.
    megapixel_steps REAL CHECK (megapixel_steps > 0),
    -- The share in the guild's turns; without one it is 1.
    weight REAL CHECK (weight > 0),

    PRIMARY KEY (guild_id, subject, subject_id),
    CHECK ((subject = 'everyone') = (subject_id = guild_id)),
    -- A weight for everybody would change nothing.
    CHECK (subject <> 'everyone' OR weight IS NULL),
    CHECK (COALESCE(waiting, per_minute, per_day, megapixel_steps, weight) IS NOT NULL)
) STRICT;

-- With which weight a job was admitted: it keeps its turn over a restart, also where roles have changed since.
ALTER TABLE jobs ADD COLUMN weight REAL NOT NULL DEFAULT 1 CHECK (weight > 0);

-- What a member asked for in the last minute or day is counted at each request.
CREATE INDEX jobs_by_member_and_time ON jobs (user_id, queued_at);
