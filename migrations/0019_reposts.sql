-- 2026-11-22: what the host removes goes from wherever Easel itself has posted it again; what it was made from is found without
-- reading every job; and a picture of which nothing is stored any more can be reported.

-- Messages for all to see in which a picture was posted again: by /show, or taken out of several.
CREATE TABLE reposts (
    message_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    part INTEGER CHECK (part > 0) -- which of several, from 1; null where it is the whole
) STRICT;
CREATE INDEX reposts_by_job ON reposts (job_id);

-- From the picture that a job began with to the job that painted it. Plain columns, for the reason that 0016 has.
CREATE INDEX jobs_by_picture ON jobs (picture_sha256) WHERE picture_sha256 IS NOT NULL;
CREATE INDEX jobs_by_removed ON jobs (removed_sha256) WHERE removed_sha256 IS NOT NULL;
CREATE INDEX jobs_by_gone ON jobs (gone_sha256) WHERE gone_sha256 IS NOT NULL;
CREATE INDEX jobs_by_pixels ON jobs (pixels_sha256) WHERE pixels_sha256 IS NOT NULL;
CREATE INDEX parts_by_picture ON parts (picture_sha256) WHERE picture_sha256 IS NOT NULL;
CREATE INDEX parts_by_gone ON parts (gone_sha256) WHERE gone_sha256 IS NOT NULL;
CREATE INDEX parts_by_pixels ON parts (pixels_sha256) WHERE pixels_sha256 IS NOT NULL;

-- Reports of messages whose picture's member had all deleted. The row goes when who reported has, and the host's copy with it.
CREATE TABLE orphan_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reporter TEXT NOT NULL, -- salted
    reported_at REAL NOT NULL,
    -- The message that was reported.
    message_id INTEGER NOT NULL,
    -- The host's copy; null where it could not be posted.
    posted_channel_id INTEGER,
    posted_message_id INTEGER,
    UNIQUE (message_id, reporter),
    CHECK ((posted_channel_id IS NULL) = (posted_message_id IS NULL))
) STRICT;
CREATE INDEX orphan_reports_by_reporter ON orphan_reports (reporter, reported_at);
