-- 2026-11-21: what is done with a picture after it was painted, or instead: its faces mended, the whole made larger. A job that
-- paints nothing begins with the picture that its member brought; its model is 'brought'.

-- Tool and detector by their names in the catalog, and the strength, as a JSON object; null where faces stay as they are.
ALTER TABLE jobs ADD COLUMN faces TEXT CHECK (json_type(faces) = 'object');
-- Tool and the size in the end (pixels), as a JSON object; null where the picture stays as large as it is.
ALTER TABLE jobs ADD COLUMN upscale TEXT CHECK (json_type(upscale) = 'object');
