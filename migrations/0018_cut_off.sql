-- 2026-11-22: a job that brings down the whole process with it, such as by the memory of all of the container, is not tried for ever.

-- How often the process ended without a word while it ran.
ALTER TABLE jobs ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0 CHECK (cut_off >= 0);
