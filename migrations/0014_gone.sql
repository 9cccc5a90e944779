-- 2026-11-21: what was made from a picture is found by its hash, also once that picture is kept no longer. Gone with the row.
ALTER TABLE jobs ADD COLUMN gone_sha256 TEXT;
ALTER TABLE parts ADD COLUMN gone_sha256 TEXT;
