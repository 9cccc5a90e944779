-- 2026-11-21: one job may be several pictures, painted one after another and shown side by side: the same words by several models,
-- or with several values of an option. What is painted of it outlives a restart, a worker's death and a cancellation.

-- Which option differs between them; null where the job is one picture.
ALTER TABLE jobs ADD COLUMN varied TEXT CHECK (varied IN ('model', 'steps', 'guidance', 'seed', 'strength'));
-- The parts as they will be painted: each its request and the commit of its weights, as a JSON list.
ALTER TABLE jobs ADD COLUMN plan TEXT NOT NULL DEFAULT '[]' CHECK (json_type(plan) = 'array');

-- What became of the parts, as far as something did.
CREATE TABLE parts (
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    -- Its place in the plan, from 1.
    number INTEGER NOT NULL CHECK (number > 0),
    -- 'died': its worker died of it once, and it is tried again after all others.
    status TEXT NOT NULL CHECK (status IN ('painted', 'failed', 'died')),
    -- When that happened, in seconds since the epoch.
    ended_at REAL NOT NULL,

    -- Of what was painted.
    picture_path TEXT,
    picture_sha256 TEXT,
    revision TEXT,
    -- As the table `jobs` has them.
    loras TEXT NOT NULL DEFAULT '[]' CHECK (json_type(loras) = 'array'),
    remarks TEXT NOT NULL DEFAULT '[]' CHECK (json_type(remarks) = 'array'),
    commits TEXT NOT NULL DEFAULT '{}' CHECK (json_type(commits) = 'object'),
    device TEXT,
    seconds REAL,
    -- How well it fits its words, 0 to 100, and by which CLIP model: scores of others are not comparable.
    clip_score REAL CHECK (clip_score BETWEEN 0 AND 100),
    clip TEXT,

    -- Of what failed: a kind, what its member reads, and what is for the host's eyes.
    failure TEXT,
    notice TEXT,
    detail TEXT,

    PRIMARY KEY (job_id, number),
    CHECK ((picture_path IS NULL) = (picture_sha256 IS NULL)),
    CHECK ((clip_score IS NULL) = (clip IS NULL)),
    CHECK (status = 'painted' OR picture_path IS NULL),
    CHECK ((status = 'failed') = (failure IS NOT NULL))
) STRICT;
