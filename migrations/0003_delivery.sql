-- 2026-11-21: an answer finds its member whatever became of their message, and an end that was not yet shown when the
-- process went away is shown after the next start.

-- How many bytes a file may have where it is posted, and whether only its member sees the answer: as Discord said when
-- the request was made.
ALTER TABLE jobs ADD COLUMN file_limit INTEGER CHECK (file_limit > 0);
ALTER TABLE jobs ADD COLUMN private INTEGER NOT NULL DEFAULT 0 CHECK (private IN (0, 1));

-- Where the answer went, if not into the message that was promised.
ALTER TABLE jobs ADD COLUMN posted_channel_id INTEGER;
ALTER TABLE jobs ADD COLUMN posted_message_id INTEGER;

-- What its member reads of a failure, and when they were shown its end (or it became plain that nobody will look).
ALTER TABLE jobs ADD COLUMN notice TEXT;
ALTER TABLE jobs ADD COLUMN told_at REAL;

UPDATE jobs SET told_at = finished_at WHERE finished_at IS NOT NULL;

CREATE INDEX jobs_untold ON jobs (id) WHERE finished_at IS NOT NULL AND told_at IS NULL;
