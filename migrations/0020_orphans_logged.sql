-- 2026-11-22: a report of a picture of which nothing is stored, which reached nobody since the process ended, can be made anew.

-- When it was written into the host's log for want of a channel that takes it.
ALTER TABLE orphan_reports ADD COLUMN logged_at REAL;
-- So it was with those until now.
UPDATE orphan_reports SET logged_at = reported_at WHERE posted_message_id IS NULL;
