-- 2026-11-21: every request is a row from the moment it is accepted, and its status is the state machine of
-- generation/job.py. Command synchronization remembers what was registered, since Discord allows 200 creates a day.

CREATE TABLE jobs (
    -- AUTOINCREMENT: an id that was shown to a member is never given to another job.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    status TEXT NOT NULL CHECK (
        status IN ('queued', 'running', 'generated', 'delivered', 'failed', 'cancelled', 'undeliverable')
    ),

    -- What: the request as it will be run, and run again.
    model TEXT NOT NULL,
    revision TEXT,
    prompt TEXT NOT NULL,
    negative_prompt TEXT,
    num_inference_steps INTEGER NOT NULL CHECK (num_inference_steps > 0),
    guidance_scale REAL NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    seed INTEGER NOT NULL CHECK (seed >= 0),
    seed_given INTEGER NOT NULL CHECK (seed_given IN (0, 1)),

    -- Who and where. All null for a picture asked for on the command line.
    user_id INTEGER,
    guild_id INTEGER,
    channel_id INTEGER,
    interaction_id INTEGER UNIQUE,
    message_id INTEGER,
    application_id INTEGER,
    -- Only for going on after a restart: null as soon as the job has ended.
    interaction_token TEXT,

    -- When, in seconds since the epoch.
    queued_at REAL NOT NULL,
    started_at REAL,
    generated_at REAL,
    finished_at REAL,

    -- How it went.
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    device TEXT,
    seconds REAL,
    picture_path TEXT,
    picture_sha256 TEXT,
    failure TEXT,
    detail TEXT,

    CHECK ((user_id IS NULL) = (channel_id IS NULL)),
    CHECK ((picture_path IS NULL) = (picture_sha256 IS NULL)),
    CHECK (status NOT IN ('generated', 'delivered') OR generated_at IS NOT NULL),
    CHECK (
        (status IN ('delivered', 'failed', 'cancelled', 'undeliverable')) = (finished_at IS NOT NULL)
    ),
    CHECK (finished_at IS NULL OR interaction_token IS NULL)
) STRICT;

-- Few rows are ever unfinished; the queue is rebuilt from them at every start.
CREATE INDEX jobs_unfinished ON jobs (id) WHERE finished_at IS NULL;
CREATE INDEX jobs_by_member ON jobs (user_id, id);

CREATE TABLE command_syncs (
    -- The application's id, and the guild's where commands are registered for one guild only.
    scope TEXT PRIMARY KEY,
    -- Of the command tree as this code defines it.
    tree_sha256 TEXT NOT NULL,
    -- Of the ids and versions Discord answered with: others may change or remove commands too.
    registered_sha256 TEXT NOT NULL,
    synced_at REAL NOT NULL
) STRICT;
