-- 2026-11-21: a classifier looks at pictures before they are shown. Its score stays with the row, and so does the hash of a
-- picture that was thrown away for it; both go with the row. A guild may be stricter than its host.

-- How unsafe the picture is, 0 to 1, and which tool says so; null where nobody looked at it.
ALTER TABLE jobs ADD COLUMN unsafe REAL CHECK (unsafe BETWEEN 0 AND 1);
ALTER TABLE jobs ADD COLUMN screened_by TEXT;
-- Of a picture that was not to be shown: it is on no disk any more, or never was.
ALTER TABLE jobs ADD COLUMN blocked_sha256 TEXT;

ALTER TABLE parts ADD COLUMN unsafe REAL CHECK (unsafe BETWEEN 0 AND 1);
ALTER TABLE parts ADD COLUMN screened_by TEXT;
ALTER TABLE parts ADD COLUMN blocked_sha256 TEXT;

-- What a guild's admins decided. Null where this guild says nothing.
CREATE TABLE guild_screening (
    guild_id INTEGER PRIMARY KEY,
    -- A score above it counts as unsafe.
    threshold REAL CHECK (threshold > 0 AND threshold < 1),
    -- What follows where everybody reads, and in age-restricted channels.
    open TEXT CHECK (open IN ('blur', 'refuse')),
    age_restricted TEXT CHECK (age_restricted IN ('blur', 'refuse')),
    CHECK (COALESCE(threshold, open, age_restricted) IS NOT NULL)
) STRICT;
