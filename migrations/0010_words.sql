-- 2026-11-21: what may not be asked for, what members report, whom the host bars, and what is left when somebody has all that
-- is stored of them deleted.

-- Under what somebody is known who must not be known by their id (in `limits` too, once they had their data deleted): its HMAC
-- with this salt.
CREATE TABLE salt (
    salt BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT;
INSERT INTO salt VALUES (randomblob(32));

-- A guild's own words, as its admins gave them: refused in prompts, or spared although something refused lies in them.
CREATE TABLE guild_words (
    guild_id INTEGER NOT NULL,
    word TEXT NOT NULL CHECK (length(word) BETWEEN 1 AND 60),
    kind TEXT NOT NULL CHECK (kind IN ('blocked', 'allowed')),
    PRIMARY KEY (guild_id, word)
) STRICT;

-- Whose requests are refused, in every guild. AUTOINCREMENT: a button that lifts one never lifts another.
CREATE TABLE bars (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    member TEXT NOT NULL UNIQUE, -- salted
    barred_at REAL NOT NULL
) STRICT;

CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    reporter TEXT NOT NULL, -- salted
    reason TEXT NOT NULL,
    reported_at REAL NOT NULL,
    -- The message that was reported, which need not be the job's own; null where only a number was named.
    seen_channel_id INTEGER,
    seen_message_id INTEGER,
    -- The host's copy; null where the host has no channel for them, or it could not be posted.
    posted_channel_id INTEGER,
    posted_message_id INTEGER,
    dismissed_at REAL,
    UNIQUE (job_id, reporter),
    CHECK ((seen_channel_id IS NULL) = (seen_message_id IS NULL)),
    CHECK ((posted_channel_id IS NULL) = (posted_message_id IS NULL))
) STRICT;
CREATE INDEX reports_by_reporter ON reports (reporter, reported_at);

-- Of a picture that the host removed, its hash is kept.
ALTER TABLE jobs ADD COLUMN removed_sha256 TEXT;

-- Deletions that are under way: a restart takes them up. What is to be removed from the disk and from the host's channel is
-- noted in the transaction that removes the rows which knew it.
CREATE TABLE erasures (
    user_id INTEGER PRIMARY KEY,
    asked_at REAL NOT NULL,
    jobs TEXT NOT NULL DEFAULT '[]' CHECK (json_type(jobs) = 'array'), -- their ids, by which files are named
    files TEXT NOT NULL DEFAULT '[]' CHECK (json_type(files) = 'array'),
    inputs TEXT NOT NULL DEFAULT '[]' CHECK (json_type(inputs) = 'array'), -- those that nobody else's job names
    posts TEXT NOT NULL DEFAULT '[]' CHECK (json_type(posts) = 'array') -- [channel, message]
) STRICT;

-- What counts against quotas of jobs that were deleted: gone after 24 hours.
CREATE TABLE charges (
    member TEXT NOT NULL, -- salted
    guild_id INTEGER,
    queued_at REAL NOT NULL,
    pictures INTEGER NOT NULL CHECK (pictures >= 0) -- how many it was
) STRICT;
CREATE INDEX charges_by_member ON charges (member, queued_at);
