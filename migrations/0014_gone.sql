-- 2026-11-21: what was made from a picture is found by its hash, also once that picture is kept no longer. Gone with the row.
ALTER TABLE jobs ADD COLUMN gone_sha256 TEXT;
ALTER TABLE parts ADD COLUMN gone_sha256 TEXT;

-- A picture that was posted and is brought along again comes in another file: then it is known by the hash of its pixels.
ALTER TABLE jobs ADD COLUMN pixels_sha256 TEXT;
ALTER TABLE parts ADD COLUMN pixels_sha256 TEXT;

-- Messages in the host's channel whose reports were deleted: each is here until it is taken away, however often that fails.
CREATE TABLE withdrawals (
    message_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    member TEXT NOT NULL, -- whose wish it was, salted
    reported INTEGER NOT NULL CHECK (reported IN (0, 1)) -- 1: a picture of theirs; 0: they reported another's
) STRICT;
INSERT OR IGNORE INTO withdrawals
SELECT post.value ->> 1, post.value ->> 0, '', 0 FROM erasures, json_each(erasures.posts) AS post;
ALTER TABLE erasures DROP COLUMN posts;
