-- 2026-11-21: a request may have a picture that its member brought along. It lies in the folder `inputs` under its hash; several
-- jobs may name the same one, and it is kept as long as one of them needs it.

-- Its hash and size (pixels), as a JSON object; null where none was brought.
ALTER TABLE jobs ADD COLUMN image TEXT CHECK (json_type(image) = 'object');
-- How far the picture may be left behind: from little to all of it. Null where it starts from nothing.
ALTER TABLE jobs ADD COLUMN strength REAL CHECK (strength > 0 AND strength <= 1);

-- Which files are still needed is asked at each sweep.
CREATE INDEX jobs_with_an_image ON jobs (id) WHERE image IS NOT NULL;
