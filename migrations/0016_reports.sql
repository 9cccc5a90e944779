-- 2026-11-22: a report that is not in the host's channel, since the process ended or the channel refused it, is handed over later;
-- and what was made of a picture is found without reading every job.

-- When it was written into the host's log for want of a channel that takes it: once, however often it is tried again.
ALTER TABLE reports ADD COLUMN logged_at REAL;
-- So it was with all until now.
UPDATE reports SET logged_at = reported_at WHERE posted_message_id IS NULL;

-- Of the picture that a job began with, what `image` says: the hash of its file, and that of its pixels. As columns, since SQLite
-- before 3.41 may pass over rows that it looks for by an index on an expression; as plain ones, since it can't copy a table that has
-- both a CHECK and a generated column through a connection that only reads, as backups are made.
ALTER TABLE jobs ADD COLUMN image_sha256 TEXT;
ALTER TABLE jobs ADD COLUMN image_pixels TEXT;
UPDATE jobs SET image_sha256 = image ->> 'sha256', image_pixels = image ->> 'pixels' WHERE image IS NOT NULL;
CREATE INDEX jobs_by_image ON jobs (image_sha256) WHERE image_sha256 IS NOT NULL;
CREATE INDEX jobs_by_image_pixels ON jobs (image_pixels) WHERE image_pixels IS NOT NULL;
