-- 2026-11-21: what was said about a request when it was taken (a flag that nobody knows, another size than the shape that was
-- asked for) stands under its picture, also after a restart.

-- Sentences for the member, as a JSON list.
ALTER TABLE jobs ADD COLUMN remarks TEXT NOT NULL DEFAULT '[]' CHECK (json_type(remarks) = 'array');
