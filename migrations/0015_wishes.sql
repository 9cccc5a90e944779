-- 2026-11-21: who is told that a running job is being cancelled gets no picture of it, also where the process ends before the
-- executor has obeyed: the wish is noted first, and the next start fulfils it.

-- When somebody wanted it to end (seconds since the epoch), and who, as `detail` has it; null for its own member.
ALTER TABLE jobs ADD COLUMN cancel_asked_at REAL;
ALTER TABLE jobs ADD COLUMN cancel_asked_by TEXT CHECK (cancel_asked_by IS NULL OR cancel_asked_at IS NOT NULL);
