-- 2026-11-22: from a picture on, some pipelines make a part of a step as a whole one, and others leave it out: a request says which.
ALTER TABLE jobs ADD COLUMN rounds_up INTEGER NOT NULL DEFAULT 0 CHECK (rounds_up IN (0, 1));
